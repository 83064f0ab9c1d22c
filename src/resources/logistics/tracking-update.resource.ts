import { choice, instant, reference } from '../../admin/kit/columns.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { type TrackingKind, TrackingUpdate } from './tracking-update.model.ts';
import { trackingUpdatePolicy } from './tracking-update.policy.ts';

const kindWords: Readonly<Record<TrackingKind, string>> = {
  assigned: 'Given to a driver',
  unassigned: 'Taken from its driver',
  started: 'Set out',
  eta: 'Expected',
  arriving: 'Arriving',
  completed: 'Done',
  failed: 'Failed',
};

export const trackingUpdates = defineResource({
  noun: { model: TrackingUpdate, policy: trackingUpdatePolicy },
  label: { one: 'Tracking update', many: 'Tracking updates' },
  group: 'Deliveries',
  icon: 'Navigation',
  title: { fields: ['kind'], of: (row) => kindWords[row.kind as TrackingKind] },
  columns: {
    bookingId: reference('Booking', 'bookings'),
    deliveryTaskId: reference('Task', 'deliveryTasks'),
    kind: choice('What', kindWords, { completed: 'good', failed: 'bad' }),
    driverId: reference('Driver', 'drivers'),
    etaAt: instant('Expected'),
    occurredAt: instant('When'),
  },
  list: ['occurredAt', 'kind', 'bookingId', 'deliveryTaskId', 'driverId', 'etaAt'],
  sections: [
    { title: 'Update', columns: ['kind', 'bookingId', 'deliveryTaskId', 'driverId', 'occurredAt', 'etaAt'] },
  ],
  filters: ['kind', 'driverId', 'occurredAt'],
  search: [],
  searchWords: '',
  sort: { by: 'occurredAt', direction: 'desc' },
  empty: 'The road has told nothing yet.',
});
