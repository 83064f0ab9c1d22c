import { randomUUID } from 'node:crypto';
import type { Context } from '../../context.ts';
import { select } from '../_kit/sql.ts';

interface IncomingEvent {
  readonly source: 'stripe' | 'onfleet' | 'ses';
  readonly externalId: string;
  readonly type: string;
  readonly body: object;
  /** Whether another event tells the same: it is worked a little later, and mostly finds its work done. */
  readonly isEcho?: boolean;
}

const ECHO_DELAY_MS = 1_000;

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
     select $7, jsonb_build_object('webhookEventId', id), $8, $6 from stored returning id`,
    [
      randomUUID(),
      event.source,
      event.externalId,
      event.type,
      JSON.stringify(event.body),
      ctx.clock.now(),
      workers[event.source],
      event.isEcho ? ECHO_DELAY_MS : 0,
    ],
  );
  return stored.length > 0 ? 'stored' : 'known';
}

/** Stores an event that was worked as it came, `ignored` when it was not ours. */
export async function keepWebhookEvent(
  ctx: Context,
  event: IncomingEvent,
  status: 'done' | 'ignored',
): Promise<'stored' | 'known'> {
  const stored = await select(
    ctx,
    `insert into webhook_events (id, source, external_id, type, body, received_at, status, attempts, worked_at)
     values ($1, $2, $3, $4, $5, $6, $7, 1, $6) on conflict (source, external_id) do nothing returning id`,
    [
      randomUUID(),
      event.source,
      event.externalId,
      event.type,
      JSON.stringify(event.body),
      ctx.clock.now(),
      status,
    ],
  );
  return stored.length > 0 ? 'stored' : 'known';
}
