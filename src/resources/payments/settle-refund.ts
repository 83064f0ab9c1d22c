import { Op } from 'sequelize';
import type { Context, TransactionContext } from '../../context.ts';
import { type Cents, formatUsd } from '../../pricing/money.ts';
import { audit } from '../_kit/audit.ts';
import { crashPoint } from '../_kit/crash-point.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { execute } from '../_kit/sql.ts';
import { bringBack } from '../bookings/archive-booking.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { amountDue, isSold, lockBookingOfMoney } from '../bookings/find-booking.ts';
import { notifyCustomer } from '../notifications/notify.ts';
import { lockPayment, moveRefund } from './move-refund.ts';
import { openReview } from './open-review.ts';
import { Payment } from './payment.model.ts';
import { putAsideWhatCollides } from './put-aside-refunds.ts';
import { Refund } from './refund.model.ts';
import { type Settled, settlePayment } from './settle-payment.ts';
import { type RefundFacts, refundsOf, retrieveRefund } from './stripe/refunds.ts';
import { takeCreditBack, writeCredit } from './write-credit.ts';

/**
 * Brings a refund to where Stripe says it is, ours or one made in Stripe's dashboard. It is read anew: whoever calls is
 * trusted for its id only, any number of times and in any order.
 */
export async function settleRefund(
  ctx: Context,
  { stripeRefundId }: { readonly stripeRefundId: string },
): Promise<Settled> {
  const facts = await retrieveRefund(ctx, stripeRefundId);
  crashPoint(ctx, 'refund.fetched');
  return settleRefundAs(ctx, facts);
}

/** The same for every refund of a payment: what `charge.refunded` tells. */
export async function settleRefundsOf(
  ctx: Context,
  { paymentIntentId }: { readonly paymentIntentId: string },
): Promise<Settled> {
  if ((await Payment.count({ where: { stripePaymentIntentId: paymentIntentId } })) === 0) return 'not_ours';
  let settled: Settled = 'already_settled';
  for (const facts of await refundsOf(ctx, paymentIntentId)) {
    if ((await settleRefundAs(ctx, facts)) === 'settled') settled = 'settled';
  }
  return settled;
}

/** The same for a refund that was just read. */
export async function settleRefundAs(ctx: Context, facts: RefundFacts): Promise<Settled> {
  const where = { stripePaymentIntentId: facts.paymentIntentId };
  const payment = facts.paymentIntentId === null ? null : await Payment.findOne({ where });
  if (!payment) return 'not_ours';
  // Money that goes back has come: whoever tells us of both may tell us in any order.
  if (payment.status !== 'succeeded')
    await settlePayment(ctx, { paymentIntentId: facts.paymentIntentId ?? '' });
  const outcome = await inTransaction(ctx, async (tx) => {
    const booking = await lockBookingOfMoney(tx, payment.bookingId);
    await lockPayment(tx, payment.id);
    const refund = await rowOf(tx, payment, facts);
    if (!refund || isOver(refund, facts)) return 'already_settled';
    await bringBack(tx, booking);
    await settle(tx, booking, refund, facts);
    crashPoint(ctx, 'refund.before_commit');
    return facts.standing === 'open' ? 'open' : 'settled';
  });
  crashPoint(ctx, 'refund.committed');
  return outcome;
}

/** Nothing that was read earlier takes back what was read later: succeeded may only fail, failed is the end. */
function isOver({ status, stripeRefundId }: Refund, { standing, id }: RefundFacts): boolean {
  if (standing === 'open') return stripeRefundId === id || ['succeeded', 'failed'].includes(status);
  return status === 'failed' || status === standing;
}

/** Our row: by Stripe's id, else by the mark on a refund whose answer we never heard, else a new one from outside. */
async function rowOf(ctx: TransactionContext, payment: Payment, facts: RefundFacts): Promise<Refund | null> {
  const options = { transaction: ctx.tx, lock: ctx.tx.LOCK.UPDATE };
  const known = await Refund.findOne({ where: { stripeRefundId: facts.id }, ...options });
  if (known) return known;
  const marked = facts.refundId !== null && /^[0-9a-f-]{36}$/i.test(facts.refundId) ? facts.refundId : null;
  const own =
    marked &&
    (await Refund.findOne({
      where: {
        id: marked,
        paymentId: payment.id,
        amountCents: facts.amountCents,
        stripeRefundId: { [Op.is]: null },
        status: ['approved', 'sent', 'needs_review'],
      },
      ...options,
    }));
  if (own) return own;
  return facts.standing === 'failed' ? null : takeIn(ctx, payment, facts);
}

async function takeIn(ctx: TransactionContext, payment: Payment, facts: RefundFacts): Promise<Refund> {
  const now = ctx.clock.now();
  const refund = await Refund.create(
    {
      paymentId: payment.id,
      bookingId: payment.bookingId,
      amountCents: facts.amountCents,
      reason: 'Made at Stripe, not here.',
      status: 'sent',
      source: 'external',
      requestedAt: now,
      createdAt: now,
      updatedAt: now,
    },
    { transaction: ctx.tx, returning: true },
  );
  await audit(ctx, {
    action: 'refund.taken_in',
    subjectType: 'refund',
    subjectId: refund.id,
    bookingId: refund.bookingId,
    changes: { status: [null, 'sent'], amountCents: [null, refund.amountCents] },
  });
  return refund;
}

async function settle(
  ctx: TransactionContext,
  booking: Booking,
  refund: Refund,
  facts: RefundFacts,
): Promise<void> {
  const settledAt = ctx.clock.now();
  const stripeRefundId = facts.id;
  if (facts.standing === 'open') {
    if (refund.status === 'sent')
      await refund.update({ stripeRefundId, updatedAt: settledAt }, { transaction: ctx.tx });
    else await moveRefund(ctx, refund, 'sent', { stripeRefundId });
  } else if (facts.standing === 'succeeded') {
    await moveRefund(ctx, refund, 'succeeded', { stripeRefundId, settledAt, failureReason: null });
    await succeed(ctx, booking, refund);
  } else {
    const hadSucceeded = refund.status === 'succeeded';
    const failureReason = facts.failureReason ?? 'unknown';
    await moveRefund(ctx, refund, 'failed', { stripeRefundId, settledAt, failureReason });
    await fail(ctx, booking, refund, hadSucceeded);
  }
  if (refund.source === 'external') await putAsideWhatCollides(ctx, booking, refund.paymentId);
}

/** What it newly makes due of a booking that was sold is written as a credit: nobody asks for it again (`rules.md` §5). */
async function succeed(ctx: TransactionContext, booking: Booking, refund: Refund): Promise<void> {
  const dueBefore = amountDue(booking);
  const payment = await Payment.findByPk(refund.paymentId, { transaction: ctx.tx, rejectOnEmpty: true });
  await writeLedger(ctx, refund, 'refunded');
  await notifyCustomer(ctx, booking, {
    type: 'refund_issued',
    eventKey: refund.id,
    variables: {
      amount: formatUsd(refund.amountCents as Cents),
      cardWords: payment.cardWords ?? '',
      reason: '',
    },
  });
  await booking.reload({ transaction: ctx.tx });
  const amountCents = Math.max(0, amountDue(booking)) - Math.max(0, dueBefore);
  if (amountCents <= 0 || !isSold(booking)) return;
  const reason = `Refunded: ${refund.reason}`.slice(0, 2_000);
  await writeCredit(ctx, booking, { kind: 'refund', amountCents, reason, refundId: refund.id });
}

/** The amount is free again and its credit taken back; what to do with the money is a person's decision. */
async function fail(
  ctx: TransactionContext,
  booking: Booking,
  refund: Refund,
  hadSucceeded: boolean,
): Promise<void> {
  if (hadSucceeded) {
    await writeLedger(ctx, refund, 'refund_failed');
    await booking.reload({ transaction: ctx.tx });
    await takeCreditBack(ctx, booking, { refundId: refund.id, reason: 'Its refund failed' });
  }
  await openReview(ctx, {
    kind: 'refund_failed',
    subject: refund.id,
    bookingId: booking.id,
    paymentId: refund.paymentId,
    reason: `${formatUsd(refund.amountCents as Cents)} for ${booking.number} could not be given back to the card.`,
    suggestedStep: 'Call the customer and agree on another way to give the money back.',
  });
}

async function writeLedger(
  ctx: TransactionContext,
  refund: Refund,
  kind: 'refunded' | 'refund_failed',
): Promise<void> {
  await execute(
    ctx,
    `insert into payment_audits (booking_id, payment_id, refund_id, kind, amount_cents, stripe_object_id, occurred_at, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $7)`,
    [
      refund.bookingId,
      refund.paymentId,
      refund.id,
      kind,
      refund.amountCents,
      refund.stripeRefundId,
      ctx.clock.now(),
    ],
  );
}
