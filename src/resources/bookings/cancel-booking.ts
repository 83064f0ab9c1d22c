import type { Context, TransactionContext } from '../../context.ts';
import { type Cents, formatUsd } from '../../pricing/money.ts';
import { audit } from '../_kit/audit.ts';
import { crashPoint } from '../_kit/crash-point.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { moveTo } from '../_kit/move-to.ts';
import { authorize } from '../_kit/policy.ts';
import { post } from '../_kit/post.ts';
import { select } from '../_kit/sql.ts';
import { notifyCustomer } from '../notifications/notify.ts';
import { cancelPaymentIntent } from '../payments/cancel-intent.ts';
import { openReview } from '../payments/open-review.ts';
import { Payment } from '../payments/payment.model.ts';
import { livePaymentStatuses } from '../payments/payment.states.ts';
import { requestRefunds } from '../payments/request-refund.ts';
import { withdrawRefunds } from '../payments/withdraw-refunds.ts';
import { writeCredit } from '../payments/write-credit.ts';
import { claimIdempotencyKey, type IdempotencyClaim, rememberResource } from '../plumbing/idempotency.ts';
import { releaseDiscount } from '../services/redeem-discount.ts';
import type { Booking } from './booking.model.ts';
import { bookingPolicy } from './booking.policy.ts';
import { amountDue, lockBooking } from './find-booking.ts';
import {
  type CancellationPlan,
  planCancellation,
  readCancellation,
  refuseUncancellable,
} from './plan-cancellation.ts';

interface Cancellation {
  readonly bookingId: string;
  readonly reason: string | null;
  /** Another amount than the policy's: staff only, and it waits for an admin as all that staff start. */
  readonly refundCents?: number;
  readonly claim?: IdempotencyClaim;
}

/**
 * Cancels a booking: status, capacity, code and the refund's request in one transaction, by the policy (`rules.md` §5).
 * Its customer's own refund goes back by rule, one that staff start waits for an admin. A live intent is cancelled after
 * that; money that still comes goes back whole. Tells how far the steps are. Throws `booking_cancelled`,
 * `not_cancellable`, `refund_too_large`.
 */
export async function cancelBooking(ctx: Context, cancellation: Cancellation): Promise<CancellationPlan> {
  const { bookingId } = cancellation;
  if (ctx.actor.type !== 'customer') authorize(ctx, bookingPolicy, 'cancel');
  const live = await inTransaction(ctx, (tx) => cancel(tx, cancellation));
  crashPoint(ctx, 'cancel.committed');
  for (const paymentId of live) await endAtOnce(ctx, paymentId);
  return readCancellation(ctx, bookingId);
}

/** Returns the payments whose intents are still live. */
async function cancel(ctx: TransactionContext, cancellation: Cancellation): Promise<string[]> {
  const { bookingId, claim } = cancellation;
  const claimed = claim && (await claimIdempotencyKey(ctx, claim));
  const booking = await lockBooking(ctx, bookingId);
  // The same request, cut off after it had cancelled.
  if (claimed?.resourceId === bookingId && booking.status === 'cancelled') return [];
  refuseUncancellable(ctx, booking);
  await withdrawRefunds(ctx, booking);
  const { refundCents: policyCents, frozenCents } = await planCancellation(ctx, booking);
  await setCancelled(ctx, booking, byWhom(ctx));
  await booking.update({ cancelReason: cancellation.reason }, { transaction: ctx.tx });
  const refundCents = await giveBack(ctx, booking, policyCents, cancellation);
  if (booking.confirmedAt !== null)
    await notifyCustomer(ctx, booking, {
      type: 'booking_cancelled',
      eventKey: booking.id,
      variables: {
        reason: '',
        amount: refundCents > 0 ? formatUsd(refundCents as Cents) : '',
        cardWords: await cardThatPaid(ctx, booking.id),
      },
    });
  const isPolicy = cancellation.refundCents === undefined;
  if (isPolicy && frozenCents > 0) await holdForDispute(ctx, booking, frozenCents);
  await audit(ctx, {
    action: 'booking.cancellation',
    subjectType: 'booking',
    subjectId: bookingId,
    bookingId,
    changes: { policyCents: [null, policyCents], refundCents: [null, refundCents] },
    personal: { cancelReason: [null, cancellation.reason] },
    ...(booking.customerId !== null && { customerId: booking.customerId }),
  });
  const live = await Payment.findAll({
    where: { bookingId, status: [...livePaymentStatuses] },
    transaction: ctx.tx,
  });
  for (const { id } of live) await post(ctx, 'cancel_intent', { paymentId: id });
  if (claim) await rememberResource(ctx, claim, bookingId);
  return live.map(({ id }) => id);
}

/** Cancelled, its code's use given back, and nothing owed any more; whoever cancels has dealt with the money before. */
export async function setCancelled(ctx: TransactionContext, booking: Booking, reason: string): Promise<void> {
  await moveTo(ctx, booking, 'cancelled', { reason });
  if (booking.capturedCents === 0) await releaseDiscount(ctx, booking.id);
  await creditWhatIsDue(ctx, booking);
}

function byWhom({ actor }: Context): string {
  return actor.type === 'customer' ? 'By the customer' : `By ${actor.name}`;
}

/** What was never paid is no longer owed: the unkept part of the price becomes a credit (`rules.md` §5). */
async function creditWhatIsDue(ctx: TransactionContext, booking: Booking): Promise<void> {
  const amountCents = amountDue(booking);
  if (amountCents > 0)
    await writeCredit(ctx, booking, { kind: 'cancellation', amountCents, reason: 'Cancelled' });
}

/** What the policy gives of a disputed payment is decided when its dispute has ended (`rules.md` §5). */
async function holdForDispute(ctx: TransactionContext, booking: Booking, frozenCents: number): Promise<void> {
  await openReview(ctx, {
    kind: 'refund_frozen',
    subject: booking.id,
    bookingId: booking.id,
    reason: `${formatUsd(frozenCents as Cents)} would go back for ${booking.number}, which was cancelled, but a bank disputes the payment.`,
    suggestedStep:
      'When the dispute ends: refund it from the payment if it was won; if it was lost, nothing is left to do.',
  });
}

/** Requests the refund; returns its amount. */
/** The one card of what was paid; '' when there were several, or none that we know. */
async function cardThatPaid(ctx: TransactionContext, bookingId: string): Promise<string> {
  const cards = await select<{ words: string | null }>(
    ctx,
    `select distinct card_words as words from payments where booking_id = $1 and status = 'succeeded'`,
    [bookingId],
  );
  return (cards.length === 1 && cards[0]?.words) || '';
}

async function giveBack(
  ctx: TransactionContext,
  booking: Booking,
  policyCents: number,
  { refundCents: wanted, reason: why }: Cancellation,
): Promise<number> {
  const { actor } = ctx;
  const isStaff = actor.type === 'staff';
  const amountCents = isStaff ? (wanted ?? policyCents) : policyCents;
  const reason = isStaff
    ? ['Cancelled by the office', why].filter(Boolean).join(': ').slice(0, 2_000)
    : 'Cancelled by the customer';
  const by = isStaff ? { staffId: actor.id } : ({ rule: 'customer_cancellation' } as const);
  if (amountCents > 0) await requestRefunds(ctx, booking, { amountCents, reason, by });
  return amountCents;
}

/** Tries what the job does anyway, so that the answer can say how it went; out of reach it stays pending. */
async function endAtOnce(ctx: Context, paymentId: string): Promise<void> {
  try {
    await cancelPaymentIntent(ctx, { paymentId });
  } catch (error) {
    ctx.log.warn({ err: error, paymentId }, 'intent not cancelled yet');
  }
}
