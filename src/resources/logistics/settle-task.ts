import type { Context, TransactionContext } from '../../context.ts';
import { type AuditEntry, audit } from '../_kit/audit.ts';
import { crashPoint } from '../_kit/crash-point.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { moveTo } from '../_kit/move-to.ts';
import { office } from '../_kit/policy.ts';
import { post } from '../_kit/post.ts';
import { select } from '../_kit/sql.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { amountDue, lockBookingOfMoney } from '../bookings/find-booking.ts';
import { alertStaff } from '../notifications/alert-staff.ts';
import { notifyCustomer } from '../notifications/notify.ts';
import { openReview } from '../payments/open-review.ts';
import { DeliveryTask } from './delivery-task.model.ts';
import { Driver } from './driver.model.ts';
import { moveTask } from './move-task.ts';
import { NO_REASON } from './onfleet/failure-words.ts';
import type { TaskFacts } from './onfleet/tasks.ts';
import { syncDrivers } from './sync-drivers.ts';
import type { TrackingKind } from './tracking-update.model.ts';

/** What an event said besides which task it is about. */
export interface RoadWord {
  readonly sourceEvent: string;
  readonly kind: TrackingKind;
  readonly occurredAt: Date;
  readonly etaAt: Date | null;
  readonly position: { readonly latitude: number; readonly longitude: number } | null;
}

/**
 * Brings a task to where Onfleet says it is, and its booking along (`product.md` §5): begun with the first start, completed
 * with the dropoff, waiting for a new date after a failure. Any number of times, and with what an event said in any order.
 */
export async function settleTask(
  ctx: Context,
  facts: TaskFacts,
  word: RoadWord | null = null,
): Promise<'settled' | 'not_ours'> {
  const known =
    (await DeliveryTask.findOne({ where: { onfleetTaskId: facts.id } })) ??
    (facts.deliveryTaskId === null || !UUID.test(facts.deliveryTaskId)
      ? null
      : await DeliveryTask.findByPk(facts.deliveryTaskId));
  if (!known) return 'not_ours';
  const driverId = await driverOf(ctx, facts.workerId);
  await inTransaction(ctx, async (tx) => {
    const booking = await lockBookingOfMoney(tx, known.bookingId);
    const task = await DeliveryTask.findByPk(known.id, {
      transaction: tx.tx,
      lock: tx.tx.LOCK.UPDATE,
      rejectOnEmpty: true,
    });
    const isNews = word === null || (await keepWord(tx, task, driverId, word));
    if (task.status !== 'withdrawn') {
      const hasMoved = await follow(tx, task, facts, driverId);
      if (word && isNews) await listen(tx, task, word);
      if (hasMoved) await bringBooking(tx, booking, task, facts);
    }
    crashPoint(ctx, 'task.before_commit');
  });
  crashPoint(ctx, 'task.committed');
  return 'settled';
}
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Our row of a worker; one that we have not heard of yet is asked for. */
async function driverOf(ctx: Context, workerId: string | null): Promise<string | null> {
  if (workerId === null) return null;
  const find = () => Driver.findOne({ where: { onfleetWorkerId: workerId } });
  const known = await find();
  if (known) return known.id;
  await syncDrivers({ ...ctx, actor: { type: 'system', name: 'new driver' } });
  return (await find())?.id ?? null;
}

/** Says whether it is news. */
async function keepWord(
  ctx: TransactionContext,
  task: DeliveryTask,
  driverId: string | null,
  { sourceEvent, kind, occurredAt, etaAt, position }: RoadWord,
): Promise<boolean> {
  const kept = await select(
    ctx,
    `insert into tracking_updates (delivery_task_id, booking_id, kind, source_event, driver_id, eta_at, latitude, longitude,
       occurred_at, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (source_event) do nothing returning id`,
    [
      task.id,
      task.bookingId,
      kind,
      sourceEvent,
      driverId,
      etaAt,
      position?.latitude ?? null,
      position?.longitude ?? null,
      occurredAt,
      ctx.clock.now(),
    ],
  );
  return kept.length > 0;
}

/**
 * Says whether its status has changed: what is told again later changes its booking no more. What was read before something
 * newer that was taken in already says nothing of who drives.
 */
async function follow(
  ctx: TransactionContext,
  task: DeliveryTask,
  facts: TaskFacts,
  driverId: string | null,
): Promise<boolean> {
  const now = ctx.clock.now();
  const isOver = facts.status === 'completed' || facts.status === 'failed';
  const { modifiedAt } = facts;
  const isLate = task.factsAt !== null && modifiedAt !== null && modifiedAt < task.factsAt;
  if (isLate && (facts.status === 'created' || facts.status === 'assigned')) return false;
  const before = task.driverId;
  const isNobodys = facts.workerId === null && !isOver;
  if (!isLate)
    task.set({
      driverId: driverId ?? (isNobodys ? null : before),
      factsAt: modifiedAt ?? task.factsAt,
      onfleetTaskId: facts.id,
      trackingUrl: task.strippedAt === null ? (facts.trackingUrl ?? task.trackingUrl) : null,
    });
  if (task.changed()) await task.set({ updatedAt: now }).save({ transaction: ctx.tx });
  const changes = await driverChange(ctx, before, task.driverId);
  const hasMoved = facts.status !== task.status && (await moveOn(ctx, task, facts, changes));
  if (!hasMoved && changes.driverId)
    await audit(ctx, {
      action: 'deliveryTask.driverChanged',
      subjectType: 'deliveryTask',
      subjectId: task.id,
      bookingId: task.bookingId,
      changes,
    });
  return hasMoved;
}

/** Who drove and who drives, with their names as they are; empty when it is the same. */
async function driverChange(
  ctx: TransactionContext,
  before: string | null,
  after: string | null,
): Promise<NonNullable<AuditEntry['changes']>> {
  if (before === after) return {};
  const drivers = await Driver.findAll({
    where: { id: [before, after].flatMap((id) => id ?? []) },
    transaction: ctx.tx,
  });
  const named = (id: string | null) => {
    const driver = drivers.find((each) => each.id === id);
    return driver ? { id: driver.id, name: driver.name } : null;
  };
  return { driverId: [named(before), named(after)] };
}

function moveOn(
  ctx: TransactionContext,
  task: DeliveryTask,
  facts: TaskFacts,
  changes: NonNullable<AuditEntry['changes']>,
): Promise<boolean> {
  const now = ctx.clock.now();
  const isOver = facts.status === 'completed' || facts.status === 'failed';
  const startedAt = task.startedAt ?? now;
  const columns = {
    ...(facts.status === 'in_progress' && { startedAt }),
    ...(isOver && {
      endedAt: now,
      etaAt: null,
      failureReason: facts.status === 'failed' ? (facts.failureReason ?? NO_REASON).slice(0, 500) : null,
      completionNotes: facts.notes?.slice(0, 10_000) ?? null,
      photoIds: [...facts.photoIds],
      signatureId: facts.signatureId,
    }),
  };
  return moveTask(ctx, task, facts.status, columns, { changes });
}

/** Expected times and positions: the latest counts, and only of one on its way (`rules.md` §7). */
async function listen(
  ctx: TransactionContext,
  task: DeliveryTask,
  { kind, occurredAt, etaAt, position }: RoadWord,
): Promise<void> {
  if (task.status !== 'in_progress') return;
  const now = ctx.clock.now();
  const isLatest = task.toldAt === null || task.toldAt <= occurredAt;
  await task.update(
    {
      ...(kind === 'arriving' && task.arrivedAt === null && { arrivedAt: now }),
      ...(isLatest && { toldAt: occurredAt, ...(etaAt && { etaAt }) }),
      ...(isLatest && position && { ...position, positionAt: now }),
      updatedAt: now,
    },
    { transaction: ctx.tx },
  );
}

async function bringBooking(
  ctx: TransactionContext,
  booking: Booking,
  task: DeliveryTask,
  facts: TaskFacts,
): Promise<void> {
  if (task.status === 'failed') return putBack(ctx, booking, task, facts);
  const hasBegun = task.status === 'in_progress' || task.status === 'completed';
  if (hasBegun && booking.status === 'confirmed' && booking.deliveryFailedAt === null)
    await moveTo(ctx, booking, 'in_progress', { reason: 'The driver is on the way' });
  if (task.status === 'in_progress') await tellOnTheWay(ctx, booking, task);
  if (task.leg !== 'dropoff' || task.status !== 'completed' || booking.status !== 'in_progress') return;
  if (amountDue(booking) === 0) return moveTo(ctx, booking, 'completed', { reason: 'Delivered' });
  await openReview(ctx, {
    kind: 'completion_waits',
    subject: booking.id,
    bookingId: booking.id,
    reason: `${booking.number} was delivered, but its money is not settled.`,
    suggestedStep: 'Settle what is due or too much, then complete the booking.',
  });
}

async function tellOnTheWay(ctx: TransactionContext, booking: Booking, task: DeliveryTask): Promise<void> {
  const driver =
    task.driverId === null ? null : await Driver.findByPk(task.driverId, { transaction: ctx.tx });
  await notifyCustomer(ctx, booking, {
    type: 'delivery_on_the_way',
    eventKey: task.id,
    variables: {
      driverName: driver?.name.split(' ')[0] ?? '',
      etaWords: '',
    },
  });
}

/** It was not delivered: the money stays, the rest of the day is off, and a new date is to be agreed. */
async function putBack(
  ctx: TransactionContext,
  booking: Booking,
  task: DeliveryTask,
  { failureForCustomer }: TaskFacts,
): Promise<void> {
  const runs = booking.status === 'confirmed' || booking.status === 'in_progress';
  if (!runs || booking.deliveryFailedAt !== null) return;
  if (booking.status === 'in_progress')
    await moveTo(ctx, booking, 'confirmed', { reason: `The ${task.leg} failed` });
  await booking.update({ deliveryFailedAt: ctx.clock.now() }, { transaction: ctx.tx });
  await post(ctx, 'sync_deliveries', { bookingId: booking.id });
  await notifyCustomer(ctx, booking, {
    type: 'delivery_failed',
    eventKey: task.id,
    variables: { reason: failureForCustomer ? `${failureForCustomer}.` : '' },
  });
  await openReview(ctx, {
    kind: 'delivery_failed',
    subject: booking.id,
    bookingId: booking.id,
    reason: `The ${task.leg} of ${booking.number} failed. ${task.failureReason ?? NO_REASON}.`,
    suggestedStep: NEXT_STEP,
  });
  await alertStaff(ctx, {
    kind: 'delivery_failed',
    subject: task.id,
    title: `The ${task.leg} of ${booking.number} failed`,
    body: `${task.failureReason ?? NO_REASON}.\n\n${NEXT_STEP}`,
    booking,
    path: `/resources/bookings/records/${booking.id}/show`,
    roles: office,
  });
}

const NEXT_STEP =
  'Call the customer, agree on a new date and reschedule, or cancel: all of the money goes back.';
