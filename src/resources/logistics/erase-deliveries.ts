import type { TransactionContext } from '../../context.ts';
import { post } from '../_kit/post.ts';
import { select } from '../_kit/sql.ts';

/** Has Onfleet forget whom the tasks of locked bookings met, by a job for each booking that was ever there (`rules.md` §6). */
export async function eraseDeliveries(ctx: TransactionContext, bookingIds: readonly string[]): Promise<void> {
  const driven = await select<{ id: string }>(
    ctx,
    'select distinct booking_id as id from delivery_tasks where booking_id = any($1::uuid[]) and stripped_at is null',
    [bookingIds],
  );
  for (const { id } of driven) await post(ctx, 'strip_deliveries', { bookingId: id });
}
