import { randomUUID } from 'node:crypto';
import { addMinutes, earlier, formatServiceDay, type ServiceDay } from '../../clock.ts';
import type { Context, TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { cents } from '../../pricing/money.ts';
import { keepTotal } from '../../pricing/override-total.ts';
import type { PricedQuote } from '../../pricing/price-quote.ts';
import type { PickupWindow } from '../../pricing/quote-request.ts';
import { audit } from '../_kit/audit.ts';
import { differences } from '../_kit/differences.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { execute } from '../_kit/sql.ts';
import { reopenCois } from '../documents/reopen-cois.ts';
import { moveDeliveries } from '../logistics/plan-deliveries.ts';
import { endLivePayment } from '../payments/end-live-payment.ts';
import { requestRefunds } from '../payments/request-refund.ts';
import { withdrawRefunds } from '../payments/withdraw-refunds.ts';
import { forgetCapacityAfter } from '../services/capacity-memory.ts';
import {
  type DateRefusal,
  dateRefusal,
  dayAvailability,
  type UnavailableReason,
} from '../services/day-availability.ts';
import { currentRateCard } from '../services/load-rate-card.ts';
import { priceBySnapshot } from '../services/quote-price.ts';
import type { RateCardSnapshot } from '../services/rate-card-snapshot.ts';
import { takeCapacity } from '../services/take-capacity.ts';
import { vanLoad } from '../services/van-load.ts';
import { flightMoved } from './basket.ts';
import { Booking } from './booking.model.ts';
import { bookingPolicy } from './booking.policy.ts';
import { priceColumnsOf, requestOf } from './booking-columns.ts';
import { type BookingRequest, dayWords, readBookingRequest } from './booking-request.ts';
import { cutOffOf } from './day-of-booking.ts';
import { amountDue, lockBooking, SMALLEST_CHARGE_CENTS } from './find-booking.ts';
import { paymentLinkUrl } from './payment-link.ts';
import { priceChange } from './price-change.ts';
import type { SentLink } from './send-payment-link.ts';
import { endWaiting } from './waiting-reschedule.ts';

export type PriceChoice = 'keep' | 'charge' | 'refund';

export interface NewTime {
  readonly pickupDate: ServiceDay;
  readonly pickupWindow?: PickupWindow | null;
  readonly pickupHour?: number | null;
}

export interface Reschedule extends NewTime {
  readonly bookingId: string;
  readonly priceChoice: PriceChoice;
  /** Needed for a day after the cut-off. */
  readonly reason?: string | null;
}

export interface Rescheduled {
  /** The link by which the difference is paid, while the old day and price stay; `null` when it has moved. */
  readonly waitsFor: SentLink | null;
}

export interface ReschedulePlan {
  /** Why the day cannot be had, or `null`. */
  readonly refusal: UnavailableReason | null;
  readonly price: PricedQuote;
  /** New total less the present one. */
  readonly differenceCents: number;
}

/** What a new day would cost, and whether it has room. Changes nothing. Throws `invalid`, `not_found`. */
export async function planReschedule(ctx: Context, bookingId: string, to: NewTime): Promise<ReschedulePlan> {
  authorize(ctx, bookingPolicy, 'reschedule');
  const snapshot = await currentRateCard(ctx);
  const booking = await Booking.findByPk(bookingId, { rejectOnEmpty: new Refusal('not_found') });
  const request = requestAt(snapshot, booking, to);
  const price = await priceBySnapshot(ctx, snapshot, request, userOf(booking));
  const refusal = await refusalOf(ctx, snapshot, booking, to.pickupDate);
  return { refusal, price, differenceCents: price.totalCents - booking.totalCents };
}

/** Its own place on the same day needs no room; else staff may pass the cut-off, with a reason (`product.md` §1). */
async function refusalOf(ctx: Context, snapshot: RateCardSnapshot, booking: Booking, day: ServiceDay) {
  const date = dateRefusal(snapshot, ctx.clock.now(), day);
  if (date !== null) return date;
  if (booking.isTest || day === booking.pickupDate) return null;
  return (await dayAvailability(ctx, snapshot, day, vanLoad(booking.basket, snapshot.load))).reason ?? null;
}

/**
 * Moves a confirmed booking to another day or window (`rules.md` §5): `keep` leaves nothing due; `charge` holds both days
 * until the difference is paid or the wait lapses, and the old day and price stay until then; `refund` moves the day at once
 * and the price when an admin has approved what goes back. Throws `forbidden`,
 * `move_not_allowed`, `date_unavailable`, `invalid` at the field, `conflict`.
 */
export async function rescheduleBooking(ctx: Context, asked: Reschedule): Promise<Rescheduled> {
  authorize(ctx, bookingPolicy, 'reschedule');
  const snapshot = await currentRateCard(ctx);
  // Asked before anything is done at Stripe: what is refused keeps its payment.
  const before = await Booking.findByPk(asked.bookingId, { rejectOnEmpty: new Refusal('not_found') });
  movedRequest(ctx, snapshot, before, asked);
  await endLivePayment(ctx, asked.bookingId);
  return inTransaction(ctx, async (tx) => {
    const booking = await lockBooking(tx, asked.bookingId);
    const request = movedRequest(tx, snapshot, booking, asked);
    await withdrawRefunds(tx, booking);
    await endWaiting(tx, booking);
    const price = await priceBySnapshot(tx, snapshot, request, userOf(booking));
    const difference = price.totalCents - booking.totalCents;
    if (asked.priceChoice === 'charge') {
      if (difference < SMALLEST_CHARGE_CENTS)
        throw invalid(
          'priceChoice',
          'nothing_to_charge',
          'There is nothing to charge for the new time. Keep the price.',
        );
      return { waitsFor: await wait(tx, snapshot, booking, request, price) };
    }
    if (asked.priceChoice === 'refund') {
      if (difference >= 0)
        throw invalid('priceChoice', 'nothing_to_refund', 'The new time costs no less. Keep the price.');
      await refundLater(tx, snapshot, booking, request, price);
    }
    await moveNow(
      tx,
      snapshot,
      booking,
      request,
      keepTotal(price, cents(booking.totalCents)),
      asked.reason ?? null,
    );
    return { waitsFor: null };
  });
}

/** The request at the new time, of a booking that may move there. */
function movedRequest(
  ctx: Context,
  snapshot: RateCardSnapshot,
  booking: Booking,
  asked: Reschedule,
): BookingRequest {
  if (booking.status !== 'confirmed')
    throw new Refusal('move_not_allowed', { detail: 'Only a confirmed booking is rescheduled.' });
  refuseDate(ctx, snapshot, asked);
  const request = requestAt(snapshot, booking, asked);
  if (isSameTime(booking, request))
    throw invalid('pickupDate', 'same_time', 'The booking is at this time already.');
  return request;
}

function refuseDate(ctx: Context, snapshot: RateCardSnapshot, { pickupDate, reason }: Reschedule): void {
  const refusal: DateRefusal | null = dateRefusal(snapshot, ctx.clock.now(), pickupDate);
  if (refusal === null || (refusal === 'cut_off' && (reason ?? '') !== '')) return;
  const words =
    refusal === 'cut_off' ? 'This day is after the cut-off. Say why it is moved there.' : dayWords[refusal];
  throw invalid(refusal === 'cut_off' ? 'reason' : 'pickupDate', refusal, words);
}

function requestAt(snapshot: RateCardSnapshot, booking: Booking, to: NewTime): BookingRequest {
  const { pickupHour: _hour, sameDay: _fee, ...before } = requestOf(booking);
  const pickupWindow = to.pickupWindow ?? booking.pickupWindow;
  const pickupHour = to.pickupHour ?? (to.pickupWindow == null ? booking.pickupHour : null);
  const read = readBookingRequest(
    {
      ...before,
      ...flightMoved(booking.basket, booking.pickupDate, to.pickupDate),
      pickupDate: to.pickupDate,
      pickupWindow,
      ...(pickupHour !== null && { pickupHour }),
    },
    snapshot,
    null,
  );
  if (!read.ok) throw new Refusal('invalid', { violations: read.violations });
  return read.request;
}

function isSameTime(booking: Booking, { pickupDate, pickupWindow, pickupHour }: BookingRequest): boolean {
  return (
    booking.pickupDate === pickupDate &&
    booking.pickupWindow === pickupWindow &&
    booking.pickupHour === (pickupHour ?? null)
  );
}

async function moveNow(
  ctx: TransactionContext,
  snapshot: RateCardSnapshot,
  booking: Booking,
  request: BookingRequest,
  price: PricedQuote,
  reason: string | null,
): Promise<void> {
  const { pickupDate: oldDay } = booking;
  const day = request.pickupDate as ServiceDay;
  const columns = {
    ...timeOf(request),
    basket: { ...booking.basket, ...flightMoved(booking.basket, oldDay, day) },
    ...priceColumnsOf(price, snapshot.version, booking.priceLockedUntil),
  };
  const { basket, ...changes } = { ...differences(booking.get(), columns), ...priceChange(booking, columns) };
  await booking.update(
    {
      ...columns,
      version: booking.version + 1,
      updatedAt: ctx.clock.now(),
    },
    { transaction: ctx.tx },
  );
  await audit(ctx, {
    action: 'booking.rescheduled',
    subjectType: 'booking',
    subjectId: booking.id,
    subjectVersion: booking.version,
    bookingId: booking.id,
    personal: { ...(basket && { basket }), ...(reason && { rescheduleReason: [null, reason] }) },
    ...(booking.customerId !== null && { customerId: booking.customerId }),
    changes,
  });
  await moveDeliveries(ctx, booking, oldDay);
  await reopenCois(ctx, booking);
  if (day === oldDay) return;
  await execute(ctx, 'delete from capacity_takings where booking_id = $1', [booking.id]);
  forgetCapacityAfter(ctx, oldDay);
  await takeCapacity(ctx, snapshot, { booking, day });
}

/** Holds the second day for as long as the payment link lives that it gives: 24 hours or until the cut-off (`rules.md` §3). */
async function wait(
  ctx: TransactionContext,
  snapshot: RateCardSnapshot,
  booking: Booking,
  request: BookingRequest,
  price: PricedQuote,
): Promise<SentLink> {
  const now = ctx.clock.now();
  const day = request.pickupDate as ServiceDay;
  const lives = addMinutes(now, snapshot.settings.paymentLinkHours * 60);
  const expiresAt = earlier(lives, cutOffOf(snapshot, { pickupDate: day }));
  if (expiresAt <= now)
    throw invalid('priceChoice', 'no_time', 'There is no time left to pay a difference. Keep the price.');
  const { pickupWindow, pickupHour } = timeOf(request);
  await execute(
    ctx,
    `insert into reschedules (booking_id, price_choice, pickup_date, pickup_window, pickup_hour, price, rate_card_version,
       expires_at, created_at, updated_at)
     values ($1, 'charge', $2, $3, $4, $5, $6, $7, $8, $8)`,
    [booking.id, day, pickupWindow, pickupHour, JSON.stringify(price), snapshot.version, expiresAt, now],
  );
  await booking.update(
    { waitingTotalCents: price.totalCents, version: booking.version + 1, updatedAt: now },
    { transaction: ctx.tx },
  );
  await audit(ctx, {
    action: 'booking.rescheduleWaiting',
    subjectType: 'booking',
    subjectId: booking.id,
    subjectVersion: booking.version,
    bookingId: booking.id,
    changes: { waitingTotalCents: [null, price.totalCents] },
    reason: `Waits for the difference to move to ${formatServiceDay(day)}`,
  });
  if (day !== booking.pickupDate) await takeCapacity(ctx, snapshot, { booking, day, purpose: 'move' });
  return { url: paymentLinkUrl(ctx.config, booking, expiresAt), expiresAt, dueCents: amountDue(booking) };
}

/** The day moves at once, the price when an admin has approved the refund (`rules.md` §5). */
async function refundLater(
  ctx: TransactionContext,
  snapshot: RateCardSnapshot,
  booking: Booking,
  request: BookingRequest,
  price: PricedQuote,
): Promise<void> {
  if (ctx.actor.type !== 'staff') throw new Refusal('forbidden');
  const { pickupDate, pickupWindow, pickupHour } = timeOf(request);
  const id = randomUUID();
  await execute(
    ctx,
    `insert into reschedules (id, booking_id, price_choice, pickup_date, pickup_window, pickup_hour, price, rate_card_version,
       created_at, updated_at)
     values ($1, $2, 'refund', $3, $4, $5, $6, $7, $8, $8)`,
    [
      id,
      booking.id,
      pickupDate,
      pickupWindow,
      pickupHour,
      JSON.stringify(price),
      snapshot.version,
      ctx.clock.now(),
    ],
  );
  await requestRefunds(ctx, booking, {
    amountCents: booking.totalCents - price.totalCents,
    reason: `Lower price on ${formatServiceDay(pickupDate)}`,
    rescheduleId: id,
    by: { staffId: ctx.actor.id },
  });
}

function timeOf(request: BookingRequest) {
  return {
    pickupDate: request.pickupDate as ServiceDay,
    pickupWindow: request.pickupWindow,
    pickupHour: request.pickupHour ?? null,
  };
}

function userOf(booking: Booking) {
  return { bookingId: booking.id, customerEmail: booking.contactEmail };
}

function invalid(path: string, code: string, message: string): Refusal {
  return new Refusal('invalid', { violations: [{ path, code, message }] });
}
