import type { ServerResponse } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import { pinoHttp } from 'pino-http';
import type { Logger } from '../../logger.ts';
import { contextOf } from './request-context.ts';

const quiet = new Set(['/healthz', '/readyz', '/metrics']);

/** One line a request: its route's pattern, never a path with a token, a query string or a body (`rules.md` §6). */
export function requestLog(log: Logger): RequestHandler {
  return pinoHttp<Request>({
    logger: log,
    quietReqLogger: true,
    autoLogging: { ignore: (request) => quiet.has(request.url) },
    genReqId: (_request, response) => contextOf(response as never).requestId,
    customAttributeKeys: { reqId: 'requestId' },
    serializers: {
      req: ({ method }: { method: string }) => ({ method }),
      res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
    },
    customSuccessObject: (_request, response, line: object) => ({ ...line, route: routeOf(response) }),
    customErrorObject: (_request, response, _error, line: { err?: unknown }) => {
      // What went wrong is logged at the error door; here is only that it did.
      const { err: _, ...rest } = line;
      return { ...rest, route: routeOf(response) };
    },
    customLogLevel: (_request, response, error) =>
      error || response.statusCode >= 500 ? 'error' : response.statusCode >= 400 ? 'info' : 'debug',
  });
}

/** `/api/v1/bookings/{id}`, or `other` for what is no operation of the API. */
export function routeOf(response: ServerResponse): string {
  const route: unknown = (response as Response).locals.route;
  return typeof route === 'string' ? route : 'other';
}
