import { formatServiceDay, type ServiceDay } from '../../clock.ts';
import type { TransactionContext } from '../../context.ts';
import type { PricedQuote } from '../../pricing/price-quote.ts';
import type { PickupWindow } from '../../pricing/quote-request.ts';
import { audit } from '../_kit/audit.ts';
import { differences } from '../_kit/differences.ts';
import { post } from '../_kit/post.ts';
import { execute, select } from '../_kit/sql.ts';
import { reopenCois } from '../documents/reopen-cois.ts';
import { moveDeliveries } from '../logistics/plan-deliveries.ts';
import { takeCreditBack } from '../payments/write-credit.ts';
import { forgetCapacityAfter } from '../services/capacity-memory.ts';
import { flightMoved } from './basket.ts';
import type { Booking } from './booking.model.ts';
import { priceColumnsOf } from './booking-columns.ts';
import { priceChange } from './price-change.ts';

/** A new day, or only its price, that waits for the money to move (`rules.md` §5). */
export interface WaitingReschedule {
  readonly id: string;
  readonly priceChoice: 'charge' | 'refund';
  readonly pickupDate: ServiceDay;
  readonly pickupWindow: PickupWindow;
  readonly pickupHour: number | null;
  readonly price: PricedQuote;
  readonly rateCardVersion: number;
}

/** The one that waits, locked; `null` when none does. */
export async function findWaiting(
  ctx: TransactionContext,
  bookingId: string,
): Promise<WaitingReschedule | null> {
  const [row] = await select<WaitingReschedule>(
    ctx,
    `select id, price_choice as "priceChoice", pickup_date as "pickupDate", pickup_window as "pickupWindow",
       pickup_hour as "pickupHour", price, rate_card_version as "rateCardVersion"
     from reschedules where booking_id = $1 and status = 'waiting' for update`,
    [bookingId],
  );
  return row ?? null;
}

/** The difference has come: day and price move together. Says whether anything was waiting for it. */
export async function carryOutWaiting(ctx: TransactionContext, booking: Booking): Promise<boolean> {
  const waiting = await findWaiting(ctx, booking.id);
  if (waiting?.priceChoice !== 'charge') return false;
  const now = ctx.clock.now();
  const oldDay = booking.pickupDate;
  const { pickupDate, pickupWindow, pickupHour } = waiting;
  const columns = {
    pickupDate,
    pickupWindow,
    pickupHour,
    basket: { ...booking.basket, ...flightMoved(booking.basket, oldDay, pickupDate) },
    ...priceColumnsOf(waiting.price, waiting.rateCardVersion, booking.priceLockedUntil),
    waitingTotalCents: null,
  };
  const { basket, ...changes } = { ...differences(booking.get(), columns), ...priceChange(booking, columns) };
  await execute(ctx, `update reschedules set status = 'done', updated_at = $2 where id = $1`, [
    waiting.id,
    now,
  ]);
  await booking.update({ ...columns, version: booking.version + 1, updatedAt: now }, { transaction: ctx.tx });
  await execute(
    ctx,
    `delete from capacity_takings where booking_id = $1 and purpose = 'ride'
    and exists (select from capacity_takings where booking_id = $1 and purpose = 'move')`,
    [booking.id],
  );
  await execute(ctx, `update capacity_takings set purpose = 'ride', updated_at = $2 where booking_id = $1`, [
    booking.id,
    now,
  ]);
  await audit(ctx, {
    action: 'booking.rescheduled',
    subjectType: 'booking',
    subjectId: booking.id,
    subjectVersion: booking.version,
    bookingId: booking.id,
    reason: 'The difference was paid',
    changes,
    ...(basket && { personal: { basket } }),
    ...(booking.customerId !== null && { customerId: booking.customerId }),
  });
  forgetCapacityAfter(ctx, oldDay);
  forgetCapacityAfter(ctx, booking.pickupDate);
  await moveDeliveries(ctx, booking, oldDay);
  await reopenCois(ctx, booking);
  return true;
}

/** The lower price of a new day, once all that it gives back is approved (`rules.md` §5). */
export async function lowerWaitingPrice(
  ctx: TransactionContext,
  booking: Booking,
  rescheduleId: string,
): Promise<void> {
  const waiting = await findWaiting(ctx, booking.id);
  if (waiting?.id !== rescheduleId) return;
  const open = await select(
    ctx,
    `select id from refunds where reschedule_id = $1 and status in ('requested', 'needs_review')`,
    [rescheduleId],
  );
  if (open.length > 0) return;
  const now = ctx.clock.now();
  const columns = priceColumnsOf(waiting.price, waiting.rateCardVersion, booking.priceLockedUntil);
  const changes = priceChange(booking, columns);
  await execute(ctx, `update reschedules set status = 'done', updated_at = $2 where id = $1`, [
    waiting.id,
    now,
  ]);
  await booking.update({ ...columns, version: booking.version + 1, updatedAt: now }, { transaction: ctx.tx });
  await audit(ctx, {
    action: 'booking.repriced',
    subjectType: 'booking',
    subjectId: booking.id,
    subjectVersion: booking.version,
    bookingId: booking.id,
    reason: 'The refund of the new day was approved',
    changes,
  });
  // What was back before the price was lower had been credited.
  const settled = await select<{ id: string }>(
    ctx,
    `select id from refunds where reschedule_id = $1 and status = 'succeeded' order by id`,
    [rescheduleId],
  );
  for (const { id } of settled)
    await takeCreditBack(ctx, booking, { refundId: id, reason: 'The lower price is in force' });
}

/**
 * Ends the wait: the old day and price stay, the second day is free again, and a payment under way for the difference is
 * cancelled at Stripe. Nothing when none waits.
 */
export async function endWaiting(ctx: TransactionContext, booking: Booking): Promise<void> {
  const waitingTotal = booking.waitingTotalCents;
  const waiting = await findWaiting(ctx, booking.id);
  if (!waiting) return;
  const now = ctx.clock.now();
  await execute(ctx, `update reschedules set status = 'ended', updated_at = $2 where id = $1`, [
    waiting.id,
    now,
  ]);
  if (waiting.priceChoice === 'charge') {
    await execute(ctx, 'update bookings set waiting_total_cents = null where id = $1', [booking.id]);
    booking.set({ waitingTotalCents: null });
    await execute(ctx, `delete from capacity_takings where booking_id = $1 and purpose = 'move'`, [
      booking.id,
    ]);
    forgetCapacityAfter(ctx, waiting.pickupDate);
    const live = await select<{ id: string }>(
      ctx,
      `select id from payments where booking_id = $1 and purpose = 'difference' and status in ('created', 'pending', 'processing')`,
      [booking.id],
    );
    for (const { id } of live) await post(ctx, 'cancel_intent', { paymentId: id });
  }
  await audit(ctx, {
    action: 'booking.rescheduleEnded',
    subjectType: 'booking',
    subjectId: booking.id,
    bookingId: booking.id,
    reason: `No longer waits to move to ${formatServiceDay(waiting.pickupDate)}`,
    changes: { waitingTotalCents: [waitingTotal, null] },
  });
}
