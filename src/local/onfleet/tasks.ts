import { isDeepStrictEqual } from 'node:util';
import { assign, checkedWorker } from './assign.ts';
import { invalidArgument, invalidTimes, notFound } from './errors.ts';
import { newId, newShortId } from './ids.ts';
import { metadataBody, read, readNewTask, readTaskChange, type TaskChange } from './read-task.ts';
import { type CompletionDetails, type Location, type Task, taskState } from './shapes.ts';
import { administrator, emit, modifiedNow, organization, type World } from './world.ts';

const PAGE = 64;
const MIDTOWN: Location = [-73.9851, 40.7589];

const notYet: CompletionDetails = {
  failureReason: 'NONE',
  failureNotes: '',
  successNotes: '',
  notes: '',
  time: null,
  photoUploadId: null,
  photoUploadIds: null,
  signatureUploadId: null,
  firstLocation: [],
  lastLocation: [],
  events: [],
};

export function findTask({ store }: World, id: string): Task {
  const task = store.get('task', id);
  if (!task) throw notFound('task', id);
  return task;
}

export function createTask(world: World, body: unknown): Task {
  const given = readNewTask(body);
  const now = world.now();
  checkTimes(given);
  if (given.completeBefore != null && given.completeBefore <= now) {
    throw invalidTimes('completeBefore must be in the future');
  }
  checkDependencies(world, given);
  const shortId = newShortId();
  const task: Task = {
    id: newId(),
    shortId,
    trackingURL: `https://onf.lt/${shortId}`,
    organization: organization.id,
    merchant: organization.id,
    executor: organization.id,
    creator: administrator,
    state: taskState.unassigned,
    worker: null,
    container: { type: 'ORGANIZATION', organization: organization.id },
    destination: {
      id: newId(),
      ...given.destination,
      location: given.destination.location ?? MIDTOWN,
    },
    recipients: given.recipients.map((recipient) => ({ id: newId(), ...recipient })),
    completeAfter: given.completeAfter ?? null,
    completeBefore: given.completeBefore ?? null,
    pickupTask: given.pickupTask ?? false,
    dependencies: given.dependencies ?? [],
    serviceTime: given.serviceTime ?? 0,
    quantity: given.quantity ?? 0,
    notes: given.notes ?? '',
    metadata: given.metadata ?? [],
    eta: null,
    delayTime: null,
    completionDetails: notYet,
    timeCreated: now,
    timeLastModified: now,
  };
  const worker = given.container?.type === 'WORKER' ? checkedWorker(world, given.container.worker) : null;
  for (const recipient of task.recipients) world.store.put('recipient', recipient.id, recipient);
  world.store.put('task', task.id, task);
  // A task that is born with its worker tells of its birth only.
  const made = worker ? assign(world, task, worker) : task;
  emit(world, 'taskCreated', made, 'ADMIN');
  return made;
}

export function updateTask(world: World, id: string, body: unknown): Task {
  const task = findTask(world, id);
  const { container, destination: _, recipients: __, ...fields } = readTaskChange(body);
  const changes = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  checkChangeable(task, { ...changes, ...(container && { container }) });
  checkTimes({ ...task, ...changes });
  checkDependencies(world, fields);
  const worker = container?.type === 'WORKER' ? checkedWorker(world, container.worker) : null;
  let changed = task;
  if (Object.keys(changes).length > 0) {
    changed = { ...task, ...changes, timeLastModified: modifiedNow(world, task) };
    world.store.put('task', id, changed);
    emit(world, 'taskUpdated', changed, 'ADMIN');
  }
  return container ? moveTask(world, changed, worker?.id ?? null) : changed;
}

/** Gives a task to a worker, or to nobody, and tells of it when that is a change. */
export function moveTask(world: World, task: Task, workerId: string | null): Task {
  if (task.worker === workerId) return task;
  const moved = assign(world, task, workerId === null ? null : checkedWorker(world, workerId));
  emit(world, moved.worker === null ? 'taskUnassigned' : 'taskAssigned', moved, 'ADMIN');
  return moved;
}

export function deleteTask(world: World, id: string): void {
  const task = findTask(world, id);
  if (task.state === taskState.active) throw invalidArgument('An active task cannot be deleted');
  if (task.state === taskState.completed) throw invalidArgument('A completed task cannot be deleted');
  assign(world, task, null);
  world.store.remove('task', id);
  emit(world, 'taskDeleted', task, 'ADMIN');
}

/** Tasks of a time range in order of creation, a page at a time. */
export function listTasks({ store }: World, query: URLSearchParams): object {
  const from = Number(query.get('from') ?? Number.NaN);
  const to = Number(query.get('to') ?? Number.POSITIVE_INFINITY);
  if (Number.isNaN(from)) throw invalidArgument('from: a time in milliseconds is needed');
  if (Number.isNaN(to)) throw invalidArgument('to: not a time in milliseconds');
  const states = query.get('state')?.split(',').map(Number);
  const worker = query.get('worker');
  const all = store.list('task').reverse();
  const lastId = query.get('lastId');
  const start = lastId === null ? 0 : all.findIndex((task) => task.id === lastId) + 1;
  const rows = all.slice(start).filter((task) => {
    const at = task.completionDetails.time ?? task.timeCreated;
    return (
      at >= from &&
      at <= to &&
      (!states || states.includes(task.state)) &&
      (worker === null || task.worker === worker)
    );
  });
  const tasks = rows.slice(0, PAGE);
  return { ...(rows.length > PAGE && { lastId: tasks.at(-1)?.id }), tasks };
}

/** Tasks that have all of the metadata. */
export function tasksWithMetadata({ store }: World, body: unknown): Task[] {
  const wanted = read(metadataBody, body);
  const has = (task: Task): boolean =>
    wanted.every(({ name, type, value }) =>
      task.metadata.some(
        (each) => each.name === name && each.type === type && isDeepStrictEqual(each.value, value),
      ),
    );
  return wanted.length === 0 ? [] : store.list('task').filter(has);
}

function checkTimes({ completeAfter, completeBefore }: Pick<TaskChange, 'completeAfter' | 'completeBefore'>) {
  if (completeAfter == null || completeBefore == null || completeAfter <= completeBefore) return;
  throw invalidTimes('completeAfter must be before completeBefore');
}

function checkDependencies({ store }: World, { dependencies = [] }: Pick<TaskChange, 'dependencies'>): void {
  const unknown = dependencies.find((id) => !store.get('task', id));
  if (unknown !== undefined) throw invalidArgument(`dependencies: there is no task ${unknown}`);
}

function checkChangeable(task: Task, changes: object): void {
  if (task.state < taskState.active) return;
  const fixed = Object.keys(changes).find((name) => name !== 'notes' && name !== 'metadata');
  if (fixed !== undefined)
    throw invalidArgument(`${fixed}: only notes and metadata of a task that was begun change`);
}
