import { z } from 'zod';
import type { Context } from '../../context.ts';
import type { WebhookEvent } from '../plumbing/webhook-event.model.ts';
import { workEvent } from '../plumbing/work-event.ts';
import { settleDispute } from './settle-dispute.ts';
import { type Settled, settlePayment } from './settle-payment.ts';
import { settleRefund, settleRefundsOf } from './settle-refund.ts';

const eventBody = z.object({
  data: z.object({
    object: z.object({ id: z.string(), object: z.string(), payment_intent: z.string().nullish() }),
  }),
});

/** Works a stored event: takes from it which object to look at, and asks Stripe. Done is marked after the work. */
export async function workStripeEvent(
  ctx: Context,
  { webhookEventId }: { readonly webhookEventId: string },
): Promise<void> {
  await workEvent(ctx, webhookEventId, (event) => work(ctx, event));
}

async function work(ctx: Context, { type, body }: WebhookEvent): Promise<Settled> {
  const parsed = eventBody.safeParse(body);
  if (!parsed.success) return 'not_ours';
  const { id, object, payment_intent: paymentIntentId } = parsed.data.data.object;
  if (object === 'payment_intent') return settlePayment(ctx, { paymentIntentId: id });
  if (object === 'dispute') return settleDispute(ctx, { stripeDisputeId: id });
  if (object === 'refund') return settleRefund(ctx, { stripeRefundId: id });
  if (!paymentIntentId) return 'not_ours';
  return type === 'charge.refunded'
    ? settleRefundsOf(ctx, { paymentIntentId })
    : settlePayment(ctx, { paymentIntentId });
}
