import { randomUUID } from 'node:crypto';
import type { Context, TransactionContext } from '../../context.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { execute, select } from '../_kit/sql.ts';

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

/** Stores what an outside service told us, once, and hands it to the queue: one statement does both or neither. */
export async function storeWebhookEvent(ctx: Context, event: IncomingEvent): Promise<'stored' | 'known'> {
  const stored = await select(
    ctx,
    `with stored as (
       insert into webhook_events (id, source, external_id, type, body, received_at) values ($1, $2, $3, $4, $5, $6)
       on conflict (source, external_id) do nothing returning id
     )
     insert into outbox_messages (job, payload, delay_ms, created_at)
     select $7, jsonb_build_object('webhookEventId', id), 0, $6 from stored returning id`,
    [
      randomUUID(),
      event.source,
      event.externalId,
      event.type,
      JSON.stringify(event.body),
      ctx.clock.now(),
      workers[event.source],
    ],
  );
  return stored.length > 0 ? 'stored' : 'known';
}

/** Stores an event whose work asks nobody, and works it in the same transaction: what cannot be worked is not taken. */
export async function takeWebhookEvent(
  ctx: Context,
  event: IncomingEvent,
  work: (tx: TransactionContext) => Promise<'settled' | 'not_ours'>,
): Promise<'stored' | 'known'> {
  return inTransaction(ctx, async (tx) => {
    const id = randomUUID();
    const stored = await select(
      tx,
      `insert into webhook_events (id, source, external_id, type, body, received_at, status, attempts, worked_at)
       values ($1, $2, $3, $4, $5, $6, 'done', 1, $6) on conflict (source, external_id) do nothing returning id`,
      [id, event.source, event.externalId, event.type, JSON.stringify(event.body), tx.clock.now()],
    );
    if (stored.length === 0) return 'known';
    if ((await work(tx)) === 'not_ours')
      await execute(tx, `update webhook_events set status = 'ignored' where id = $1`, [id]);
    return 'stored';
  });
}
