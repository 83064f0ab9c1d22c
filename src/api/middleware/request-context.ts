import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Context } from '../../context.ts';
import { LazyLogger } from '../../logger.ts';

/** What every request shares; the actor and the request's id are added to it. */
export type BaseContext = Omit<Context, 'actor' | 'requestId'>;

const uuid = z.uuid();

/** Gives each request its id (a client's own is kept when it is a UUID) and its context. */
export function requestContext(base: BaseContext): RequestHandler {
  return (request, response, next) => {
    const given = request.headers['x-request-id'];
    const requestId = given !== undefined && uuid.safeParse(given).success ? String(given) : randomUUID();
    const ctx: Context = {
      ...base,
      actor: { type: 'customer', bookingId: null, address: addressOf(request) },
      log: new LazyLogger(base.log, { requestId }),
      requestId,
    };
    response.setHeader('X-Request-Id', requestId);
    response.locals.ctx = ctx;
    next();
  };
}

/** What `request.ip` says, without its search when no proxy has written anything. */
function addressOf(request: Request): string | null {
  const isProxied = request.headers['x-forwarded-for'] !== undefined;
  return (isProxied ? request.ip : request.socket.remoteAddress) ?? null;
}

export function contextOf(response: Response): Context {
  return response.locals.ctx as Context;
}
