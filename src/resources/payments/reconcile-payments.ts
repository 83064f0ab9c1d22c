import { addMinutes, realNow } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { execute, select } from '../_kit/sql.ts';
import { Booking } from '../bookings/booking.model.ts';
import { expireHolds } from '../bookings/expire-holds.ts';
import { cancelPaymentIntent } from './cancel-intent.ts';
import { openIntent } from './open-intent.ts';
import { Payment } from './payment.model.ts';
import { livePaymentStatuses } from './payment.states.ts';
import { settleIntent, settlePayment } from './settle-payment.ts';
import { intentsSince } from './stripe/intents.ts';

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
  await attempt({}, () => expireHolds(ctx));
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} payments not reconciled yet`);
}

type Attempt = (what: Record<string, string>, work: () => Promise<unknown>) => Promise<void>;

async function readNewIntents(ctx: Context, attempt: Attempt): Promise<void> {
  const [mark] = await select<{ created_up_to: Date }>(
    ctx,
    `select created_up_to from reconciliation_marks where source = 'payment_intents'`,
  );
  let newest = mark?.created_up_to ?? null;
  for await (const intent of intentsSince(ctx, newest && addMinutes(newest, -60))) {
    if (newest === null || intent.createdAt > newest) newest = intent.createdAt;
    if (intent.paymentId !== null)
      await attempt({ paymentIntentId: intent.id }, () => settleIntent(ctx, intent));
  }
  if (newest === null) return;
  await execute(
    ctx,
    `insert into reconciliation_marks (source, created_up_to, updated_at) values ('payment_intents', $1, $2)
     on conflict (source) do update set created_up_to = excluded.created_up_to, updated_at = excluded.updated_at`,
    [newest, realNow()],
  );
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
