import { createHash } from 'node:crypto';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { alone } from '../_kit/alone.ts';
import { crashPoint } from '../_kit/crash-point.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { execute } from '../_kit/sql.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { lockBookingOfMoney } from '../bookings/find-booking.ts';
import { closeReview, openReview } from '../payments/open-review.ts';
import type { DeliveryTask } from './delivery-task.model.ts';
import { openTaskStatuses } from './delivery-task.states.ts';
import { describeTask } from './describe-task.ts';
import { Driver } from './driver.model.ts';
import { OnfleetProblem } from './onfleet/client.ts';
import {
  createTask,
  deleteTask,
  findTask,
  type TaskDescription,
  type TaskFacts,
  updateTask,
} from './onfleet/tasks.ts';
import { planDeliveries } from './plan-deliveries.ts';

/**
 * Brings a booking's tasks to what it is now, here and then at Onfleet, the pickup first. Any number of times and at once:
 * the plan is made under the booking's lock, one process at a time speaks with Onfleet about a task, and what may have
 * been made there unheard is looked for by its mark before it is made (`product.md` §5). What Onfleet refuses is put
 * before a person.
 */
export async function syncDeliveries(
  ctx: Context,
  { bookingId }: { readonly bookingId: string },
): Promise<void> {
  const outcome = await alone(ctx, `deliveries of ${bookingId}`, async () => {
    const { booking, tasks } = await inTransaction(ctx, async (tx) => {
      const locked = await lockBookingOfMoney(tx, bookingId);
      return { booking: locked, tasks: await planDeliveries(tx, locked) };
    });
    crashPoint(ctx, 'deliveries.planned');
    for (const task of tasks) await bringToOnfleet(ctx, booking, task, tasks);
  });
  // What it did not see is seen by the next try.
  if (outcome === 'busy')
    throw new Refusal('conflict', { detail: 'Its tasks are being told to Onfleet.', retryAfterSeconds: 1 });
}

async function bringToOnfleet(
  ctx: Context,
  booking: Booking,
  task: DeliveryTask,
  all: readonly DeliveryTask[],
): Promise<void> {
  if (task.status === 'completed' || task.status === 'failed' || task.isGone) return;
  try {
    await (task.status === 'withdrawn' ? withdraw(ctx, task) : tell(ctx, booking, task, all));
  } catch (error) {
    if (!(error instanceof OnfleetProblem)) throw error;
    await putBeforePerson(ctx, booking, task, error);
  }
}

async function tell(
  ctx: Context,
  booking: Booking,
  task: DeliveryTask,
  all: readonly DeliveryTask[],
): Promise<void> {
  const described = await describeTask(ctx, booking, task);
  if (!described) throw new OnfleetProblem(0, 'The booking has no address for this stop.');
  const after = task.leg === 'dropoff' ? pickupOf(all) : null;
  const description = { ...described, dependencies: after === null ? [] : [after] };
  const digest = digestOf(task, description);
  if (task.onfleetTaskId !== null && task.sentDigest === digest) return;
  const placeDigest = sha256({ destination: description.destination, recipients: description.recipients });
  const isSamePlace = task.sentPlaceDigest === null || task.sentPlaceDigest === placeDigest;
  const told =
    task.status === 'in_progress' || isSamePlace
      ? await change(ctx, task, description)
      : await replace(ctx, task, description);
  const facts = told ?? (await make(ctx, task, description));
  crashPoint(ctx, 'delivery.told');
  await keep(ctx, task, facts, { digest, placeDigest });
}

/** Its window as it was planned: one that is pushed forward with the time is not told anew for that. */
function digestOf({ startsAt, endsAt }: DeliveryTask, description: TaskDescription): string {
  return sha256({ ...description, completeAfter: startsAt.getTime(), completeBefore: endsAt.getTime() });
}

function sha256(value: object): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** `null` when there is none: never made, or gone there. */
async function change(
  ctx: Context,
  { id, onfleetTaskId, status }: DeliveryTask,
  description: TaskDescription,
): Promise<TaskFacts | null> {
  const known = onfleetTaskId ?? (await findTask(ctx, id))?.id ?? null;
  if (known === null) return null;
  const { completeAfter, completeBefore, notes, dependencies } = description;
  return updateTask(
    ctx,
    known,
    status === 'in_progress' ? { notes } : { completeAfter, completeBefore, notes, dependencies },
  );
}

/** Onfleet lets nobody change where a task is and whom to meet: another takes its place, for the same driver. */
async function replace(ctx: Context, task: DeliveryTask, description: TaskDescription): Promise<TaskFacts> {
  const old = await findTask(ctx, task.id);
  if (old) await deleteTask(ctx, old.id);
  return make(ctx, task, description);
}

async function make(ctx: Context, task: DeliveryTask, description: TaskDescription): Promise<TaskFacts> {
  const driver = task.driverId === null ? null : await Driver.findByPk(task.driverId);
  return createTask(ctx, { deliveryTaskId: task.id, description, workerId: driver?.onfleetWorkerId ?? null });
}

/** The pickup that is still to be driven, which was told before. */
function pickupOf(all: readonly DeliveryTask[]): string | null {
  const pickup = all.find(
    ({ leg, status }) => leg === 'pickup' && (openTaskStatuses as readonly string[]).includes(status),
  );
  return pickup?.onfleetTaskId ?? null;
}

async function keep(
  ctx: Context,
  task: DeliveryTask,
  facts: TaskFacts,
  { digest, placeDigest }: { readonly digest: string; readonly placeDigest: string },
): Promise<void> {
  await execute(
    ctx,
    `with told as (
       update delivery_tasks set onfleet_task_id = $2, tracking_url = $3, sent_digest = $4,
         sent_place_digest = $5, last_error = null, updated_at = $6,
         recipient_ids = array(select unnest(recipient_ids) union select unnest($7::text[])) where id = $1
     )
     update needs_reviews set resolution = 'Onfleet has taken it.', resolved_at = $6, updated_at = $6
     where kind = 'task_refused' and subject = $1::text and resolved_at is null`,
    [task.id, facts.id, facts.trackingUrl, digest, placeDigest, ctx.clock.now(), facts.recipientIds],
  );
  task.onfleetTaskId = facts.id;
}

async function withdraw(ctx: Context, task: DeliveryTask): Promise<void> {
  const id = task.onfleetTaskId ?? (await findTask(ctx, task.id))?.id ?? null;
  if (id !== null) await deleteTask(ctx, id);
  crashPoint(ctx, 'delivery.withdrawn');
  await inTransaction(ctx, async (tx) => {
    await execute(
      tx,
      'update delivery_tasks set is_gone = true, last_error = null, updated_at = $2 where id = $1',
      [task.id, tx.clock.now()],
    );
    await closeReview(tx, { kind: 'task_not_withdrawn', subject: task.id, resolution: 'It was withdrawn.' });
  });
}

async function putBeforePerson(
  ctx: Context,
  { number }: Booking,
  task: DeliveryTask,
  problem: OnfleetProblem,
): Promise<void> {
  const isWithdrawal = task.status === 'withdrawn';
  await inTransaction(ctx, async (tx) => {
    await execute(tx, 'update delivery_tasks set last_error = $2, updated_at = $3 where id = $1', [
      task.id,
      problem.message.slice(0, 2_000),
      tx.clock.now(),
    ]);
    await openReview(tx, {
      kind: isWithdrawal ? 'task_not_withdrawn' : 'task_refused',
      subject: task.id,
      bookingId: task.bookingId,
      reason: isWithdrawal
        ? `The ${task.leg} of ${number} is no longer wanted, but Onfleet does not take it back: ${problem.message}`
        : `Onfleet does not take the ${task.leg} of ${number}: ${problem.message}`,
      suggestedStep: isWithdrawal
        ? 'Call the driver, and end the task at Onfleet.'
        : 'Mend the contact or the address of the booking, then try the task again.',
    });
  });
}
