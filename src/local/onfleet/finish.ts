import { z } from 'zod';
import { dropFromList, findWorker } from './assign.ts';
import { invalidArgument } from './errors.ts';
import { newId } from './ids.ts';
import { read } from './read-task.ts';
import { type Location, type Task, taskState } from './shapes.ts';
import { findTask } from './tasks.ts';
import { type Actor, emit, modifiedNow, type World } from './world.ts';

export interface Ending {
  readonly success: boolean;
  readonly notes?: string | undefined;
  /** Why it failed, in Onfleet's word. */
  readonly reason?: string | undefined;
  readonly photo?: boolean | undefined;
  readonly signature?: boolean | undefined;
}

const completion = z.object({
  completionDetails: z.object({ success: z.boolean(), notes: z.string().optional() }),
});

/** Ends a task from the office. Onfleet answers with nothing. */
export function forceComplete(world: World, id: string, body: unknown): void {
  const { completionDetails } = read(completion, body);
  const task = findTask(world, id);
  if (task.state !== taskState.active) throw invalidArgument('Only an active task can be completed');
  finish(world, task, completionDetails, 'ADMIN');
}

/** Ends an active task, well or not, and frees its worker. */
export function finish(world: World, task: Task, ending: Ending, actor: Actor): Task {
  const { success, notes = '' } = ending;
  const time = world.now();
  const location = whereabouts(world, task);
  const photo = ending.photo ? newId() : null;
  const finished: Task = {
    ...task,
    state: taskState.completed,
    eta: null,
    completionDetails: {
      ...task.completionDetails,
      success,
      failureReason: success ? 'NONE' : (ending.reason ?? 'OTHER'),
      failureNotes: success ? '' : notes,
      successNotes: success ? notes : '',
      notes,
      time,
      photoUploadId: photo,
      photoUploadIds: photo === null ? null : [photo],
      signatureUploadId: ending.signature ? newId() : null,
      lastLocation: location,
      events: [...task.completionDetails.events, { name: 'completion', time, location }],
    },
    timeLastModified: modifiedNow(world, task),
  };
  world.store.put('task', task.id, finished);
  dropFromList(world, task);
  emit(world, success ? 'taskCompleted' : 'taskFailed', finished, actor);
  return finished;
}

/** Where a task's worker is, as far as is known. */
export function whereabouts(world: World, { worker, destination }: Task): Location {
  return (worker === null ? null : findWorker(world, worker).location) ?? destination.location;
}
