import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { authorize } from '../_kit/policy.ts';
import { DeliveryTask } from './delivery-task.model.ts';
import { deliveryTaskPolicy } from './delivery-task.policy.ts';
import { Driver } from './driver.model.ts';
import { OnfleetProblem } from './onfleet/client.ts';
import { giveTask } from './onfleet/tasks.ts';
import { settleTask } from './settle-task.ts';

/**
 * Gives a task to a driver at Onfleet, and takes in what it says. Throws `forbidden`, `not_found`, `move_not_allowed` for one
 * under way, over or not known there yet, `conflict` with Onfleet's words, `delivery_provider_unavailable`.
 */
export async function assignDriver(
  ctx: Context,
  { taskId, driverId }: { readonly taskId: string; readonly driverId: string },
): Promise<Driver> {
  authorize(ctx, deliveryTaskPolicy, 'assign');
  const driver = await Driver.findByPk(driverId);
  if (!driver?.isActive) {
    const message = 'This driver is no longer at Onfleet. Choose another one.';
    throw new Refusal('invalid', { violations: [{ path: 'driverId', code: 'not_active', message }] });
  }
  await give(ctx, taskId, driver.onfleetWorkerId);
  return driver;
}

/** Takes a task from its driver. Throws as `assignDriver` does. */
export async function unassignDriver(ctx: Context, taskId: string): Promise<void> {
  authorize(ctx, deliveryTaskPolicy, 'unassign');
  await give(ctx, taskId, null);
}

async function give(ctx: Context, taskId: string, workerId: string | null): Promise<void> {
  const task = await DeliveryTask.findByPk(taskId, { rejectOnEmpty: new Refusal('not_found') });
  if (task.status !== 'created' && task.status !== 'assigned')
    throw new Refusal('move_not_allowed', { detail: 'This task is under way or over.' });
  if (task.onfleetTaskId === null)
    throw new Refusal('move_not_allowed', {
      detail: 'Onfleet does not know this task yet. Try it again first.',
    });
  try {
    await settleTask(ctx, await giveTask(ctx, task.onfleetTaskId, workerId));
  } catch (error) {
    if (error instanceof OnfleetProblem)
      throw new Refusal('conflict', { detail: `Onfleet does not do that: ${error.message}`, cause: error });
    throw error;
  }
}
