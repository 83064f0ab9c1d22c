import { addMinutes } from '../../clock.ts';
import type { Context } from '../../context.ts';
import type { Booking } from '../bookings/booking.model.ts';
import type { Payment } from './payment.model.ts';
import { createIntent, type IntentFacts, intentsSince, retrieveIntent } from './stripe/intents.ts';

/** Stripe forgets idempotency keys after a day; from then on a repeated create would make a second intent. */
const KEY_LIVES_MINUTES = 23 * 60;

/**
 * The intent of a payment: the one it names, else the one that a create under its key gives, now or before a crash. When
 * the key may be forgotten, the intent is looked up by its metadata first (`rules.md` §3).
 */
export async function resolveIntent(ctx: Context, booking: Booking, payment: Payment): Promise<IntentFacts> {
  if (payment.stripePaymentIntentId !== null) return retrieveIntent(ctx, payment.stripePaymentIntentId);
  if (payment.createdAt < addMinutes(ctx.clock.now(), -KEY_LIVES_MINUTES)) {
    const found = await lookUp(ctx, payment);
    if (found) return found;
  }
  return createIntent(ctx, {
    paymentId: payment.id,
    bookingId: booking.id,
    bookingNumber: booking.number,
    amountCents: payment.amountCents,
    receiptEmail: booking.contactEmail,
  });
}

async function lookUp(ctx: Context, payment: Payment): Promise<IntentFacts | null> {
  for await (const intent of intentsSince(ctx, null)) {
    if (intent.paymentId === payment.id) return intent;
  }
  return null;
}
