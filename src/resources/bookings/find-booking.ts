import type { Context, TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { readJoined, readRows } from '../_kit/read-rows.ts';
import { select } from '../_kit/sql.ts';
import { DeliveryTask } from '../logistics/delivery-task.model.ts';
import { newestOfLegs } from '../logistics/newest-of-legs.ts';
import { Payment } from '../payments/payment.model.ts';
import { isAccessToken } from './access-token.ts';
import { Booking } from './booking.model.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(id: string): boolean {
  return UUID.test(id);
}

/** Whether a token opens a booking. A wrong token, an archived and a missing booking are all the same `not_found`. */
export async function authorizeBooking(
  ctx: Context,
  { bookingId, token }: { readonly bookingId: string; readonly token: string | null },
): Promise<void> {
  if (token === null || !isUuid(bookingId)) throw new Refusal('not_found');
  const [owner] = await select<{ id: string; accessTokenVersion: number }>(
    ctx,
    'select id, access_token_version as "accessTokenVersion" from bookings where id = $1 and archived_at is null',
    [bookingId],
  );
  if (!owner || !isAccessToken(ctx.config, owner, token)) throw new Refusal('not_found');
}

/** Locks a booking for the rest of the transaction. Throws `not_found`. Bookings are locked before their payments. */
export async function lockBooking(ctx: TransactionContext, bookingId: string): Promise<Booking> {
  const [booking] = await readRows(ctx, Booking, 'id = $1 for update', [bookingId]);
  if (!booking || booking.archivedAt !== null) throw new Refusal('not_found');
  return booking;
}

/** The same of a booking whose money moves at Stripe, whether it is archived or not. */
export async function lockBookingOfMoney(ctx: TransactionContext, bookingId: string): Promise<Booking> {
  const [booking] = await readRows(ctx, Booking, 'id = $1 for update', [bookingId]);
  if (!booking) throw new Refusal('not_found');
  return booking;
}

/** A booking as it stands, locked by nobody. Throws `not_found`. */
export async function readBooking(ctx: Context, bookingId: string): Promise<Booking> {
  const [booking] = await readRows(ctx, Booking, 'id = $1', [bookingId]);
  if (!booking) throw new Refusal('not_found');
  return booking;
}

export interface BookingFacts {
  readonly booking: Booking;
  /** The newest payment, if any. */
  readonly payment: Payment | null;
  /** Its stops as they stand, the newest attempt of each leg. */
  readonly deliveries: readonly DeliveryTask[];
}

/** A booking with what is shown beside it, read at one moment: neither is ahead of the other. */
export async function bookingFacts(ctx: Context, bookingId: string): Promise<BookingFacts> {
  const rows = await readJoined(
    ctx,
    { booking: Booking, payment: Payment, delivery: DeliveryTask },
    `bookings booking
     left join lateral (
       select * from payments where booking_id = booking.id order by attempt desc limit 1
     ) payment on true
     left join delivery_tasks delivery on delivery.booking_id = booking.id
     where booking.id = $1`,
    [bookingId],
  );
  const [first] = rows;
  if (!first?.booking) throw new Refusal('not_found');
  const deliveries = newestOfLegs(rows.flatMap(({ delivery }) => delivery ?? []));
  return { booking: first.booking, payment: first.payment, deliveries };
}

/** Of a booking that was read with its `payments` and `deliveries`. */
export function factsOf(booking: Booking): BookingFacts {
  const payments = booking.get('payments') as Payment[];
  const deliveries = newestOfLegs(booking.get('deliveries') as DeliveryTask[]);
  return { booking, payment: payments.sort((a, b) => b.attempt - a.attempt)[0] ?? null, deliveries };
}

/**
 * What is still to be paid, in cents: total − credits − what we hold; with the new total while a new day waits for its
 * difference (`rules.md` §2).
 */
export function amountDue(booking: Booking): number {
  const held = booking.capturedCents - booking.refundedCents - booking.lostDisputeCents;
  return (booking.waitingTotalCents ?? booking.totalCents) - booking.creditsCents - held;
}

/** Sold, and so owed for good: what goes back of one is never asked for again. Before, a checkout asks for it anew. */
export function isSold({ status }: Pick<Booking, 'status'>): boolean {
  return !['inquiry', 'pending_payment', 'expired'].includes(status);
}

/** What a checkout charges and a payment is compared with: money that is going back buys nothing any more. */
export async function amountToCharge(ctx: TransactionContext, booking: Booking): Promise<number> {
  if (booking.capturedCents === 0 || isSold(booking)) return amountDue(booking);
  const [going] = await select<{ cents: number }>(
    ctx,
    `select coalesce(sum(amount_cents), 0)::int as cents from refunds
     where booking_id = $1 and status in ('approved', 'sent')`,
    [booking.id],
  );
  return amountDue(booking) + (going?.cents ?? 0);
}

export function attemptsLeft(booking: Booking): number {
  return Math.max(0, booking.paymentAttemptsAllowed - booking.paymentAttemptsUsed);
}

/** Below this Stripe takes no payment: such a rest is waived (`rules.md` §2). */
export const SMALLEST_CHARGE_CENTS = 50;
