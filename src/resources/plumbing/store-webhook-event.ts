import { randomUUID } from 'node:crypto';
import type { Context } from '../../context.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { post } from '../_kit/post.ts';
import { select } from '../_kit/sql.ts';

interface IncomingEvent {
  readonly source: 'stripe' | 'onfleet' | 'ses';
  readonly externalId: string;
  readonly type: string;
  readonly body: object;
}

/** Who works what each tells. */
export const workers = {
  stripe: 'work_stripe_event',
  onfleet: 'work_onfleet_event',
  ses: 'work_ses_event',
} as const;

/** Stores what an outside service told us, once, and hands it to the queue in the same transaction. */
export async function storeWebhookEvent(ctx: Context, event: IncomingEvent): Promise<'stored' | 'known'> {
  return inTransaction(ctx, async (tx) => {
    const stored = await select<{ id: string }>(
      tx,
      `insert into webhook_events (id, source, external_id, type, body, received_at) values ($1, $2, $3, $4, $5, $6)
       on conflict (source, external_id) do nothing returning id`,
      [randomUUID(), event.source, event.externalId, event.type, JSON.stringify(event.body), ctx.clock.now()],
    );
    if (!stored[0]) return 'known';
    await post(tx, workers[event.source], { webhookEventId: stored[0].id });
    return 'stored';
  });
}
