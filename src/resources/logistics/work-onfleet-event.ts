import { z } from 'zod';
import { addMilliseconds, fromEpochMilliseconds } from '../../clock.ts';
import type { Context } from '../../context.ts';
import type { WebhookEvent } from '../plumbing/webhook-event.model.ts';
import { workEvent } from '../plumbing/work-event.ts';
import { retrieveTask } from './onfleet/tasks.ts';
import { type RoadWord, settleTask } from './settle-task.ts';
import type { TrackingKind } from './tracking-update.model.ts';

/** Onfleet's triggers that tell something of the road, by number. */
const kinds: Readonly<Record<number, TrackingKind>> = {
  0: 'started',
  1: 'eta',
  2: 'arriving',
  3: 'completed',
  4: 'failed',
  9: 'assigned',
  10: 'unassigned',
};

const point = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]);
const eventBody = z.object({
  taskId: z.string().nullish(),
  triggerId: z.int(),
  time: z.number(),
  etaSeconds: z.number().min(0).max(86_400).nullish().catch(null),
  data: z
    .object({
      worker: z
        .object({ location: point.nullish().catch(null) })
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
});

/** Works a stored event: takes from it which task to look at and what the road told, and asks Onfleet where the task is. */
export async function workOnfleetEvent(
  ctx: Context,
  { webhookEventId }: { readonly webhookEventId: string },
): Promise<void> {
  await workEvent(ctx, webhookEventId, (event) => work(ctx, event));
}

async function work(ctx: Context, event: WebhookEvent): Promise<'settled' | 'not_ours'> {
  const parsed = eventBody.safeParse(event.body);
  if (!parsed.success || !parsed.data.taskId) return 'not_ours';
  const facts = await retrieveTask(ctx, parsed.data.taskId);
  if (!facts) return 'not_ours';
  return settleTask(ctx, facts, wordOf(event, parsed.data));
}

function wordOf(event: WebhookEvent, body: z.output<typeof eventBody>): RoadWord | null {
  const kind = kinds[body.triggerId];
  if (!kind) return null;
  const location = body.data?.worker?.location ?? null;
  const isOnTheWay = kind === 'started' || kind === 'eta' || kind === 'arriving';
  return {
    sourceEvent: event.externalId,
    kind,
    occurredAt: fromEpochMilliseconds(body.time),
    etaAt: body.etaSeconds == null ? null : addMilliseconds(event.receivedAt, body.etaSeconds * 1_000),
    position: isOnTheWay && location ? { longitude: location[0], latitude: location[1] } : null,
  };
}
