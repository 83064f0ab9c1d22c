import { formatServiceDay, type ServiceDay } from '../../clock.ts';
import type { TransactionContext } from '../../context.ts';
import { audit } from '../_kit/audit.ts';
import { post } from '../_kit/post.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { notifyCustomer } from '../notifications/notify.ts';
import { closeReview } from '../payments/open-review.ts';
import { DeliveryTask } from './delivery-task.model.ts';
import { type Leg, legs, openTaskStatuses } from './delivery-task.states.ts';
import { windowOf } from './describe-task.ts';
import { moveTask } from './move-task.ts';

/**
 * Brings the tasks of a locked booking to what it is now (`product.md` §5): a stop for each leg of a paid one that is not
 * done yet, in its window; none of one that does not run. Once, however often it is asked: a leg has one task that lives.
 */
export async function planDeliveries(ctx: TransactionContext, booking: Booking): Promise<DeliveryTask[]> {
  const all = await DeliveryTask.findAll({
    where: { bookingId: booking.id },
    order: [['leg', 'desc'], 'attempt'],
    transaction: ctx.tx,
    lock: ctx.tx.LOCK.UPDATE,
  });
  const isOpen = ({ status }: DeliveryTask) => (openTaskStatuses as readonly string[]).includes(status);
  if (!runs(booking)) {
    for (const task of all.filter(isOpen))
      await moveTask(ctx, task, 'withdrawn', {}, { reason: 'The booking does not run' });
    return all;
  }
  for (const leg of legs) {
    const ofLeg = all.filter((task) => task.leg === leg);
    const living = ofLeg.find((task) => isOpen(task) || task.status === 'completed');
    if (!living) all.push(await addTask(ctx, booking, leg, ofLeg.length + 1));
    else if (isOpen(living) && !living.isWindowChosen) await keepWindow(ctx, booking, living);
  }
  return all;
}

/** Paid and still to be driven. A test makes no tasks, and after a delivery that failed a new date comes first. */
function runs({ status, isTest, archivedAt, deliveryFailedAt }: Booking): boolean {
  return (
    (status === 'confirmed' || status === 'in_progress') &&
    !isTest &&
    archivedAt === null &&
    deliveryFailedAt === null
  );
}

async function addTask(
  ctx: TransactionContext,
  booking: Booking,
  leg: Leg,
  attempt: number,
): Promise<DeliveryTask> {
  const now = ctx.clock.now();
  const task = await DeliveryTask.create(
    { bookingId: booking.id, leg, attempt, ...windowOf(booking, leg), createdAt: now, updatedAt: now },
    { transaction: ctx.tx, returning: true },
  );
  await audit(ctx, {
    action: 'deliveryTask.created',
    subjectType: 'deliveryTask',
    subjectId: task.id,
    bookingId: booking.id,
    changes: { status: [null, 'created'] },
  });
  return task;
}

async function keepWindow(ctx: TransactionContext, booking: Booking, task: DeliveryTask): Promise<void> {
  task.set(windowOf(booking, task.leg));
  if (task.changed()) await task.set({ updatedAt: ctx.clock.now() }).save({ transaction: ctx.tx });
}

/** A booking has another time: its tasks follow, what failed is driven anew, and its customer is told. */
export async function moveDeliveries(
  ctx: TransactionContext,
  booking: Booking,
  oldDay: ServiceDay,
): Promise<void> {
  await booking.update({ deliveryFailedAt: null }, { transaction: ctx.tx });
  await DeliveryTask.update(
    { isWindowChosen: false },
    { where: { bookingId: booking.id, status: [...openTaskStatuses] }, transaction: ctx.tx },
  );
  await closeReview(ctx, {
    kind: 'delivery_failed',
    subject: booking.id,
    resolution: 'A new date was agreed.',
  });
  await post(ctx, 'sync_deliveries', { bookingId: booking.id });
  await notifyCustomer(ctx, booking, {
    type: 'booking_rescheduled',
    eventKey: `${booking.id} ${booking.version}`,
    variables: {
      oldDay: formatServiceDay(oldDay),
      newDay: formatServiceDay(booking.pickupDate),
      reason: '',
    },
  });
}
