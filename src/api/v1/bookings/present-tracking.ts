import type { z } from 'zod';
import type { Tracking } from '../../../resources/logistics/read-tracking.ts';
import type { taskStatusSchema, trackingSchema } from './schema.ts';

type PublicTracking = z.input<typeof trackingSchema>;

/** How the delivery stands, for its customer: the driver's first name alone, and where they are only on the way. */
export function presentTracking({ status, tasks, updates }: Tracking): PublicTracking {
  return {
    status,
    tasks: tasks.map(({ task, driverName }) => ({
      leg: task.leg,
      status: task.status as z.input<typeof taskStatusSchema>,
      windowStart: task.startsAt.toISOString(),
      windowEnd: task.endsAt.toISOString(),
      etaAt: task.status === 'in_progress' ? (task.etaAt?.toISOString() ?? null) : null,
      driver: driverName === null ? null : { firstName: driverName.split(/\s+/)[0] ?? '' },
      position: positionOf(task),
      endedAt: task.endedAt?.toISOString() ?? null,
    })),
    updates: updates.map(({ leg, kind, occurredAt, etaAt }) => ({
      leg,
      kind,
      at: occurredAt.toISOString(),
      etaAt: etaAt?.toISOString() ?? null,
    })),
  };
}

function positionOf({
  status,
  latitude,
  longitude,
  positionAt,
}: Tracking['tasks'][number]['task']): PublicTracking['tasks'][number]['position'] {
  if (status !== 'in_progress' || latitude === null || longitude === null || positionAt === null) return null;
  return { latitude, longitude, at: positionAt.toISOString() };
}
