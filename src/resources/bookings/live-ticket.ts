import { createHash, randomBytes } from 'node:crypto';
import { addMilliseconds, realNow } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { execute, select } from '../_kit/sql.ts';
import type { Booking } from './booking.model.ts';

const LIFE_MS = 60_000;

/**
 * A ticket that opens one socket of a booking, once, within 60 seconds: a socket's address is logged where headers are
 * not (`rules.md` §6). Only its digest is stored.
 */
export async function issueLiveTicket(
  ctx: Context,
  booking: Booking,
): Promise<{ ticket: string; expiresAt: Date }> {
  const ticket = randomBytes(32).toString('base64url');
  const expiresAt = addMilliseconds(realNow(), LIFE_MS);
  await execute(
    ctx,
    'insert into live_tickets (digest, booking_id, access_token_version, expires_at) values ($1, $2, $3, $4)',
    [digestOf(ticket), booking.id, booking.accessTokenVersion, expiresAt],
  );
  return { ticket, expiresAt };
}

export interface LiveAdmission {
  readonly bookingId: string;
  /** Of the link that the ticket was given for: a socket ends with its link. */
  readonly accessTokenVersion: number;
}

/** Uses a ticket up. `null` when it is no ticket of this booking, was used, or is too old. */
export async function redeemLiveTicket(
  ctx: Context,
  { bookingId, ticket }: { readonly bookingId: string; readonly ticket: string },
): Promise<LiveAdmission | null> {
  const [redeemed] = await select<LiveAdmission>(
    ctx,
    `delete from live_tickets where digest = $1 and booking_id = $2 and expires_at > $3
     returning booking_id as "bookingId", access_token_version as "accessTokenVersion"`,
    [digestOf(ticket), bookingId, realNow()],
  );
  return redeemed ?? null;
}

function digestOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('base64url');
}
