import Stripe from 'stripe';
import { fromEpochSeconds } from '../../../clock.ts';
import type { Context } from '../../../context.ts';
import { askStripe, listAll, stripeClient } from './client.ts';

/** What we need of a refund, in our words. */
export interface RefundFacts {
  readonly id: string;
  /** `open` is on its way and may still go either way. */
  readonly standing: 'open' | 'succeeded' | 'failed';
  readonly amountCents: number;
  readonly paymentIntentId: string | null;
  /** Our refund's id, when it is ours. */
  readonly refundId: string | null;
  readonly failureReason: string | null;
  readonly createdAt: Date;
}

interface RefundOrder {
  readonly refundId: string;
  readonly bookingId: string;
  readonly paymentIntentId: string;
  readonly amountCents: number;
}

/**
 * Sends a refund row to Stripe. The idempotency key is the row's, so that repeating it gives the same refund. `refused`
 * when Stripe will not make it, however often it is asked.
 */
export async function createRefund(ctx: Context, order: RefundOrder): Promise<RefundFacts | 'refused'> {
  try {
    const refund = await askStripe(() =>
      stripeClient(ctx).refunds.create(
        {
          payment_intent: order.paymentIntentId,
          amount: order.amountCents,
          metadata: { refund_id: order.refundId, booking_id: order.bookingId },
        },
        { idempotencyKey: `refund-${order.refundId}` },
      ),
    );
    return factsOf(refund);
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
    ctx.log.warn({ err: error, refundId: order.refundId }, 'Stripe refuses a refund');
    return 'refused';
  }
}

export async function retrieveRefund(ctx: Context, stripeRefundId: string): Promise<RefundFacts> {
  return factsOf(await askStripe(() => stripeClient(ctx).refunds.retrieve(stripeRefundId)));
}

/** Every refund of an intent, newest first. */
export async function refundsOf(ctx: Context, paymentIntentId: string): Promise<RefundFacts[]> {
  return listRefunds(ctx, { payment_intent: paymentIntentId });
}

/** Every refund that Stripe created since an instant, newest first. */
export async function refundsSince(ctx: Context, since: Date | null): Promise<RefundFacts[]> {
  return listRefunds(ctx, since ? { created: { gte: Math.floor(since.getTime() / 1000) } } : {});
}

async function listRefunds(ctx: Context, filter: Stripe.RefundListParams): Promise<RefundFacts[]> {
  const refunds = await listAll(() => stripeClient(ctx).refunds.list({ ...filter, limit: 100 }));
  return refunds.map(factsOf);
}

function factsOf(refund: Stripe.Refund): RefundFacts {
  const { payment_intent: intent } = refund;
  return {
    id: refund.id,
    standing: standingOf(refund.status),
    amountCents: refund.amount,
    paymentIntentId: typeof intent === 'string' ? intent : (intent?.id ?? null),
    refundId: refund.metadata?.refund_id ?? null,
    failureReason: refund.failure_reason ?? null,
    createdAt: fromEpochSeconds(refund.created),
  };
}

function standingOf(status: string | null): RefundFacts['standing'] {
  if (status === 'succeeded') return 'succeeded';
  return status === 'failed' || status === 'canceled' ? 'failed' : 'open';
}
