import { addMinutes, earlier } from '../../clock.ts';
import type { Context, TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { isOverridden } from '../../pricing/override-total.ts';
import type { PricedQuote } from '../../pricing/price-quote.ts';
import { audit } from '../_kit/audit.ts';
import { crashPoint } from '../_kit/crash-point.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { moveTo } from '../_kit/move-to.ts';
import { execute, select } from '../_kit/sql.ts';
import { refuseTooManyDeclines } from '../payments/limit-declines.ts';
import { lockLivePayment } from '../payments/live-payment.ts';
import { openIntent } from '../payments/open-intent.ts';
import type { Payment } from '../payments/payment.model.ts';
import { startPayment } from '../payments/start-payment.ts';
import { hasTestKeys } from '../payments/stripe/client.ts';
import { claimIdempotencyKey, type IdempotencyClaim, rememberResource } from '../plumbing/idempotency.ts';
import { currentRateCard } from '../services/load-rate-card.ts';
import { priceBySnapshot } from '../services/quote-price.ts';
import type { RateCardSnapshot } from '../services/rate-card-snapshot.ts';
import { redeemDiscount } from '../services/redeem-discount.ts';
import { takeCapacity } from '../services/take-capacity.ts';
import type { Booking } from './booking.model.ts';
import { missingDetails, priceColumnsOf, requestOf, vanViolations } from './booking-columns.ts';
import { dateRefusalOf } from './day-of-booking.ts';
import { amountToCharge, attemptsLeft, lockBooking, SMALLEST_CHARGE_CENTS } from './find-booking.ts';
import { refuseTooManyHolds } from './hold-limits.ts';
import { priceChange } from './price-change.ts';

interface Checkout {
  readonly bookingId: string;
  /** What the customer was shown; must equal the price about to be charged. `null` for a page that shows it before it is paid. */
  readonly expectedTotalCents: number | null;
  /** The end of a payment link, which holds the day until then (`rules.md` §3). */
  readonly holdUntil?: Date;
  readonly claim?: IdempotencyClaim;
  readonly clientAddress?: string | null;
}

export interface CheckedOut {
  readonly booking: Booking;
  /** `null` when nothing was due: the booking is confirmed. */
  readonly payment: Payment | null;
  readonly clientSecret: string | null;
}

/**
 * Freezes the price, holds the day and opens a payment: booking and payment rows are committed first, then Stripe is
 * asked (`architecture.md`). Called again it gives the same live intent. Throws the refusals of `api.md`.
 */
export async function checkOutBooking(ctx: Context, checkout: Checkout): Promise<CheckedOut> {
  const snapshot = await currentRateCard(ctx);
  const { booking, payment } = await inTransaction(ctx, (tx) => reserve(tx, snapshot, checkout));
  crashPoint(ctx, 'checkout.reserved');
  if (payment === null) return { booking, payment: null, clientSecret: null };
  return { booking, ...(await openIntent(ctx, booking, payment)) };
}

async function reserve(
  ctx: TransactionContext,
  snapshot: RateCardSnapshot,
  checkout: Checkout,
): Promise<{ booking: Booking; payment: Payment | null }> {
  const claimed = checkout.claim && (await claimIdempotencyKey(ctx, checkout.claim));
  const booking = await lockBooking(ctx, checkout.bookingId);
  // The same request, cut off after it had confirmed a booking with nothing to pay.
  if (claimed?.resourceId === booking.id) return { booking, payment: null };
  const isHeld = booking.status === 'pending_payment';
  const payment = await holdOrConfirm(ctx, snapshot, booking, checkout);
  // With a payment, the same request finds that: it is live.
  if (checkout.claim && payment === null) await rememberResource(ctx, checkout.claim, booking.id);
  if (!isHeld) await takeCapacity(ctx, snapshot, { booking, day: booking.pickupDate });
  return { booking, payment };
}

/** Returns the payment to make, or `null` when nothing is due and the booking is confirmed. */
async function holdOrConfirm(
  ctx: TransactionContext,
  snapshot: RateCardSnapshot,
  booking: Booking,
  checkout: Checkout,
): Promise<Payment | null> {
  refuseState(booking);
  refuseTestCharge(ctx, booking);
  // An inquiry has none: it became one again without, and the start of a payment refuses a second.
  const live = booking.status === 'inquiry' ? null : await lockLivePayment(ctx, booking.id);
  if (live && booking.status === 'pending_payment') {
    refuseOtherPrice(booking.price, checkout.expectedTotalCents);
    await extendHold(ctx, snapshot, booking, checkout.holdUntil);
    return live;
  }
  if (live || booking.status === 'pending_payment') throw new Refusal('conflict');
  refuseUnready(ctx, snapshot, booking);
  const { price, columns } = await priceToCharge(ctx, snapshot, booking);
  refuseOtherPrice(price, checkout.expectedTotalCents);
  if (!checkout.holdUntil) {
    const clientAddress = checkout.clientAddress ?? null;
    await refuseTooManyDeclines(ctx, booking, clientAddress);
    await refuseTooManyHolds(ctx, snapshot, booking, clientAddress);
  }
  if (columns) await reprice(ctx, booking, columns);
  await takeDiscount(ctx, booking);
  return askForMoney(ctx, snapshot, booking, checkout);
}

/** A test booking never meets a real card (`rules.md` §1). */
function refuseTestCharge({ config }: Context, booking: Booking): void {
  if (booking.isTest && !hasTestKeys(config))
    throw new Refusal('move_not_allowed', {
      detail: 'This is a test booking: no real card is charged for it.',
    });
}

function refuseState(booking: Booking): void {
  if (booking.status === 'cancelled') throw new Refusal('booking_cancelled');
  if (['confirmed', 'in_progress', 'completed'].includes(booking.status)) throw new Refusal('already_paid');
  if (attemptsLeft(booking) === 0) throw new Refusal('attempts_exhausted');
}

export function refuseUnready(ctx: Context, snapshot: RateCardSnapshot, booking: Booking): void {
  const missing = missingDetails(requestOf(booking));
  if (missing.length > 0) throw new Refusal('incomplete', { violations: missing });
  const tooMuch = vanViolations(snapshot, booking);
  if (tooMuch.length > 0) throw new Refusal('exceeds_van', { violations: tooMuch });
  const reason = dateRefusalOf(snapshot, ctx.clock.now(), booking);
  if (reason !== null) throw new Refusal('date_unavailable', { extras: { reason } });
}

function refuseOtherPrice(price: PricedQuote, expectedTotalCents: number | null): void {
  if (expectedTotalCents !== null && price.totalCents !== expectedTotalCents)
    throw new Refusal('price_changed', { extras: { price } });
}

/** The locked price while the lock lasts, an overridden one for good, else a new one (`rules.md` §2). */
export async function priceToCharge(ctx: TransactionContext, snapshot: RateCardSnapshot, booking: Booking) {
  const now = ctx.clock.now();
  const user = { bookingId: booking.id, customerEmail: booking.contactEmail };
  if (now <= booking.priceLockedUntil || isOverridden(booking.price))
    return { price: booking.price, columns: null };
  const price = await priceBySnapshot(ctx, snapshot, requestOf(booking), user);
  if (booking.price.discount?.applied && !price.discount?.applied) throw discountNotValid();
  const lockedUntil = addMinutes(now, snapshot.settings.priceLockHours * 60);
  return { price, columns: { ...priceColumnsOf(price, snapshot.version, lockedUntil), updatedAt: now } };
}

async function reprice(
  ctx: TransactionContext,
  booking: Booking,
  columns: ReturnType<typeof priceColumnsOf> & { readonly updatedAt: Date },
): Promise<void> {
  const changes = priceChange(booking, columns);
  await booking.update(columns, { transaction: ctx.tx });
  await audit(ctx, {
    action: 'booking.repriced',
    subjectType: 'booking',
    subjectId: booking.id,
    bookingId: booking.id,
    changes,
  });
}

/** A code that lowered the shown price must still be good, lock or not; its use is counted under the code's lock. */
async function takeDiscount(ctx: TransactionContext, booking: Booking): Promise<void> {
  if (!booking.price.discount?.applied || booking.discountCode === null) return;
  const [code] = await select<{ valid: boolean }>(
    ctx,
    `select active and (valid_from is null or valid_from <= $2) and (valid_until is null or valid_until > $2) as valid
     from discount_codes where code = $1`,
    [booking.discountCode, ctx.clock.now()],
  );
  if (!code?.valid) throw discountNotValid();
  const use = {
    code: booking.discountCode,
    bookingId: booking.id,
    customerEmail: booking.contactEmail ?? '',
  };
  if ((await redeemDiscount(ctx, use)) !== 'taken') throw discountNotValid();
}

/** Holds the booking behind a payment row, or confirms it when nothing is due. */
async function askForMoney(
  ctx: TransactionContext,
  snapshot: RateCardSnapshot,
  booking: Booking,
  { holdUntil, clientAddress = null }: Checkout,
): Promise<Payment | null> {
  const now = ctx.clock.now();
  const due = await amountToCharge(ctx, booking);
  if (due < SMALLEST_CHARGE_CENTS) {
    if (due > 0) await waive(ctx, booking, due);
    await moveTo(ctx, booking, 'confirmed', { reason: 'Nothing to pay' });
    return null;
  }
  const expiresAt = holdUntil ?? addMinutes(now, snapshot.settings.holdMinutes);
  await moveTo(ctx, booking, 'pending_payment', { hold: { startedAt: now, expiresAt, clientAddress } });
  return startPayment(ctx, { bookingId: booking.id, purpose: 'booking', amountCents: due });
}

async function waive(ctx: TransactionContext, booking: Booking, due: number): Promise<void> {
  const reason = 'Too small to charge';
  await execute(
    ctx,
    `insert into credits (booking_id, kind, amount_cents, reason, created_at) values ($1, 'waived', $2, $3, $4)`,
    [booking.id, due, reason, ctx.clock.now()],
  );
  await audit(ctx, {
    action: 'booking.waived',
    subjectType: 'booking',
    subjectId: booking.id,
    bookingId: booking.id,
    reason,
    changes: { creditsCents: [booking.creditsCents, booking.creditsCents + due] },
  });
  await booking.reload({ transaction: ctx.tx });
}

/** A repeated checkout prolongs the hold, at most to an hour from the first, a payment link to its end (`rules.md` §3). */
async function extendHold(
  ctx: TransactionContext,
  snapshot: RateCardSnapshot,
  booking: Booking,
  holdUntil: Date | undefined,
): Promise<void> {
  if (booking.holdStartedAt === null || booking.holdExpiresAt === null) return;
  const now = ctx.clock.now();
  const latest = addMinutes(booking.holdStartedAt, snapshot.settings.holdMaximumMinutes);
  const wanted = addMinutes(now, snapshot.settings.holdMinutes);
  const expiresAt = holdUntil ?? earlier(wanted, latest);
  if (expiresAt > booking.holdExpiresAt) {
    await booking.update({ holdExpiresAt: expiresAt, updatedAt: now }, { transaction: ctx.tx });
  }
}

function discountNotValid(): Refusal {
  const message = 'This code no longer applies.';
  return new Refusal('discount_not_valid', {
    violations: [{ path: 'discountCode', code: 'not_valid', message }],
  });
}
