import { z } from 'zod';
import type { Context } from '../../context.ts';
import { WebhookEvent } from '../plumbing/webhook-event.model.ts';
import { settlePayment } from './settle-payment.ts';

const eventBody = z.object({
  data: z.object({
    object: z.object({ id: z.string(), object: z.string(), payment_intent: z.string().nullish() }),
  }),
});

/** Works a stored event: takes from it which intent to look at, and asks Stripe. Done is marked after the work. */
export async function workStripeEvent(
  ctx: Context,
  { webhookEventId }: { readonly webhookEventId: string },
): Promise<void> {
  const event = await WebhookEvent.findByPk(webhookEventId, { rejectOnEmpty: true });
  if (event.status === 'done' || event.status === 'ignored') return;
  const attempts = event.attempts + 1;
  try {
    const paymentIntentId = intentOf(event);
    const settled = paymentIntentId === null ? 'not_ours' : await settlePayment(ctx, { paymentIntentId });
    const status = settled === 'not_ours' ? 'ignored' : 'done';
    await event.update({ status, attempts, lastError: null, workedAt: ctx.clock.now() });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    await event.update({ status: 'failed', attempts, lastError: words.slice(0, 2_000) });
    throw error;
  }
}

function intentOf(event: WebhookEvent): string | null {
  const parsed = eventBody.safeParse(event.body);
  if (!parsed.success) return null;
  const { object } = parsed.data.data;
  return object.object === 'payment_intent' ? object.id : (object.payment_intent ?? null);
}
