import type { Context } from '../../context.ts';
import { crashPoint } from '../_kit/crash-point.ts';
import { WebhookEvent } from './webhook-event.model.ts';

/** Works a stored event once it is due; done is marked after the work, a failure is kept to be seen and thrown. */
export async function workEvent(
  ctx: Context,
  webhookEventId: string,
  work: (event: WebhookEvent) => Promise<string>,
): Promise<void> {
  const event = await WebhookEvent.findByPk(webhookEventId, { rejectOnEmpty: true });
  if (event.status === 'done' || event.status === 'ignored') return;
  const attempts = event.attempts + 1;
  try {
    const status = (await work(event)) === 'not_ours' ? 'ignored' : 'done';
    crashPoint(ctx, 'webhook.worked');
    await event.update({ status, attempts, lastError: null, workedAt: ctx.clock.now() });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    await event.update({ status: 'failed', attempts, lastError: words.slice(0, 2_000) });
    throw error;
  }
}
