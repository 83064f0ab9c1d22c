import { z } from 'zod';
import { changeWorker, findWorker } from './assign.ts';
import { invalidArgument } from './errors.ts';
import { finish, whereabouts } from './finish.ts';
import { read } from './read-task.ts';
import { type Location, type Task, taskState } from './shapes.ts';
import { findTask, moveTask } from './tasks.ts';
import { emit, modifiedNow, type World } from './world.ts';

const USUAL_ETA_SECONDS = 900;
const ARRIVED_METRES = 50;

const yes = z.union([z.boolean(), z.stringbool()]).optional();
const driveBody = z.strictObject({
  workerId: z.string().optional(),
  position: z
    .object({ lat: z.coerce.number().min(-90).max(90), lng: z.coerce.number().min(-180).max(180) })
    .optional(),
  etaSeconds: z.coerce.number().nonnegative().optional(),
  photo: yes,
  signature: yes,
  notes: z.string().optional(),
  reason: z.string().optional(),
});
type Drive = z.infer<typeof driveBody>;

/** What people do at Onfleet: the dispatcher, and the crew with their phones. */
const verbs: Readonly<Record<string, (world: World, task: Task, drive: Drive) => Task>> = {
  assign: assignSomebody,
  start,
  arrive,
  complete: (world, task, drive) => end(world, task, drive, true),
  fail: (world, task, drive) => end(world, task, drive, false),
  move,
};

/** `null` when the stand-in has no such verb. */
export function simulate(world: World, id: string, verb: string, body: unknown): Task | null {
  const act = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (!act) return null;
  return act(world, findTask(world, id), read(driveBody, body));
}

function assignSomebody(world: World, task: Task, { workerId }: Drive): Task {
  if (task.state >= taskState.active) throw outOfOrder(task, 'assigned');
  const first = world.store.list('worker').at(-1);
  const id = workerId ?? first?.id;
  if (id === undefined) throw invalidArgument('There is no worker to assign it to');
  return moveTask(world, task, findWorker(world, id).id);
}

function start(world: World, task: Task, drive: Drive): Task {
  if (task.state !== taskState.assigned || task.worker === null) throw outOfOrder(task, 'started');
  if (findWorker(world, task.worker).activeTask !== null) {
    throw invalidArgument('The worker is under way with another task: end that one first');
  }
  const needed = task.dependencies.map((id) => world.store.get('task', id));
  if (needed.some((other) => other && other.state !== taskState.completed)) {
    throw invalidArgument('The task depends on one that is not over');
  }
  setPosition(world, task, drive);
  changeWorker(world, task.worker, { activeTask: task.id });
  const location = whereabouts(world, task);
  const started = see(world, { ...task, state: taskState.active }, 'start', location);
  emit(world, 'taskStarted', started, 'WORKER');
  return announceEta(world, started, drive.etaSeconds ?? USUAL_ETA_SECONDS);
}

function arrive(world: World, task: Task, drive: Drive): Task {
  if (task.state !== taskState.active) throw outOfOrder(task, 'arrived at');
  if (task.completionDetails.events.some(({ name }) => name === 'arrival')) {
    throw invalidArgument('The worker has arrived already');
  }
  const [lng, lat] = task.destination.location;
  setPosition(world, task, { position: drive.position ?? { lat, lng } });
  const arrived = see(world, task, 'arrival', whereabouts(world, task));
  emit(world, 'taskArrival', arrived, 'WORKER', { distance: ARRIVED_METRES });
  return arrived;
}

function end(world: World, task: Task, drive: Drive, success: boolean): Task {
  if (task.state !== taskState.active) throw outOfOrder(task, success ? 'completed' : 'failed');
  setPosition(world, task, drive);
  return finish(world, task, { ...drive, success }, 'WORKER');
}

function move(world: World, task: Task, drive: Drive): Task {
  if (task.worker === null || task.state === taskState.completed) throw outOfOrder(task, 'moved');
  setPosition(world, task, drive);
  const { etaSeconds } = drive;
  if (etaSeconds === undefined || task.state !== taskState.active) return task;
  return announceEta(world, task, etaSeconds);
}

function announceEta(world: World, task: Task, etaSeconds: number): Task {
  const now = world.now();
  const announced: Task = {
    ...task,
    eta: now + etaSeconds * 1_000,
    timeLastModified: modifiedNow(world, task),
  };
  world.store.put('task', task.id, announced);
  emit(world, 'taskEta', announced, 'WORKER', { etaSeconds });
  return announced;
}

function setPosition(world: World, { worker }: Task, { position }: Pick<Drive, 'position'>): void {
  if (worker === null || !position) return;
  changeWorker(world, worker, { location: [position.lng, position.lat], timeLastSeen: world.now() });
}

/** Writes down that the worker was somewhere at a step of the task. */
function see(world: World, task: Task, name: 'start' | 'arrival', location: Location): Task {
  const time = world.now();
  const { completionDetails: details } = task;
  const seen: Task = {
    ...task,
    timeLastModified: modifiedNow(world, task),
    completionDetails: {
      ...details,
      firstLocation: details.firstLocation.length > 0 ? details.firstLocation : location,
      lastLocation: location,
      events: [...details.events, { name, time, location }],
    },
  };
  world.store.put('task', task.id, seen);
  return seen;
}

function outOfOrder({ state }: Task, wanted: string) {
  const word = Object.entries(taskState).find(([, number]) => number === state)?.[0];
  const article = word === 'active' || word === 'assigned' || word === 'unassigned' ? 'An' : 'A';
  return invalidArgument(`${article} ${word} task cannot be ${wanted}`);
}
