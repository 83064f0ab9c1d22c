import { z } from 'zod';
import { fromEpochMilliseconds } from '../../../clock.ts';
import type { Context } from '../../../context.ts';
import type { DeliveryTaskStatus } from '../delivery-task.states.ts';
import { askOnfleet, OnfleetProblem } from './client.ts';
import { failureWords, knownFailure } from './failure-words.ts';

/** What a driver is told of a stop. */
export interface TaskDescription {
  readonly destination: {
    readonly address:
      | {
          readonly number: string;
          readonly street: string;
          readonly apartment: string;
          readonly city: string;
          readonly state: string;
          readonly postalCode: string;
          readonly country: string;
        }
      | { readonly unparsed: string; readonly apartment: string };
    readonly notes: string;
  };
  readonly recipients: readonly {
    readonly name: string;
    readonly phone: string;
    readonly skipSMSNotifications: boolean;
  }[];
  /** Milliseconds since the epoch. */
  readonly completeAfter: number;
  readonly completeBefore: number;
  readonly pickupTask: boolean;
  readonly notes: string;
  readonly quantity: number;
  /** Tasks that are done before it. */
  readonly dependencies: readonly string[];
}

/** What we need of a task at Onfleet, in our words. */
export interface TaskFacts {
  readonly id: string;
  /** Ours, by its mark. */
  readonly deliveryTaskId: string | null;
  readonly status: Exclude<DeliveryTaskStatus, 'withdrawn'>;
  readonly workerId: string | null;
  readonly trackingUrl: string | null;
  readonly endedAt: Date | null;
  /** When it changed last, by Onfleet's clock. */
  readonly modifiedAt: Date | null;
  /** In words for staff, of one that failed. */
  readonly failureReason: string | null;
  /** In words that its customer may read, where we have some. */
  readonly failureForCustomer: string | null;
  readonly notes: string | null;
  readonly photoIds: readonly string[];
  readonly signatureId: string | null;
  /** Whom it meets. */
  readonly recipientIds: readonly string[];
}

const text = z.string().nullish();
const taskSchema = z.looseObject({
  id: z.string().min(1),
  state: z.int(),
  worker: text,
  trackingURL: text,
  timeLastModified: z.number().nullish(),
  recipients: z.array(z.looseObject({ id: z.string() })).nullish(),
  metadata: z.array(z.looseObject({ name: z.string(), value: z.unknown() })).nullish(),
  completionDetails: z
    .looseObject({
      success: z.boolean().nullish(),
      time: z.number().nullish(),
      failureReason: text,
      failureNotes: text,
      notes: text,
      successNotes: text,
      photoUploadId: text,
      photoUploadIds: z.array(z.string()).nullish(),
      signatureUploadId: text,
    })
    .nullish(),
});

const MARK = 'delivery_task_id';
const ACTIVE = 2;
const COMPLETED = 3;

/** Makes a task, for a driver where it has one. Not safe to repeat: look with `findTask` first. Throws `OnfleetProblem`. */
export async function createTask(
  ctx: Context,
  {
    deliveryTaskId,
    description,
    workerId,
  }: { deliveryTaskId: string; description: TaskDescription; workerId: string | null },
): Promise<TaskFacts> {
  const body = {
    ...description,
    ...(workerId !== null && { container: containerOf(workerId) }),
    metadata: [{ name: MARK, type: 'string', value: deliveryTaskId, visibility: ['api'] }],
  };
  return factsOf(await askOnfleet(ctx, { method: 'POST', path: '/tasks', body }, taskSchema));
}

/** What may change of one that waits; of one under way the notes alone. `null` when it is gone. Throws `OnfleetProblem`. */
export async function updateTask(
  ctx: Context,
  id: string,
  changes: Partial<Omit<TaskDescription, 'destination' | 'recipients'>>,
): Promise<TaskFacts | null> {
  return unlessGone(() =>
    askOnfleet(ctx, { method: 'PUT', path: `/tasks/${id}`, body: changes }, taskSchema),
  );
}

/** The task that bears our mark, whose making we may not have heard of. */
export async function findTask(ctx: Context, deliveryTaskId: string): Promise<TaskFacts | null> {
  const found = await askOnfleet(
    ctx,
    {
      method: 'POST',
      path: '/tasks/metadata',
      body: [{ name: MARK, type: 'string', value: deliveryTaskId }],
      isSafe: true,
    },
    z.array(taskSchema),
  );
  return found[0] ? factsOf(found[0]) : null;
}

/** `null` when it is not there any more. */
export async function retrieveTask(ctx: Context, id: string): Promise<TaskFacts | null> {
  return unlessGone(() =>
    askOnfleet(ctx, { method: 'GET', path: `/tasks/${encodeURIComponent(id)}` }, taskSchema),
  );
}

async function unlessGone(ask: () => Promise<z.output<typeof taskSchema>>): Promise<TaskFacts | null> {
  try {
    return factsOf(await ask());
  } catch (error) {
    if (error instanceof OnfleetProblem && error.status === 404) return null;
    throw error;
  }
}

/** Takes it away; what is gone already is gone. Throws `OnfleetProblem` for one that is under way or done. */
export async function deleteTask(ctx: Context, id: string): Promise<void> {
  try {
    await askOnfleet(ctx, { method: 'DELETE', path: `/tasks/${id}`, isSafe: true }, z.unknown());
  } catch (error) {
    if (!(error instanceof OnfleetProblem && error.status === 404)) throw error;
  }
}

/** Gives it to a driver, or to nobody. */
export async function giveTask(ctx: Context, id: string, workerId: string | null): Promise<TaskFacts> {
  const body = { container: containerOf(workerId) };
  return factsOf(await askOnfleet(ctx, { method: 'PUT', path: `/tasks/${id}`, body }, taskSchema));
}

function containerOf(workerId: string | null): object {
  return workerId === null ? { type: 'ORGANIZATION' } : { type: 'WORKER', worker: workerId };
}

function factsOf(task: z.output<typeof taskSchema>): TaskFacts {
  const details = task.completionDetails;
  const mark = task.metadata?.find(({ name }) => name === MARK)?.value;
  const isOver = task.state === COMPLETED;
  const status = statusOf(task.state, task.worker ?? null, details?.success === true);
  const photos = details?.photoUploadIds ?? (details?.photoUploadId ? [details.photoUploadId] : []);
  return {
    id: task.id,
    deliveryTaskId: typeof mark === 'string' ? mark : null,
    status,
    workerId: task.worker ?? null,
    trackingUrl: task.trackingURL ?? null,
    endedAt: isOver && details?.time ? fromEpochMilliseconds(details.time) : null,
    modifiedAt: task.timeLastModified == null ? null : fromEpochMilliseconds(task.timeLastModified),
    failureReason: status === 'failed' ? failureWords(details?.failureReason, details?.failureNotes) : null,
    failureForCustomer: status === 'failed' ? knownFailure(details?.failureReason) : null,
    notes: details?.successNotes ?? details?.notes ?? null,
    photoIds: photos,
    signatureId: details?.signatureUploadId ?? null,
    recipientIds: (task.recipients ?? []).map(({ id }) => id),
  };
}

function statusOf(state: number, worker: string | null, isSuccess: boolean): TaskFacts['status'] {
  if (state === COMPLETED) return isSuccess ? 'completed' : 'failed';
  if (state === ACTIVE) return 'in_progress';
  return worker === null ? 'created' : 'assigned';
}
