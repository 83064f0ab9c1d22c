import Stripe from 'stripe';
import { fromEpochSeconds } from '../../../clock.ts';
import type { Context } from '../../../context.ts';
import { askStripe, stripeClient } from './client.ts';

/** What we need of an intent, in our words. */
export interface IntentFacts {
  readonly id: string;
  readonly status: Stripe.PaymentIntent.Status;
  readonly amountCents: number;
  readonly receivedCents: number;
  readonly currency: string;
  readonly clientSecret: string | null;
  readonly chargeId: string | null;
  /** The card that paid, in words; only of an intent that was asked for by itself. */
  readonly cardWords: string | null;
  readonly createdAt: Date;
  /** Our payment's and booking's ids, when the intent is ours. */
  readonly paymentId: string | null;
  readonly bookingId: string | null;
  readonly failure: { readonly code: string; readonly reason: string } | null;
}

export interface IntentOrder {
  readonly paymentId: string;
  readonly bookingId: string;
  readonly bookingNumber: string;
  readonly amountCents: number;
  readonly receiptEmail: string | null;
}

/** Opens the intent of a payment row. The idempotency key is the row's, so that repeating it gives the same intent. */
export async function createIntent(ctx: Context, order: IntentOrder): Promise<IntentFacts> {
  const intent = await askStripe(() =>
    stripeClient(ctx).paymentIntents.create(
      {
        amount: order.amountCents,
        currency: 'usd',
        automatic_payment_methods: { enabled: true },
        description: `ToteTaxi booking ${order.bookingNumber}`,
        metadata: {
          payment_id: order.paymentId,
          booking_id: order.bookingId,
          booking_number: order.bookingNumber,
        },
        ...(order.receiptEmail !== null && { receipt_email: order.receiptEmail }),
      },
      { idempotencyKey: `payment-${order.paymentId}` },
    ),
  );
  return factsOf(intent);
}

export async function retrieveIntent(ctx: Context, intentId: string): Promise<IntentFacts> {
  return factsOf(
    await askStripe(() => stripeClient(ctx).paymentIntents.retrieve(intentId, { expand: ['latest_charge'] })),
  );
}

/** Confirms an intent at the stand-in as the customer's browser would; a bank that wants to ask first is named. */
export async function confirmWithTestCard(
  ctx: Context,
  intentId: string,
  { card, returnUrl }: { readonly card: string; readonly returnUrl: string },
): Promise<{ readonly redirectUrl: string | null }> {
  try {
    const intent = await askStripe(() =>
      stripeClient(ctx).paymentIntents.confirm(intentId, { payment_method: card, return_url: returnUrl }),
    );
    return { redirectUrl: intent.next_action?.redirect_to_url?.url ?? null };
  } catch (error) {
    if (error instanceof Stripe.errors.StripeCardError) return { redirectUrl: null };
    throw error;
  }
}

/** Cancels an intent, or tells how it stands when it can no longer be cancelled. */
export async function cancelAtStripe(ctx: Context, intentId: string): Promise<IntentFacts> {
  try {
    return factsOf(await askStripe(() => stripeClient(ctx).paymentIntents.cancel(intentId)));
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError && error.code === 'payment_intent_unexpected_state') {
      return retrieveIntent(ctx, intentId);
    }
    throw error;
  }
}

/** How many charges of these intents failed, as Stripe lists them (`rules.md` §4). */
export async function countFailedCharges(ctx: Context, intentIds: readonly string[]): Promise<number> {
  let failed = 0;
  for (const intentId of intentIds) {
    const charges = await askStripe(() =>
      stripeClient(ctx)
        .charges.list({ payment_intent: intentId, limit: 100 })
        .autoPagingToArray({ limit: 1_000 }),
    );
    failed += charges.filter(({ status }) => status === 'failed').length;
  }
  return failed;
}

/** Every intent that Stripe created since an instant, newest first, page by page. */
export async function* intentsSince(ctx: Context, since: Date | null): AsyncGenerator<IntentFacts> {
  let after: string | undefined;
  for (;;) {
    const page = await askStripe(() =>
      stripeClient(ctx).paymentIntents.list({
        limit: 100,
        ...(since && { created: { gte: Math.floor(since.getTime() / 1000) } }),
        ...(after !== undefined && { starting_after: after }),
      }),
    );
    for (const intent of page.data) yield factsOf(intent);
    after = page.data.at(-1)?.id;
    if (!page.has_more || after === undefined) return;
  }
}

function factsOf(intent: Stripe.PaymentIntent): IntentFacts {
  const { last_payment_error: failure, latest_charge: charge } = intent;
  return {
    id: intent.id,
    status: intent.status,
    amountCents: intent.amount,
    receivedCents: intent.amount_received,
    currency: intent.currency,
    clientSecret: intent.client_secret,
    chargeId: typeof charge === 'string' ? charge : (charge?.id ?? null),
    cardWords: typeof charge === 'string' ? null : cardWords(charge?.payment_method_details?.card),
    createdAt: fromEpochSeconds(intent.created),
    paymentId: intent.metadata.payment_id ?? null,
    bookingId: intent.metadata.booking_id ?? null,
    failure: failure
      ? { code: failure.decline_code ?? failure.code ?? failure.type, reason: declineWords(failure) }
      : null,
  };
}

const brands: Readonly<Record<string, string>> = {
  amex: 'American Express',
  diners: 'Diners Club',
  discover: 'Discover',
  jcb: 'JCB',
  mastercard: 'Mastercard',
  unionpay: 'UnionPay',
  visa: 'Visa',
};

/** `Visa ending 4242`; a brand that we do not know is a card. */
function cardWords(card: Stripe.Charge.PaymentMethodDetails.Card | null | undefined): string | null {
  if (!card?.last4) return null;
  return `${brands[card.brand ?? ''] ?? 'card'} ending ${card.last4}`;
}

const words: Readonly<Record<string, string>> = {
  insufficient_funds: 'The card has insufficient funds.',
  lost_card: 'The card was declined. Please use another card.',
  stolen_card: 'The card was declined. Please use another card.',
  expired_card: 'The card has expired.',
  incorrect_cvc: 'The security code is not right.',
  incorrect_number: 'The card number is not right.',
  processing_error: 'The card could not be processed just now. Please try again.',
  payment_intent_authentication_failure:
    'The card could not be authenticated. Please try again or use another card.',
};

/** A decline in plain words for the customer; the vendor's raw message stays inside. */
function declineWords(failure: Stripe.PaymentIntent.LastPaymentError): string {
  return words[failure.decline_code ?? ''] ?? words[failure.code ?? ''] ?? 'The card was declined.';
}
