import type { Context, TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { moveTo } from '../_kit/move-to.ts';
import { authorize } from '../_kit/policy.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { freeHold } from '../bookings/expire-booking.ts';
import { amountDue, isSold, lockBooking } from '../bookings/find-booking.ts';
import { carryOutWaiting } from '../bookings/waiting-reschedule.ts';
import { lockPayment } from './move-refund.ts';
import { NeedsReview } from './needs-review.model.ts';
import { needsReviewPolicy } from './needs-review.policy.ts';
import { refundable, requestRefund } from './request-refund.ts';
import { writeCredit } from './write-credit.ts';

/** What a person decides about a case, each once: the steps of `rules.md` §4. */

/**
 * Takes a payment of another sum as it is: what is missing is written off as a credit, what is too much is asked back for
 * an admin to approve; the booking is confirmed, or moves to the day that waited for the difference. Throws `forbidden`,
 * `not_found`, `conflict` when the case was decided or nothing differs.
 */
export async function acceptDifference(ctx: Context, reviewId: string): Promise<void> {
  await decide(ctx, reviewId, 'accept', async (tx, review) => {
    const { booking, paymentId } = await moneyOf(tx, review);
    if (booking.status !== 'pending_payment' && !isSold(booking))
      throw new Refusal('conflict', { detail: 'This booking does not run any more: refund its payment.' });
    await lockPayment(tx, paymentId);
    const missing = amountDue(booking);
    if (missing > 0) {
      const reason = 'Accepted as paid';
      await writeCredit(tx, booking, { kind: 'goodwill', amountCents: missing, reason });
    }
    if (booking.status === 'pending_payment')
      await moveTo(tx, booking, 'confirmed', { reason: 'Accepted as paid' });
    else if (booking.waitingTotalCents !== null) await carryOutWaiting(tx, booking);
    if (missing < 0) await giveBack(tx, booking, paymentId, -missing, 'More was paid than was due');
    return 'Accepted as paid.';
  });
}

/**
 * Asks for all that is left of the payment to go back; another admin approves it, and a day that was held is free. Throws `forbidden`, `not_found`,
 * `conflict`, `refund_too_large`.
 */
export async function refundReviewed(ctx: Context, reviewId: string): Promise<void> {
  await decide(ctx, reviewId, 'refund', async (tx, review) => {
    const { booking, paymentId } = await moneyOf(tx, review);
    const left = await refundable(tx, paymentId);
    if (left.cents <= 0 || left.isFrozen)
      throw new Refusal('conflict', { detail: 'Nothing of this payment can be refunded just now.' });
    if (booking.status === 'pending_payment') await freeHold(tx, booking);
    await giveBack(tx, booking, paymentId, left.cents, 'Another sum was paid than was due');
    return 'The refund was asked for.';
  });
}

/** Closes a case that was dealt with elsewhere, saying how. Throws `forbidden`, `not_found`, `conflict`. */
export async function resolveReview(
  ctx: Context,
  { reviewId, resolution }: { readonly reviewId: string; readonly resolution: string },
): Promise<void> {
  await decide(ctx, reviewId, 'resolve', async () => resolution);
}

/** Takes back that a case was closed. Throws `forbidden`, `not_found`, `conflict` when it is open, again or still. */
export async function reopenReview(ctx: Context, reviewId: string): Promise<void> {
  authorize(ctx, needsReviewPolicy, 'reopen');
  await inTransaction(ctx, async (tx) => {
    const review = await lockReview(tx, reviewId);
    const { kind, subject, resolvedAt } = review;
    const others = await NeedsReview.count({
      where: { kind, subject, resolvedAt: null },
      transaction: tx.tx,
    });
    if (resolvedAt === null || others > 0)
      throw new Refusal('conflict', { detail: 'This case is open already.' });
    await audit(tx, { ...entryOf(review, 'reopened'), personal: { resolution: [review.resolution, null] } });
    await review.update(
      { resolution: null, resolvedBy: null, resolvedAt: null, updatedAt: tx.clock.now() },
      { transaction: tx.tx },
    );
  });
}

async function decide(
  ctx: Context,
  reviewId: string,
  verb: 'accept' | 'refund' | 'resolve',
  work: (tx: TransactionContext, review: NeedsReview) => Promise<string>,
): Promise<void> {
  authorize(ctx, needsReviewPolicy, verb);
  const { actor } = ctx;
  if (actor.type !== 'staff') throw new Refusal('forbidden');
  await inTransaction(ctx, async (tx) => {
    const { bookingId } = await find(tx, reviewId);
    // The booking before its cases: whoever settles its money holds it.
    if (bookingId !== null) await lockBooking(tx, bookingId);
    const review = await lockReview(tx, reviewId);
    if (review.resolvedAt !== null)
      throw new Refusal('conflict', { detail: 'Somebody has decided this meanwhile.' });
    const resolution = await work(tx, review);
    await audit(tx, { ...entryOf(review, 'resolved'), personal: { resolution: [null, resolution] } });
    const now = tx.clock.now();
    await review.update(
      { resolution, resolvedBy: actor.id, resolvedAt: now, updatedAt: now },
      { transaction: tx.tx },
    );
  });
}

function entryOf({ id, bookingId, kind }: NeedsReview, what: string) {
  return {
    action: `needsReview.${what}`,
    subjectType: 'needsReview',
    subjectId: id,
    ...(bookingId !== null && { bookingId }),
    reason: kind,
  };
}

async function find(ctx: TransactionContext, reviewId: string): Promise<NeedsReview> {
  return NeedsReview.findByPk(reviewId, {
    transaction: ctx.tx,
    rejectOnEmpty: new Refusal('not_found'),
  });
}

async function lockReview(ctx: TransactionContext, reviewId: string): Promise<NeedsReview> {
  return NeedsReview.findByPk(reviewId, {
    transaction: ctx.tx,
    lock: ctx.tx.LOCK.UPDATE,
    rejectOnEmpty: new Refusal('not_found'),
  });
}

/** The booking and the payment that a case about a sum is about. */
async function moneyOf(
  ctx: TransactionContext,
  { kind, bookingId, paymentId }: NeedsReview,
): Promise<{ booking: Booking; paymentId: string }> {
  if (kind !== 'amount_mismatch' || bookingId === null || paymentId === null)
    throw new Refusal('conflict', { detail: 'This case is not about a sum.' });
  return { booking: await lockBooking(ctx, bookingId), paymentId };
}

async function giveBack(
  ctx: TransactionContext,
  booking: Booking,
  paymentId: string,
  amountCents: number,
  why: string,
): Promise<void> {
  if (ctx.actor.type !== 'staff') throw new Refusal('forbidden');
  const payment = await lockPayment(ctx, paymentId);
  const reason = `${why} for ${booking.number}`;
  await requestRefund(ctx, payment, { amountCents, reason, isSurplus: true, by: { staffId: ctx.actor.id } });
}
