/** A delivery task's states and the only moves between them. The database holds the same table. */

export const deliveryTaskStatuses = [
  'created',
  'assigned',
  'in_progress',
  'completed',
  'failed',
  'withdrawn',
] as const;

export type DeliveryTaskStatus = (typeof deliveryTaskStatuses)[number];

export const deliveryTaskMoves = {
  created: ['assigned', 'in_progress', 'completed', 'failed', 'withdrawn'],
  assigned: ['created', 'in_progress', 'completed', 'failed', 'withdrawn'],
  in_progress: ['completed', 'failed', 'withdrawn'],
  completed: [],
  failed: [],
  withdrawn: [],
} as const satisfies Record<DeliveryTaskStatus, readonly DeliveryTaskStatus[]>;

/** Still to be done, or under way. */
export const openTaskStatuses = ['created', 'assigned', 'in_progress'] as const;

export const legs = ['pickup', 'dropoff'] as const;
export type Leg = (typeof legs)[number];
