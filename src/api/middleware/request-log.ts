import type { ServerResponse } from 'node:http';
import type { Response } from 'express';
import { type BaseContext, contextOf, type Preparation } from './request-context.ts';

const quiet = new Set(['/healthz', '/readyz', '/metrics']);

/** Told of each answer: for the metrics. */
export type Observe = (method: string, route: string, status: number, seconds: number) => void;

/** One line a request: its route's pattern, never a path with a token, a query string or a body (`rules.md` §6). */
export function requestLog(base: Pick<BaseContext, 'log'>, observe: Observe): Preparation {
  return (request, response) => {
    const began = performance.now();
    response.on('close', () => {
      const milliseconds = performance.now() - began;
      const { method } = request;
      const { statusCode } = response;
      const route = routeOf(response);
      observe(method, route, statusCode, milliseconds / 1_000);
      const level = levelOf(response);
      if (!base.log.isLevelEnabled(level) || quiet.has(request.url)) return;
      const line = { method, route, statusCode, milliseconds: Math.floor(milliseconds) };
      contextOf(response).log[level](
        line,
        response.writableFinished ? 'request answered' : 'request cut off',
      );
    });
  };
}

/** `/api/v1/bookings/{id}`, or `other` for what is no operation of the API. */
function routeOf(response: ServerResponse): string {
  const route: unknown = (response as Response).locals.route;
  return typeof route === 'string' ? route : 'other';
}

/** What went wrong is logged at the error door; here is only that it did. Clients that go away are their own affair. */
function levelOf({ statusCode, writableFinished }: ServerResponse): 'error' | 'info' | 'debug' {
  if (statusCode >= 500) return 'error';
  return statusCode >= 400 || !writableFinished ? 'info' : 'debug';
}
