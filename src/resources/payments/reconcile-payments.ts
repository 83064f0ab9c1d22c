import { addMinutes, realNow } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { execute, select } from '../_kit/sql.ts';
import { Booking } from '../bookings/booking.model.ts';
import { expireHolds } from '../bookings/expire-holds.ts';
import { cancelPaymentIntent } from './cancel-intent.ts';
import { Dispute } from './dispute.model.ts';
import { openIntent } from './open-intent.ts';
import { Payment } from './payment.model.ts';
import { livePaymentStatuses } from './payment.states.ts';
import { Refund } from './refund.model.ts';
import { settleDispute, settleDisputeAs } from './settle-dispute.ts';
import { settleIntent, settlePayment } from './settle-payment.ts';
import { settleRefund, settleRefundAs } from './settle-refund.ts';
import { disputesSince } from './stripe/disputes.ts';
import { intentsSince } from './stripe/intents.ts';
import { refundsSince } from './stripe/refunds.ts';
import { submitRefund } from './submit-refund.ts';

/**
 * Heals what webhooks and crashes left: asks again about everything Stripe created since the last mark, by Stripe's own
 * clock less an hour, and about every payment of ours that is not final (`rules.md` §4).
 */
export async function reconcilePayments(ctx: Context): Promise<void> {
  const failures: unknown[] = [];
  const attempt = async (what: Record<string, string>, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      ctx.log.warn({ err: error, ...what }, 'not reconciled yet');
      failures.push(error);
    }
  };
  await readNewIntents(ctx, attempt);
  const open = await Payment.findAll({
    where: { status: [...livePaymentStatuses] },
    order: ['createdAt'],
    limit: 1_000,
  });
  for (const payment of open) await attempt({ paymentId: payment.id }, () => reconcileOpen(ctx, payment));
  await readNewRefunds(ctx, attempt);
  const going = await Refund.findAll({
    where: { status: ['approved', 'sent'] },
    order: ['createdAt'],
    limit: 1_000,
  });
  for (const refund of going) await attempt({ refundId: refund.id }, () => reconcileRefund(ctx, refund));
  await readNewDisputes(ctx, attempt);
  const disputed = await Dispute.findAll({ where: { status: 'open' }, order: ['createdAt'], limit: 1_000 });
  for (const { id, stripeDisputeId } of disputed)
    await attempt({ disputeId: id }, () => settleDispute(ctx, { stripeDisputeId }));
  await attempt({}, () => expireHolds(ctx));
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} payments not reconciled yet`);
}

type Attempt = (what: Record<string, string>, work: () => Promise<unknown>) => Promise<void>;

async function readNewIntents(ctx: Context, attempt: Attempt): Promise<void> {
  const mark = await readMark(ctx, 'payment_intents');
  let newest = mark;
  for await (const intent of intentsSince(ctx, mark && addMinutes(mark, -60))) {
    newest = later(newest, intent.createdAt);
    if (intent.paymentId !== null)
      await attempt({ paymentIntentId: intent.id }, () => settleIntent(ctx, intent));
  }
  await setMark(ctx, 'payment_intents', newest);
}

/** Ours and those from Stripe's dashboard alike; what is of no payment of ours is quiet. */
async function readNewRefunds(ctx: Context, attempt: Attempt): Promise<void> {
  const mark = await readMark(ctx, 'refunds');
  let newest = mark;
  for (const facts of await refundsSince(ctx, mark && addMinutes(mark, -60))) {
    newest = later(newest, facts.createdAt);
    await attempt({ stripeRefundId: facts.id }, () => settleRefundAs(ctx, facts));
  }
  await setMark(ctx, 'refunds', newest);
}

async function readNewDisputes(ctx: Context, attempt: Attempt): Promise<void> {
  const mark = await readMark(ctx, 'disputes');
  let newest = mark;
  for (const facts of await disputesSince(ctx, mark && addMinutes(mark, -60))) {
    newest = later(newest, facts.createdAt);
    await attempt({ stripeDisputeId: facts.id }, () => settleDisputeAs(ctx, facts));
  }
  await setMark(ctx, 'disputes', newest);
}

async function readMark(ctx: Context, source: string): Promise<Date | null> {
  const [mark] = await select<{ created_up_to: Date }>(
    ctx,
    'select created_up_to from reconciliation_marks where source = $1',
    [source],
  );
  return mark?.created_up_to ?? null;
}

async function setMark(ctx: Context, source: string, newest: Date | null): Promise<void> {
  if (newest === null) return;
  await execute(
    ctx,
    `insert into reconciliation_marks (source, created_up_to, updated_at) values ($1, $2, $3)
     on conflict (source) do update set created_up_to = excluded.created_up_to, updated_at = excluded.updated_at`,
    [source, newest, realNow()],
  );
}

function later(one: Date | null, other: Date): Date {
  return one === null || other > one ? other : one;
}

async function reconcileRefund(ctx: Context, { id, stripeRefundId }: Refund): Promise<unknown> {
  return stripeRefundId === null
    ? submitRefund(ctx, { refundId: id })
    : settleRefund(ctx, { stripeRefundId });
}

async function reconcileOpen(ctx: Context, payment: Payment): Promise<void> {
  const booking = await Booking.findByPk(payment.bookingId, { rejectOnEmpty: true });
  if (booking.status !== 'pending_payment') return cancelPaymentIntent(ctx, { paymentId: payment.id });
  if (payment.stripePaymentIntentId === null) {
    // We died between the row and Stripe: the same create gives the same intent.
    await openIntent(ctx, booking, payment);
  } else {
    await settlePayment(ctx, { paymentIntentId: payment.stripePaymentIntentId });
  }
}
