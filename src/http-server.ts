import { createServer, IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Express } from 'express';

/**
 * A server for an Express application whose requests and responses are Express's from birth. Express sets the prototypes of
 * each at every request, which makes V8 give up what it knows of their shape; to set what is set already costs nothing
 * (ADR 14).
 */
export function createHttpServer(app: Express): Server {
  class AppRequest extends IncomingMessage {}
  class AppResponse extends ServerResponse implements StandingHeaders {
    standingHeaders: string[] = [];

    override writeHead(status: number, ...given: unknown[]): this {
      const { standingHeaders: standing } = this;
      const [own] = given;
      if (Array.isArray(own) && this.getHeaderNames().length === 0) {
        return super.writeHead(status, standing.concat(own as string[]));
      }
      for (let at = 0; at < standing.length; at += 2) {
        const [name = '', value = ''] = [standing[at], standing[at + 1]];
        if (!this.hasHeader(name)) this.setHeader(name, value);
      }
      return super.writeHead(status, ...(given as []));
    }
  }
  Object.setPrototypeOf(AppRequest.prototype, app.request);
  Object.setPrototypeOf(AppResponse.prototype, app.response);
  Object.assign(app, { request: AppRequest.prototype, response: AppResponse.prototype });
  return createServer({ IncomingMessage: AppRequest, ServerResponse: AppResponse as never }, app);
}

/**
 * Headers that an answer has unless it sets them itself: names and values in turn, written with the head. Set one by one at
 * every request they take longer than the rest of the head (ADR 14).
 */
interface StandingHeaders {
  standingHeaders: string[];
}

/** Adds to what an answer has unless it sets it itself. */
export function addStandingHeaders(response: ServerResponse, ...namesAndValues: readonly string[]): void {
  (response as ServerResponse & StandingHeaders).standingHeaders.push(...namesAndValues);
}
