import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { type ErrorCode, Refusal } from '../errors.ts';
import { violationsFromZod } from '../pricing/violations.ts';
import { jsonBody } from './middleware/json-body.ts';
import { contextOf } from './middleware/request-context.ts';

/** One public operation: what it takes, gives and refuses, once, for the router and for the OpenAPI document. */
export interface Endpoint {
  readonly method: 'get' | 'post' | 'patch';
  /** As OpenAPI writes it, below `/api/v1`: `/bookings/{id}`. */
  readonly path: string;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Takes `Authorization: Bearer <accessToken>` of the booking, or of a customer who signed in. */
  readonly token?: true;
  /** Takes the one of a customer who signed in. */
  readonly session?: true;
  /** Takes `Idempotency-Key`. */
  readonly idempotent?: true;
  readonly limit: LimitName;
  readonly answer: Answer;
  readonly errors: readonly ErrorCode[];
  readonly handle: (call: Call) => Promise<void>;
}

export interface Answer {
  readonly status: 200 | 201 | 202;
  readonly description: string;
  readonly schema: z.ZodType;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further statuses without a body. */
  readonly also?: Readonly<Record<number, string>>;
}

/** The limits of `rules.md` §8 that an operation counts against. */
export type LimitName = 'read' | 'quote' | 'booking' | 'checkout' | 'signIn' | 'session';

export interface Call {
  readonly ctx: Context;
  readonly request: Request;
  readonly response: Response;
}

/**
 * Mounts operations. A body is read where one is taken and ignored elsewhere; another method on one of their addresses is
 * 405 with `Allow`.
 */
export function mountEndpoints(
  endpoints: readonly Endpoint[],
  limiters: Readonly<Record<LimitName, readonly RequestHandler[]>>,
): Router {
  const router = express.Router({ caseSensitive: true });
  for (const { method, path, body, limit, handle } of endpoints) {
    const named: RequestHandler = (request, response, next) => {
      response.locals.route = `${request.baseUrl}${path}`;
      next();
    };
    const reading = body ? [jsonBody] : [];
    router[method](expressPath(path), named, ...limiters[limit], ...reading, (request, response) =>
      handle({ ctx: contextOf(response), request, response }),
    );
  }
  for (const path of new Set(endpoints.map((endpoint) => endpoint.path))) {
    const methods = endpoints
      .filter((endpoint) => endpoint.path === path)
      .map(({ method }) => method.toUpperCase());
    const allowed = methods.includes('GET') ? ['HEAD', ...methods] : methods;
    router.all(expressPath(path), (_request, response, next) => {
      response.setHeader('Allow', allowed.join(', '));
      next(new Refusal('method_not_allowed'));
    });
  }
  return router;
}

/** Reads an input by its schema. Throws `invalid` with every violation. */
export function readBy<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const read = schema.safeParse(input, { reportInput: true });
  if (!read.success) throw new Refusal('invalid', { violations: violationsFromZod(read.error) });
  return read.data;
}

function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}
