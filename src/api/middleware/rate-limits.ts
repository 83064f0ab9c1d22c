import { createHash } from 'node:crypto';
import type { RequestHandler } from 'express';
import { ipKeyGenerator, type Options, rateLimit, type Store } from 'express-rate-limit';
import { RedisStore } from 'rate-limit-redis';
import { realNow } from '../../clock.ts';
import { Refusal } from '../../errors.ts';
import type { Redis } from '../../redis.ts';
import { countHit, forgetHits, uncountHit } from '../../resources/plumbing/count-hits.ts';
import type { LimitName } from '../endpoint.ts';
import type { BaseContext } from './request-context.ts';

const MINUTE_MS = 60_000;
const SIGN_IN_WINDOW_MS = 15 * MINUTE_MS;

export type Limiters = Readonly<Record<LimitName, readonly RequestHandler[]>>;

/** Without limits: local mode, unless asked for. */
const unlimited: Limiters = { read: [], quote: [], booking: [], checkout: [], signIn: [], session: [] };

/**
 * The limits of `rules.md` §8: reads and quotes are counted in each process's memory; bookings and checkouts in a store
 * that all processes share, Redis when there is one, else PostgreSQL.
 */
export function rateLimits(base: BaseContext, redis: Redis | null): Limiters {
  if (!base.config.rateLimits) return unlimited;
  const shared = (prefix: string, windowMs = MINUTE_MS): Store =>
    redis
      ? new RedisStore({
          prefix: `limit:${prefix}:`,
          sendCommand: (...command: string[]) => redis.sendCommand(command),
        })
      : new PostgresStore(base, prefix, windowMs);
  return {
    read: [limiter({ limit: 300 })],
    quote: [limiter({ limit: 120 })],
    booking: [limiter({ limit: 20, store: shared('booking') })],
    checkout: [
      limiter({ limit: 10, store: shared('checkout') }),
      limiter({
        limit: 6,
        store: shared('booking-checkout'),
        keyGenerator: ({ params: { id, token } }) =>
          token === undefined ? String(id).toLowerCase() : digest(String(token)),
      }),
    ],
    signIn: [
      limiter({
        limit: 5,
        windowMs: SIGN_IN_WINDOW_MS,
        store: shared('customer-sign-in', SIGN_IN_WINDOW_MS),
      }),
    ],
    // Only what fails counts: links are not to be guessed.
    session: [
      limiter({
        limit: 5,
        windowMs: SIGN_IN_WINDOW_MS,
        store: shared('customer-session', SIGN_IN_WINDOW_MS),
        skipSuccessfulRequests: true,
      }),
    ],
  };
}

function limiter(options: Partial<Options> & { readonly limit: number }): RequestHandler {
  return rateLimit({
    windowMs: MINUTE_MS,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: (request) => ipKeyGenerator(request.ip ?? 'unknown'),
    // A store that cannot be reached must not turn customers away; the holds have limits of their own.
    passOnStoreError: true,
    handler: (request, _response, next) => {
      const resetTime =
        'rateLimit' in request ? (request.rateLimit as { resetTime?: Date }).resetTime : undefined;
      const wait = resetTime ? resetTime.getTime() - realNow().getTime() : MINUTE_MS;
      next(new Refusal('too_many_requests', { retryAfterSeconds: Math.max(1, wait / 1_000) }));
    },
    ...options,
  });
}

/** A payment link is one booking's, and a key that is not kept. */
function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** Counts in PostgreSQL for processes without Redis. */
class PostgresStore implements Store {
  readonly localKeys = false;
  readonly prefix: string;
  readonly #base: BaseContext;
  readonly #windowMs: number;

  constructor(base: BaseContext, prefix: string, windowMs: number) {
    this.#base = base;
    this.prefix = prefix;
    this.#windowMs = windowMs;
  }

  increment(key: string) {
    return countHit(this.#base, `${this.prefix}:${key}`, this.#windowMs);
  }

  decrement(key: string) {
    return uncountHit(this.#base, `${this.prefix}:${key}`);
  }

  resetKey(key: string) {
    return forgetHits(this.#base, `${this.prefix}:${key}`);
  }
}
