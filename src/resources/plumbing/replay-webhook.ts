import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { post } from '../_kit/post.ts';
import { WebhookEvent } from './webhook-event.model.ts';
import { webhookEventPolicy } from './webhook-event.policy.ts';

/**
 * Has an event of Stripe worked again, also one that was worked: working is safe any number of times (`product.md` §4).
 * Throws `forbidden`, `not_found`.
 */
export async function replayWebhook(ctx: Context, webhookEventId: string): Promise<void> {
  authorize(ctx, webhookEventPolicy, 'replay');
  await inTransaction(ctx, async (tx) => {
    const event = await WebhookEvent.findByPk(webhookEventId, {
      transaction: tx.tx,
      lock: tx.tx.LOCK.UPDATE,
      rejectOnEmpty: new Refusal('not_found'),
    });
    if (event.source !== 'stripe') throw new Refusal('not_found');
    await audit(tx, {
      action: 'webhookEvent.replayed',
      subjectType: 'webhookEvent',
      subjectId: event.id,
      changes: { status: [event.status, 'received'] },
    });
    await event.update({ status: 'received', lastError: null }, { transaction: tx.tx });
    await post(tx, 'work_stripe_event', { webhookEventId });
  });
}
