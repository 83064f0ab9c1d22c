import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { crashPoint } from '../_kit/crash-point.ts';
import { whileContended } from '../_kit/in-transaction.ts';
import { select } from '../_kit/sql.ts';
import type { Booking } from '../bookings/booking.model.ts';
import type { BookingStatus } from '../bookings/booking.states.ts';
import type { Payment } from './payment.model.ts';
import { isLive, type PaymentStatus } from './payment.states.ts';
import { resolveIntent } from './resolve-intent.ts';
import { settlePayment } from './settle-payment.ts';
import { cancelAtStripe, type IntentFacts, retrieveIntent } from './stripe/intents.ts';

/**
 * Opens the intent of a committed payment row, or finds the one it has. Throws `already_paid` when it has succeeded, and
 * `conflict` when the payment stopped being live meanwhile (its intent is then cancelled): check out again.
 */
export async function openIntent(
  ctx: Context,
  booking: Booking,
  payment: Payment,
): Promise<{ payment: Payment; clientSecret: string | null }> {
  const intent = await resolveIntent(ctx, booking, payment);
  crashPoint(ctx, 'checkout.intent_created');
  const stored = await storeIntent(ctx, payment, intent);
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
  return { payment, clientSecret: intent.clientSecret };
}

/** The client secret of an intent, asked anew: it is never stored (`rules.md` §6). */
export async function retrieveClientSecret(ctx: Context, paymentIntentId: string): Promise<string | null> {
  return (await retrieveIntent(ctx, paymentIntentId)).clientSecret;
}

/** Writes the intent's id into its payment, under the booking's lock. Says whether it is still live. */
async function storeIntent(ctx: Context, payment: Payment, intent: IntentFacts): Promise<boolean> {
  const [row] = await whileContended(() =>
    select<{ intent_id: string; status: PaymentStatus; booking_status: BookingStatus }>(
      ctx,
      `with booking as (select id, status from bookings where id = $2 for update)
       update payments p set
         stripe_payment_intent_id = coalesce(p.stripe_payment_intent_id, $3),
         status = case p.status when 'created' then 'pending' else p.status end,
         updated_at = case when p.stripe_payment_intent_id is null then $4 else p.updated_at end
       from booking where p.id = $1 and p.booking_id = booking.id
       returning p.stripe_payment_intent_id as intent_id, p.status, booking.status as booking_status`,
      [payment.id, payment.bookingId, intent.id, ctx.clock.now()],
    ),
  );
  if (!row) throw new Refusal('not_found');
  payment.set({ stripePaymentIntentId: row.intent_id, status: row.status });
  const paidWhile: BookingStatus = payment.purpose === 'difference' ? 'confirmed' : 'pending_payment';
  return isLive(row.status) && row.booking_status === paidWhile;
}
