import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { crashPoint } from '../_kit/crash-point.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { Booking } from '../bookings/booking.model.ts';
import { lockBooking } from '../bookings/find-booking.ts';
import { livePayment } from './live-payment.ts';
import { Payment } from './payment.model.ts';
import { isLive } from './payment.states.ts';
import { resolveIntent } from './resolve-intent.ts';
import { settlePayment } from './settle-payment.ts';
import { cancelAtStripe } from './stripe/intents.ts';

/**
 * Cancels the live payment of a booking at Stripe first, then in its row. When Stripe says it has succeeded, it is settled
 * instead: `already_paid`. While it is being processed nothing can be changed: `conflict`. With `orKeep` both are told as
 * `kept` in place of a refusal.
 */
export async function endLivePayment(
  ctx: Context,
  bookingId: string,
  options: { readonly orKeep?: boolean } = {},
): Promise<'ended' | 'none' | 'kept'> {
  const live = await livePayment(ctx, bookingId);
  if (!live) return 'none';
  const outcome = await cancelPayment(ctx, live);
  if (outcome === 'cancelled') return 'ended';
  if (options.orKeep) return 'kept';
  throw outcome === 'succeeded'
    ? new Refusal('already_paid')
    : new Refusal('conflict', {
        detail: 'The payment is being processed just now. Please try again in a minute.',
      });
}

/** Cancels one payment at Stripe, then its row; settles it when it turns out to have succeeded. */
export async function cancelPayment(
  ctx: Context,
  payment: Payment,
): Promise<'cancelled' | 'succeeded' | 'processing'> {
  const booking = await Booking.findByPk(payment.bookingId, { rejectOnEmpty: true });
  const known = await resolveIntent(ctx, booking, payment);
  const intent = known.status === 'canceled' ? known : await cancelAtStripe(ctx, known.id);
  crashPoint(ctx, 'expiry.intent_cancelled');
  if (intent.status === 'succeeded') {
    await settlePayment(ctx, { paymentIntentId: intent.id });
    return 'succeeded';
  }
  if (intent.status !== 'canceled') return 'processing';
  await inTransaction(ctx, async (tx) => {
    await lockBooking(tx, payment.bookingId);
    const row = await Payment.findByPk(payment.id, {
      transaction: tx.tx,
      lock: tx.tx.LOCK.UPDATE,
      rejectOnEmpty: true,
    });
    if (!isLive(row.status)) return;
    await row.update(
      { status: 'cancelled', stripePaymentIntentId: intent.id, updatedAt: ctx.clock.now() },
      { transaction: tx.tx },
    );
  });
  return 'cancelled';
}
