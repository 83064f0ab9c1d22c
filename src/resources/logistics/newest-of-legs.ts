import type { DeliveryTask } from './delivery-task.model.ts';
import { legs } from './delivery-task.states.ts';

/** The stops that count, the pickup first: of each leg the newest attempt that was not withdrawn. */
export function newestOfLegs(tasks: readonly DeliveryTask[]): DeliveryTask[] {
  return legs.flatMap((leg) => {
    const ofLeg = tasks.filter((task) => task.leg === leg && task.status !== 'withdrawn');
    return ofLeg.sort((a, b) => b.attempt - a.attempt)[0] ?? [];
  });
}
