/** What a webhook can be about, with Onfleet's numbers. */
export const triggers = {
  taskStarted: 0,
  taskEta: 1,
  taskArrival: 2,
  taskCompleted: 3,
  taskFailed: 4,
  taskCreated: 6,
  taskUpdated: 7,
  taskDeleted: 8,
  taskAssigned: 9,
  taskUnassigned: 10,
} as const;

export type TriggerName = keyof typeof triggers;
