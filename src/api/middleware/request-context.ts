import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Context } from '../../context.ts';
import type { Logger } from '../../logger.ts';

/** What every request shares; the actor and the request's id are added to it. */
export type BaseContext = Omit<Context, 'actor' | 'requestId'>;

const uuid = z.uuid();

/** Gives each request its id (a client's own is kept when it is a UUID) and its context. */
export function requestContext(base: BaseContext): RequestHandler {
  return (request, response, next) => {
    const given = request.headers['x-request-id'];
    const requestId = given !== undefined && uuid.safeParse(given).success ? String(given) : randomUUID();
    let log: Logger | undefined;
    const ctx: Context = {
      ...base,
      actor: {
        type: 'customer',
        bookingId: null,
        get address() {
          return request.ip ?? null;
        },
      },
      // Made when it is needed: most requests write no line.
      get log() {
        log ??= base.log.child({ requestId });
        return log;
      },
      requestId,
    };
    response.setHeader('X-Request-Id', requestId);
    response.locals.ctx = ctx;
    next();
  };
}

export function contextOf(response: Response): Context {
  return response.locals.ctx as Context;
}
