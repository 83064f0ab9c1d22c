import { z } from 'zod';
import type { Context } from '../../context.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { execute } from '../_kit/sql.ts';
import type { WebhookEvent } from '../plumbing/webhook-event.model.ts';
import { workEvent } from '../plumbing/work-event.ts';
import { Notification } from './notification.model.ts';
import { readMailEvent } from './ses/mail-event.ts';

/** Ours by the mark that it was sent with: SES may tell of a mail before we have heard its answer. */
const marked = z.object({
  mail: z.object({ tags: z.object({ notification_id: z.tuple([z.uuid()]).rest(z.uuid()) }) }),
});

/** Works a stored event of SES: what became of a mail, and who is not to be written to any more. */
export async function workSesEvent(
  ctx: Context,
  { webhookEventId }: { readonly webhookEventId: string },
): Promise<void> {
  await workEvent(ctx, webhookEventId, (event) => work(ctx, event));
}

async function work(ctx: Context, { externalId, body }: WebhookEvent): Promise<'settled' | 'not_ours'> {
  const event = readMailEvent(body.message);
  const mark = marked.safeParse(body.message);
  if (!event || !mark.success) return 'not_ours';
  const notification = await Notification.findByPk(mark.data.mail.tags.notification_id[0]);
  if (!notification) return 'not_ours';
  const { kind, isPermanent, occurredAt } = event;
  await inTransaction(ctx, async (tx) => {
    await execute(
      tx,
      `insert into delivery_logs (notification_id, kind, detail, source_event, occurred_at, created_at)
       values ($1, $2, $3, $4, $5, $6) on conflict (source_event) do nothing`,
      // Links hold tokens: that one was clicked is enough.
      [
        notification.id,
        kind,
        kind === 'clicked' ? null : event.detail,
        externalId,
        occurredAt,
        tx.clock.now(),
      ],
    );
    if (kind !== 'complained' && !(kind === 'bounced' && isPermanent)) return;
    await execute(
      tx,
      'insert into mail_suppressions (email, reason, created_at) values ($1, $2, $3) on conflict (email) do nothing',
      [notification.recipient.toLowerCase(), kind, tx.clock.now()],
    );
  });
  return 'settled';
}
