import { formatInstant } from '../../clock.ts';
import type { Context, TransactionContext } from '../../context.ts';
import { type Cents, formatUsd } from '../../pricing/money.ts';
import { audit } from '../_kit/audit.ts';
import { crashPoint } from '../_kit/crash-point.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { select } from '../_kit/sql.ts';
import { bringBack } from '../bookings/archive-booking.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { amountDue, isSold, lockBookingOfMoney } from '../bookings/find-booking.ts';
import { Dispute } from './dispute.model.ts';
import { disputeReasonOf, disputeReasons } from './dispute-words.ts';
import { lockPayment } from './move-refund.ts';
import { closeReview, openReview } from './open-review.ts';
import { Payment } from './payment.model.ts';
import { putAsideForDispute, putAsideWhatCollides } from './put-aside-refunds.ts';
import { type Settled, settlePayment } from './settle-payment.ts';
import { type DisputeFacts, retrieveDispute } from './stripe/disputes.ts';
import { takeCreditBack, writeCredit } from './write-credit.ts';

/**
 * Brings a dispute to where Stripe says it is. It is read anew: whoever calls is trusted for its id only, any number of
 * times and in any order (`rules.md` §5).
 */
export async function settleDispute(
  ctx: Context,
  { stripeDisputeId }: { readonly stripeDisputeId: string },
): Promise<Settled> {
  const facts = await retrieveDispute(ctx, stripeDisputeId);
  crashPoint(ctx, 'dispute.fetched');
  return settleDisputeAs(ctx, facts);
}

/** The same for a dispute that was just read. */
export async function settleDisputeAs(ctx: Context, facts: DisputeFacts): Promise<Settled> {
  const { paymentIntentId } = facts;
  if (paymentIntentId === null) return 'not_ours';
  const payment = await Payment.findOne({ where: { stripePaymentIntentId: paymentIntentId } });
  if (!payment) return 'not_ours';
  // What a bank asks back has come: whoever tells us of both may tell us in any order.
  if (payment.status !== 'succeeded') await settlePayment(ctx, { paymentIntentId });
  const outcome = await inTransaction(ctx, async (tx) => {
    const booking = await lockBookingOfMoney(tx, payment.bookingId);
    await lockPayment(tx, payment.id);
    const dispute = await findOrOpen(tx, booking, payment, facts);
    const unknown = await movesUnknown(tx, facts);
    if (unknown.length > 0) await bringBack(tx, booking);
    for (const move of unknown) await bookMove(tx, booking, dispute, move);
    await (facts.standing === 'open' ? putAsideForDispute : putAsideWhatCollides)(tx, booking, payment.id);
    const hasMoved = await follow(tx, booking, dispute, facts);
    crashPoint(ctx, 'dispute.before_commit');
    if (dispute.status === 'open') return 'open';
    return hasMoved || unknown.length > 0 ? 'settled' : 'already_settled';
  });
  crashPoint(ctx, 'dispute.committed');
  return outcome;
}

async function findOrOpen(
  ctx: TransactionContext,
  booking: Booking,
  payment: Payment,
  facts: DisputeFacts,
): Promise<Dispute> {
  const known = await Dispute.findOne({
    where: { stripeDisputeId: facts.id },
    transaction: ctx.tx,
    lock: ctx.tx.LOCK.UPDATE,
  });
  if (known) return known;
  const now = ctx.clock.now();
  const reason = disputeReasonOf(facts.reason);
  const dispute = await Dispute.create(
    {
      paymentId: payment.id,
      bookingId: booking.id,
      amountCents: facts.amountCents,
      currency: facts.currency,
      status: 'open',
      reason,
      stripeDisputeId: facts.id,
      stripeStatus: facts.stripeStatus,
      evidenceDueBy: facts.evidenceDueBy,
      openedAt: facts.createdAt,
      createdAt: now,
      updatedAt: now,
    },
    { transaction: ctx.tx, returning: true },
  );
  await audit(ctx, {
    action: 'dispute.opened',
    subjectType: 'dispute',
    subjectId: dispute.id,
    bookingId: booking.id,
    changes: { status: [null, 'open'], amountCents: [null, dispute.amountCents] },
  });
  if (facts.standing === 'open') {
    const due = facts.evidenceDueBy && ` Evidence is due by ${formatInstant(facts.evidenceDueBy)}.`;
    await openReview(ctx, {
      kind: 'dispute_opened',
      subject: dispute.id,
      bookingId: booking.id,
      paymentId: payment.id,
      reason: `A bank disputes ${formatUsd(facts.amountCents as Cents)} of ${booking.number}: ${disputeReasons[reason].toLowerCase()}.${due ?? ''}`,
      suggestedStep: 'Answer it at Stripe with the contract and the proof of delivery, or accept it there.',
    });
  }
  return dispute;
}

async function movesUnknown(ctx: TransactionContext, facts: DisputeFacts): Promise<DisputeFacts['moves']> {
  const known = await select<{ id: string }>(
    ctx,
    `select stripe_object_id as id from payment_audits where stripe_object_id = any($1::text[])`,
    [facts.moves.map(({ id }) => id)],
  );
  const ids = new Set(known.map(({ id }) => id));
  return facts.moves.filter(({ id }) => !ids.has(id));
}

/**
 * A move in the ledger, and with it the credit: what Stripe takes is never asked for again from a booking that was sold,
 * and owed again once it is back (`rules.md` §5).
 */
async function bookMove(
  ctx: TransactionContext,
  booking: Booking,
  dispute: Dispute,
  { id, kind, amountCents }: DisputeFacts['moves'][number],
): Promise<void> {
  const dueBefore = amountDue(booking);
  await select(
    ctx,
    `insert into payment_audits (booking_id, payment_id, dispute_id, kind, amount_cents, stripe_object_id, occurred_at, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $7)`,
    [booking.id, dispute.paymentId, dispute.id, kind, amountCents, id, ctx.clock.now()],
  );
  await booking.reload({ transaction: ctx.tx });
  if (kind === 'dispute_withdrawn') {
    const newlyDue = Math.max(0, amountDue(booking)) - Math.max(0, dueBefore);
    if (newlyDue <= 0 || !isSold(booking)) return;
    const credit = { kind: 'dispute', amountCents: newlyDue, reason: 'Taken by a dispute' } as const;
    return writeCredit(ctx, booking, { ...credit, disputeId: dispute.id });
  }
  await takeCreditBack(ctx, booking, {
    disputeId: dispute.id,
    atMost: amountCents,
    reason: 'Its dispute was won',
  });
}

/** Says whether its standing has changed. What was read earlier never takes back what was read later: closed stays closed. */
async function follow(
  ctx: TransactionContext,
  booking: Booking,
  dispute: Dispute,
  facts: DisputeFacts,
): Promise<boolean> {
  const now = ctx.clock.now();
  const { standing, stripeStatus, evidenceDueBy, amountCents } = facts;
  const from = dispute.status;
  if (standing === from) {
    dispute.set({ stripeStatus, evidenceDueBy, amountCents });
    if (dispute.changed()) await dispute.set({ updatedAt: now }).save({ transaction: ctx.tx });
    return false;
  }
  if (standing === 'open' || from === 'won') return false;
  await dispute.update(
    { status: standing, stripeStatus, amountCents, closedAt: now, updatedAt: now },
    { transaction: ctx.tx },
  );
  await audit(ctx, {
    action: `dispute.${standing}`,
    subjectType: 'dispute',
    subjectId: dispute.id,
    bookingId: booking.id,
    changes: { status: [from, standing] },
  });
  await closeReview(ctx, {
    kind: 'dispute_opened',
    subject: dispute.id,
    resolution: standing === 'won' ? 'The dispute was won.' : 'The dispute was lost.',
  });
  return true;
}
