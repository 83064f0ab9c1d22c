import { z } from 'zod';
import type { Context } from '../../context.ts';
import { select } from '../_kit/sql.ts';
import { workEvent } from '../plumbing/work-event.ts';
import { readMailEvent } from './ses/mail-event.ts';

/** Ours by the mark that it was sent with: SES may tell of a mail before we have heard its answer. */
const marked = z.object({
  mail: z.object({ tags: z.object({ notification_id: z.tuple([z.uuid()]).rest(z.uuid()) }) }),
});

/** Works a stored event of SES again. */
export async function workSesEvent(
  ctx: Context,
  { webhookEventId }: { readonly webhookEventId: string },
): Promise<void> {
  await workEvent(ctx, webhookEventId, ({ externalId, body }) =>
    logMailEvent(ctx, { sourceEvent: externalId, message: body.message }),
  );
}

/** Writes down what became of a mail, once, and who is not to be written to any more (`product.md` §7). */
export async function logMailEvent(
  ctx: Context,
  { sourceEvent, message }: { readonly sourceEvent: string; readonly message: unknown },
): Promise<'settled' | 'not_ours'> {
  const event = readMailEvent(message);
  const mark = marked.safeParse(message);
  if (!event || !mark.success) return 'not_ours';
  const { kind, isPermanent, occurredAt } = event;
  const endsMail = kind === 'complained' || (kind === 'bounced' && isPermanent);
  const ours = await select(
    ctx,
    `with mail as (select id, recipient from notifications where id = $1),
     logged as (
       insert into delivery_logs (notification_id, kind, detail, source_event, occurred_at, created_at)
       select id, $2, $3, $4, $5, $6 from mail on conflict (source_event) do nothing
     ),
     ended as (
       insert into mail_suppressions (email, reason, created_at)
       select lower(recipient), $2, $6 from mail where $7 on conflict (email) do nothing
     )
     select from mail`,
    [
      mark.data.mail.tags.notification_id[0],
      kind,
      // Links hold tokens: that one was clicked is enough.
      kind === 'clicked' ? null : event.detail,
      sourceEvent,
      occurredAt,
      ctx.clock.now(),
      endsMail,
    ],
  );
  return ours.length > 0 ? 'settled' : 'not_ours';
}
