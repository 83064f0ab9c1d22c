import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { crashPoint } from '../_kit/crash-point.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { Booking } from '../bookings/booking.model.ts';
import { lockBooking } from '../bookings/find-booking.ts';
import { Payment } from './payment.model.ts';
import { isLive } from './payment.states.ts';
import { resolveIntent } from './resolve-intent.ts';
import { settlePayment } from './settle-payment.ts';
import { cancelAtStripe, type IntentFacts, retrieveIntent } from './stripe/intents.ts';

/**
 * Opens the intent of a committed payment row, or finds the one it has. Throws `already_paid` when it has succeeded, and
 * `conflict` when the payment stopped being live meanwhile (its intent is then cancelled): check out again.
 */
export async function openIntent(
  ctx: Context,
  paymentId: string,
): Promise<{ payment: Payment; clientSecret: string | null }> {
  const payment = await Payment.findByPk(paymentId, { rejectOnEmpty: true });
  const intent = await resolveIntent(ctx, payment);
  crashPoint(ctx, 'checkout.intent_created');
  const stored = await storeIntent(ctx, paymentId, intent);
  crashPoint(ctx, 'checkout.intent_stored');
  if (intent.status === 'succeeded') {
    await settlePayment(ctx, { paymentIntentId: intent.id });
    throw new Refusal('already_paid');
  }
  if (intent.status === 'canceled') {
    await settlePayment(ctx, { paymentIntentId: intent.id });
    throw new Refusal('conflict', { detail: 'This payment was cancelled. Please check out again.' });
  }
  if (!stored) {
    const { status } = await cancelAtStripe(ctx, intent.id);
    if (status === 'succeeded') await settlePayment(ctx, { paymentIntentId: intent.id });
    throw new Refusal('conflict');
  }
  return { payment: await payment.reload(), clientSecret: intent.clientSecret };
}

/** The client secret of an intent, asked anew: it is never stored (`rules.md` §6). */
export async function retrieveClientSecret(ctx: Context, paymentIntentId: string): Promise<string | null> {
  return (await retrieveIntent(ctx, paymentIntentId)).clientSecret;
}

/** Writes the intent's id into its payment while that is live. Says whether it still was. */
async function storeIntent(ctx: Context, paymentId: string, intent: IntentFacts): Promise<boolean> {
  return inTransaction(ctx, async (tx) => {
    const { bookingId } = await Payment.findByPk(paymentId, { transaction: tx.tx, rejectOnEmpty: true });
    await lockBooking(tx, bookingId);
    const payment = await Payment.findByPk(paymentId, {
      transaction: tx.tx,
      lock: tx.tx.LOCK.UPDATE,
      rejectOnEmpty: true,
    });
    const status = payment.status === 'created' ? 'pending' : payment.status;
    if (payment.stripePaymentIntentId === null) {
      await payment.update(
        { stripePaymentIntentId: intent.id, status, updatedAt: ctx.clock.now() },
        { transaction: tx.tx },
      );
    }
    const booking = await Booking.findByPk(bookingId, { transaction: tx.tx, rejectOnEmpty: true });
    return isLive(payment.status) && booking.status !== 'cancelled';
  });
}
