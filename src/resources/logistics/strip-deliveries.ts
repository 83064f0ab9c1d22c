import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { alone } from '../_kit/alone.ts';
import { audit } from '../_kit/audit.ts';
import { crashPoint } from '../_kit/crash-point.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { execute, select } from '../_kit/sql.ts';
import { Booking } from '../bookings/booking.model.ts';
import { openReview } from '../payments/open-review.ts';
import { DeliveryTask } from './delivery-task.model.ts';
import { OnfleetProblem } from './onfleet/client.ts';
import { noPhone, overwriteRecipient, phoneOfRecipient } from './onfleet/recipients.ts';
import { findTask, retrieveTask, type TaskFacts, updateTask } from './onfleet/tasks.ts';
import { syncDeliveries } from './sync-deliveries.ts';

/**
 * Takes from Onfleet what is personal of a booking that was erased (`rules.md` §6): tasks that still wait are withdrawn,
 * notes of those that are there are blanked, and whom any of them met is nobody any more. Any number of times: what was
 * done is done again or passed over. What Onfleet refuses is put before a person.
 */
export async function stripDeliveries(
  ctx: Context,
  { bookingId }: { readonly bookingId: string },
): Promise<void> {
  await syncDeliveries(ctx, { bookingId });
  const outcome = await alone(ctx, `deliveries of ${bookingId}`, async () => {
    const tasks = await DeliveryTask.findAll({
      where: { bookingId, strippedAt: null },
      order: [['id', 'ASC']],
    });
    for (const task of tasks) await stripTask(ctx, task);
  });
  if (outcome === 'busy')
    throw new Refusal('conflict', { detail: 'Its tasks are being told to Onfleet.', retryAfterSeconds: 1 });
}

async function stripTask(ctx: Context, task: DeliveryTask): Promise<void> {
  const there =
    task.onfleetTaskId === null ? await findTask(ctx, task.id) : await retrieveTask(ctx, task.onfleetTaskId);
  const recipients = new Set([...task.recipientIds, ...(there?.recipientIds ?? [])]);
  // Whatever refuses, the others are tried.
  const problems = [
    ...(there ? [await problemOf(() => blankNotes(ctx, there))] : []),
    ...(await eachOf(recipients, (id) => problemOf(() => forget(ctx, id)))),
  ].flatMap((problem) => problem ?? []);
  crashPoint(ctx, 'delivery.stripped');
  await keep(ctx, task, { isThere: there !== null || recipients.size > 0, problems });
}

async function eachOf<T>(ids: Iterable<string>, work: (id: string) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  for (const id of ids) done.push(await work(id));
  return done;
}

async function problemOf(work: () => Promise<unknown>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof OnfleetProblem) return error.message;
    throw error;
  }
}

function blankNotes(ctx: Context, { id }: TaskFacts): Promise<TaskFacts | null> {
  return updateTask(ctx, id, { notes: '' });
}

/** Somebody else who is met under the same phone keeps it, under their own name. */
async function forget(ctx: Context, recipientId: string): Promise<void> {
  const phone = await phoneOfRecipient(ctx, recipientId);
  if (phone === null || phone === noPhone(recipientId)) return;
  const [other] = await select<{ name: string }>(
    ctx,
    `select coalesce(nullif(concat_ws(' ', contact_first_name, contact_last_name), ''), number) as name
     from bookings where contact_phone = $1 order by created_at desc limit 1`,
    [phone],
  );
  await overwriteRecipient(ctx, recipientId, {
    name: other?.name ?? 'Erased customer',
    keepsPhone: other !== undefined,
  });
}

async function keep(
  ctx: Context,
  task: DeliveryTask,
  { isThere, problems }: { readonly isThere: boolean; readonly problems: readonly string[] },
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    await execute(tx, 'update delivery_tasks set stripped_at = $2, updated_at = $2 where id = $1', [
      task.id,
      tx.clock.now(),
    ]);
    if (!isThere) return;
    if (problems.length === 0) {
      await audit(tx, {
        action: 'deliveryTask.stripped',
        subjectType: 'deliveryTask',
        subjectId: task.id,
        bookingId: task.bookingId,
      });
      return;
    }
    const { number } = await Booking.findByPk(task.bookingId, { transaction: tx.tx, rejectOnEmpty: true });
    await openReview(tx, {
      kind: 'task_not_stripped',
      subject: task.id,
      bookingId: task.bookingId,
      reason:
        `${number} was erased, but Onfleet keeps something of its ${task.leg}. It says: ${quoted(problems)}`.slice(
          0,
          2_000,
        ),
      suggestedStep: 'Remove the customer’s name, phone and notes from the task in Onfleet’s own dashboard.',
    });
  });
}

/** Its own words, as such. */
function quoted(words: readonly string[]): string {
  return words.map((each) => `“${each}”`).join(', ');
}
