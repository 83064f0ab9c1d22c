import type { Context } from '../../context.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { post } from '../_kit/post.ts';
import { select } from '../_kit/sql.ts';

const BATCH = 200;

/** Hands on the mails whose time has come, each once, however many processes look and wherever the clock is moved to. */
export async function sendDueMails(ctx: Context): Promise<void> {
  for (;;) {
    const handed = await inTransaction(ctx, async (tx) => {
      const due = await select<{ id: string }>(
        tx,
        `update notifications set queued_at = $1 where id in (
           select id from notifications
           where scheduled_for <= $1 and scheduled_for is not null and queued_at is null and status = 'waiting'
           order by scheduled_for, id limit ${BATCH} for update skip locked)
         returning id`,
        [ctx.clock.now()],
      );
      for (const { id } of due) await post(tx, 'deliver_notification', { notificationId: id });
      return due.length;
    });
    if (handed < BATCH) return;
  }
}
