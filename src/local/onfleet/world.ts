import { newId } from './ids.ts';
import type { Task } from './shapes.ts';
import type { Store } from './store.ts';
import { type TriggerName, triggers } from './triggers.ts';

/** The one organization of the stand-in, and whose key it is. */
export const organization = { id: 'ToteTaxi*local*stand~in1', name: 'ToteTaxi' };
export const administrator = 'ToteTaxi*local*dispatch1';

/** What the endpoints work on. */
export interface World {
  readonly store: Store;
  /** Business time, in milliseconds since the epoch. */
  readonly now: () => number;
  /** What the application is told; `null` is everything. */
  readonly told: readonly TriggerName[] | null;
}

/** Who did it: whoever has the key, or the task's worker with the phone. */
export type Actor = 'ADMIN' | 'WORKER';

/** What only one trigger tells. */
export interface TriggerExtras {
  /** Of `taskEta`. */
  readonly etaSeconds?: number;
  /** Of `taskArrival`, in metres. */
  readonly distance?: number;
}

/** When a task changes: later than it did before, whatever the clock says. */
export function modifiedNow(world: World, { timeLastModified }: Pick<Task, 'timeLastModified'>): number {
  return Math.max(world.now(), timeLastModified + 1);
}

/** Owes the application, and everybody who subscribed, a webhook about a task; it is durable with the change that caused it. */
export function emit(
  world: World,
  name: TriggerName,
  task: Task,
  actor: Actor,
  extras: TriggerExtras = {},
): void {
  const { store } = world;
  const worker = task.worker === null ? undefined : store.get('worker', task.worker);
  const body = JSON.stringify({
    taskId: task.id,
    workerId: task.worker,
    adminId: actor === 'ADMIN' ? administrator : null,
    triggerId: triggers[name],
    triggerName: name,
    time: world.now(),
    actionContext: { type: actor, id: actor === 'ADMIN' ? administrator : task.worker },
    data: { task, ...(worker && { worker }) },
    ...extras,
  });
  const hooks = store.list('webhook').filter((hook) => hook.isEnabled && hook.trigger === triggers[name]);
  const isTold = world.told === null || world.told.includes(name);
  for (const webhookId of [...(isTold ? [null] : []), ...hooks.map((hook) => hook.id)]) {
    const id = newId();
    store.put('message', id, { id, triggerName: name, webhookId, body });
    store.put('delivery', id, { eventId: id, tries: 0 });
  }
}
