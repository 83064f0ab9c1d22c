import type { Context } from '../../context.ts';
import { select } from '../_kit/sql.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { DeliveryTask } from './delivery-task.model.ts';
import type { Leg } from './delivery-task.states.ts';
import type { Driver } from './driver.model.ts';
import { newestOfLegs } from './newest-of-legs.ts';
import type { TrackingKind } from './tracking-update.model.ts';

export interface Tracking {
  readonly status: Booking['status'];
  readonly tasks: readonly { readonly task: DeliveryTask; readonly driverName: string | null }[];
  /** The latest first. */
  readonly updates: readonly {
    readonly leg: Leg;
    readonly kind: TrackingKind;
    readonly occurredAt: Date;
    readonly etaAt: Date | null;
  }[];
}

/** How the delivery of a booking stands, and what the road told of the stops that count. */
export async function readTracking(ctx: Context, { id, status }: Booking): Promise<Tracking> {
  const all = await DeliveryTask.findAll({ where: { bookingId: id }, include: ['driver'] });
  const tasks = newestOfLegs(all);
  const updates = await select<Tracking['updates'][number]>(
    ctx,
    `select t.leg, u.kind, u.occurred_at as "occurredAt", u.eta_at as "etaAt"
     from tracking_updates u join delivery_tasks t on t.id = u.delivery_task_id
     where u.delivery_task_id = any($1::uuid[]) order by u.occurred_at desc, u.created_at desc limit 100`,
    [tasks.map((task) => task.id)],
  );
  return {
    status,
    tasks: tasks.map((task) => ({ task, driverName: (task.get('driver') as Driver | null)?.name ?? null })),
    updates,
  };
}
