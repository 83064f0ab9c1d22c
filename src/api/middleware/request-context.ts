import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Context } from '../../context.ts';
import { addStandingHeaders } from '../../http-server.ts';
import { LazyLogger } from '../../logger.ts';

/** What every request shares; the actor and the request's id are added to it. */
export type BaseContext = Omit<Context, 'actor' | 'requestId'>;

/** What is done to every request before it is routed: it neither fails nor waits. */
export type Preparation = (request: Request, response: Response) => void;

const uuid = z.uuid();

/** Gives each request its id (a client's own is kept when it is a UUID) and its context. */
export function requestContext(base: BaseContext): Preparation {
  return (request, response) => {
    const given = request.headers['x-request-id'];
    const requestId = given !== undefined && uuid.safeParse(given).success ? String(given) : randomUUID();
    addStandingHeaders(response, 'X-Request-Id', requestId);
    response.locals.ctx = new RequestContext(base, requestId, addressOf(request));
  };
}

/** Written out, field by field: to spread `base` into each took a tenth of a request's time (ADR 14). */
class RequestContext implements Context {
  readonly actor: Context['actor'];
  readonly clock: Context['clock'];
  readonly config: Context['config'];
  readonly db: Context['db'];
  readonly log: Context['log'];
  readonly requestId: string;

  constructor(base: BaseContext, requestId: string, address: string | null) {
    this.actor = { type: 'customer', bookingId: null, address };
    this.clock = base.clock;
    this.config = base.config;
    this.db = base.db;
    this.log = new LazyLogger(base.log, { requestId });
    this.requestId = requestId;
  }
}

/** What `request.ip` says, without its search when no proxy has written anything. */
function addressOf(request: Request): string | null {
  const isProxied = request.headers['x-forwarded-for'] !== undefined;
  return (isProxied ? request.ip : request.socket.remoteAddress) ?? null;
}

export function contextOf(response: Response): Context {
  return response.locals.ctx as Context;
}
