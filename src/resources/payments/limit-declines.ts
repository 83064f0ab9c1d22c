import { createHash } from 'node:crypto';
import { ipKeyGenerator } from 'express-rate-limit';
import { realNow } from '../../clock.ts';
import type { TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { countHit, hitsOf } from '../plumbing/count-hits.ts';

/**
 * Whoever tries stolen cards makes booking after booking; the attempts of one booking end by themselves (`rules.md` §4).
 * Both limits lie above what one booking and a payment link allow, so that nobody meets them by typing wrong.
 */
const WINDOW_MS = 60 * 60_000;
const DECLINES_PER_EMAIL = 6;
const DECLINES_PER_ADDRESS = 12;

interface Counted {
  readonly key: string;
  readonly limit: number;
}

/** Counts new declines, each once: with what notes them. */
export async function countDeclines(
  ctx: TransactionContext,
  booking: Booking,
  howMany: number,
): Promise<void> {
  if (!ctx.config.rateLimits) return;
  for (const { key } of countersOf(booking.contactEmail, booking.holdClientAddress))
    for (let each = 0; each < howMany; each += 1) await countHit(ctx, key, WINDOW_MS);
}

/** No new payment for a customer behind too many declines; which count it was is not said. Throws `too_many_requests`. */
export async function refuseTooManyDeclines(
  ctx: TransactionContext,
  booking: Booking,
  clientAddress: string | null,
): Promise<void> {
  if (!ctx.config.rateLimits || ctx.actor.type !== 'customer') return;
  for (const { key, limit } of countersOf(booking.contactEmail, clientAddress)) {
    const { totalHits, resetTime } = await hitsOf(ctx, key);
    if (totalHits < limit) continue;
    const waitSeconds = (resetTime.getTime() - realNow().getTime()) / 1_000;
    throw new Refusal('too_many_requests', { retryAfterSeconds: Math.max(1, waitSeconds) });
  }
}

/** Always in this order, so that two declines never wait for each other. */
function countersOf(email: string | null, clientAddress: string | null): Counted[] {
  return [
    ...(clientAddress === null
      ? []
      : [{ key: `declines:address:${digest(ipKeyGenerator(clientAddress))}`, limit: DECLINES_PER_ADDRESS }]),
    ...(email === null ? [] : [{ key: `declines:email:${digest(email)}`, limit: DECLINES_PER_EMAIL }]),
  ];
}

/** A counter keeps nobody's e-mail or address. */
function digest(of: string): string {
  return createHash('sha256').update(of).digest('base64url');
}
