import type { Context, TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { post } from '../_kit/post.ts';
import { workers } from './store-webhook-event.ts';
import { WebhookEvent } from './webhook-event.model.ts';
import { webhookEventPolicy } from './webhook-event.policy.ts';

/** So many in one transaction, that nobody waits long for its locks. */
export const MOST_REPLAYED = 200;

const failed = { status: 'failed' };

/**
 * Has an event worked again, also one that was worked: working is safe any number of times (`product.md` §4).
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
    await workAgain(tx, event);
  });
}

/** Has the failed events worked again, oldest first; gives how many. Throws `forbidden`. */
export async function replayFailedWebhooks(ctx: Context): Promise<number> {
  authorize(ctx, webhookEventPolicy, 'replayFailed');
  return inTransaction(ctx, async (tx) => {
    const events = await WebhookEvent.findAll({
      where: failed,
      order: [['receivedAt', 'ASC']],
      limit: MOST_REPLAYED,
      transaction: tx.tx,
      lock: tx.tx.LOCK.UPDATE,
    });
    for (const event of events) await workAgain(tx, event);
    return events.length;
  });
}

export async function countFailedWebhooks(): Promise<number> {
  return WebhookEvent.count({ where: failed });
}

async function workAgain(tx: TransactionContext, event: WebhookEvent): Promise<void> {
  await audit(tx, {
    action: 'webhookEvent.replayed',
    subjectType: 'webhookEvent',
    subjectId: event.id,
    changes: { status: [event.status, 'received'] },
  });
  await event.update({ status: 'received', lastError: null }, { transaction: tx.tx });
  await post(tx, workers[event.source], { webhookEventId: event.id });
}
