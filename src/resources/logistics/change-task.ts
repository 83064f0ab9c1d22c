import type { Context, TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { post } from '../_kit/post.ts';
import { lockBooking } from '../bookings/find-booking.ts';
import { DeliveryTask } from './delivery-task.model.ts';
import { deliveryTaskPolicy } from './delivery-task.policy.ts';

/** Tells Onfleet of a task again: after its booking was mended, or when it was changed there. Throws `forbidden`, `not_found`, `move_not_allowed`. */
export async function retryTask(ctx: Context, taskId: string): Promise<void> {
  authorize(ctx, deliveryTaskPolicy, 'retry');
  await change(ctx, taskId, async (tx, task) => {
    if (task.status === 'completed' || task.status === 'failed' || task.isGone)
      throw new Refusal('move_not_allowed', { detail: 'This task is over.' });
    await task.update(
      { sentDigest: null, lastError: null, updatedAt: tx.clock.now() },
      { transaction: tx.tx },
    );
    return { action: 'deliveryTask.retried', changes: {} };
  });
}

/**
 * Gives a task a window of its own; day and price of its booking stay. Throws `forbidden`, `not_found`,
 * `move_not_allowed` for one under way or over, `invalid` for a window that is none or has passed.
 */
export async function rescheduleTask(
  ctx: Context,
  { taskId, startsAt, endsAt }: { readonly taskId: string; readonly startsAt: Date; readonly endsAt: Date },
): Promise<void> {
  authorize(ctx, deliveryTaskPolicy, 'rescheduleTask');
  const refuse = (message: string) =>
    new Refusal('invalid', { violations: [{ path: 'endsAt', code: 'window', message }] });
  if (endsAt <= startsAt) throw refuse('The window ends after it begins.');
  if (endsAt <= ctx.clock.now()) throw refuse('This window has passed.');
  await change(ctx, taskId, async (tx, task) => {
    if (task.status !== 'created' && task.status !== 'assigned')
      throw new Refusal('move_not_allowed', { detail: 'This task is under way or over.' });
    const changes = { startsAt: [task.startsAt, startsAt], endsAt: [task.endsAt, endsAt] } as const;
    await task.update(
      { startsAt, endsAt, isWindowChosen: true, updatedAt: tx.clock.now() },
      { transaction: tx.tx },
    );
    return { action: 'deliveryTask.rescheduled', changes };
  });
}

async function change(
  ctx: Context,
  taskId: string,
  work: (
    tx: TransactionContext,
    task: DeliveryTask,
  ) => Promise<{ action: string; changes: Readonly<Record<string, readonly [unknown, unknown]>> }>,
): Promise<void> {
  const known = await DeliveryTask.findByPk(taskId, { rejectOnEmpty: new Refusal('not_found') });
  await inTransaction(ctx, async (tx) => {
    await lockBooking(tx, known.bookingId);
    const task = await DeliveryTask.findByPk(taskId, {
      transaction: tx.tx,
      lock: tx.tx.LOCK.UPDATE,
      rejectOnEmpty: new Refusal('not_found'),
    });
    const entry = await work(tx, task);
    await audit(tx, { ...entry, subjectType: 'deliveryTask', subjectId: task.id, bookingId: task.bookingId });
    await post(tx, 'sync_deliveries', { bookingId: task.bookingId });
  });
}
