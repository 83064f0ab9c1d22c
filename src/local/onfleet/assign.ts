import { invalidArgument, notFound } from './errors.ts';
import { type Container, type Task, taskState, type Worker } from './shapes.ts';
import { modifiedNow, organization, type World } from './world.ts';

export function findWorker({ store }: World, id: string): Worker {
  const worker = store.get('worker', id);
  if (!worker) throw notFound('worker', id);
  return worker;
}

/** The worker that a body names. */
export function checkedWorker({ store }: World, id: string): Worker {
  const worker = store.get('worker', id);
  if (!worker) throw invalidArgument(`container.worker: there is no worker ${id}`);
  return worker;
}

/** Moves a task that nobody has begun to the end of a worker's list, or to nobody. Tells nobody. */
export function assign(world: World, task: Task, worker: Worker | null): Task {
  if (task.worker !== null && task.worker !== worker?.id) dropFromList(world, task);
  const container: Container = worker
    ? { type: 'WORKER', worker: worker.id }
    : { type: 'ORGANIZATION', organization: organization.id };
  const moved: Task = {
    ...task,
    state: worker ? taskState.assigned : taskState.unassigned,
    worker: worker?.id ?? null,
    container,
    timeLastModified: modifiedNow(world, task),
  };
  world.store.put('task', task.id, moved);
  if (worker && !worker.tasks.includes(task.id)) {
    changeWorker(world, worker.id, { tasks: [...worker.tasks, task.id] });
  }
  return moved;
}

/** A task that is over or someone else's is no longer on its worker's list. */
export function dropFromList(world: World, task: Task): void {
  const worker = task.worker === null ? undefined : world.store.get('worker', task.worker);
  if (!worker) return;
  changeWorker(world, worker.id, {
    tasks: worker.tasks.filter((id) => id !== task.id),
    activeTask: worker.activeTask === task.id ? null : worker.activeTask,
  });
}

export function changeWorker(world: World, id: string, changes: Partial<Worker>): Worker {
  const changed = { ...findWorker(world, id), ...changes, timeLastModified: world.now() };
  world.store.put('worker', id, changed);
  return changed;
}
