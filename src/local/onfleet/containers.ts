import { z } from 'zod';
import { changeWorker, findWorker } from './assign.ts';
import { invalidArgument } from './errors.ts';
import { read } from './read-task.ts';
import { taskState } from './shapes.ts';
import { findTask, moveTask } from './tasks.ts';
import { organization, type World } from './world.ts';

/** A number first adds at that place (-1: at the end) instead of replacing the list. */
const containerBody = z.object({
  tasks: z.union([z.tuple([z.int().min(-1)], z.string()), z.array(z.string())]),
});

/** Sets the list of a worker: what is new on it becomes assigned, what is no longer on it unassigned. */
export function setWorkerTasks(world: World, workerId: string, body: unknown): object {
  const before = findWorker(world, workerId);
  const { tasks: given } = read(containerBody, body);
  const ids = given.flatMap((each) => (typeof each === 'string' ? [each] : []));
  for (const id of ids) {
    const task = findTask(world, id);
    const isTheirs = task.worker === workerId && task.state === taskState.active;
    if (task.state >= taskState.active && !isTheirs) {
      throw invalidArgument(`tasks: task ${task.shortId} is active or completed`);
    }
  }
  const [place] = given;
  const list = typeof place === 'number' ? insert(before.tasks, ids, place) : [...new Set(ids)];
  const dropped = before.tasks.filter((id) => !list.includes(id));
  if (before.activeTask !== null && dropped.includes(before.activeTask)) {
    throw invalidArgument('tasks: the active task cannot be unassigned');
  }
  for (const id of dropped) moveTask(world, findTask(world, id), null);
  for (const id of ids) moveTask(world, findTask(world, id), workerId);
  changeWorker(world, workerId, { tasks: list });
  return workerContainer(world, workerId);
}

export function workerContainer(world: World, workerId: string): object {
  const { id, tasks, activeTask, timeCreated, timeLastModified } = findWorker(world, workerId);
  return {
    id,
    timeCreated,
    timeLastModified,
    organization: organization.id,
    type: 'WORKER',
    worker: id,
    activeTask,
    tasks,
  };
}

function insert(list: readonly string[], ids: readonly string[], place: number): string[] {
  const others = list.filter((id) => !ids.includes(id));
  return others.toSpliced(place === -1 ? others.length : place, 0, ...ids);
}
