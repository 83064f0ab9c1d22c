import { everyone, lookedAtBy, office, type ResourcePolicy, readable } from '../_kit/policy.ts';

/** What the road told; a viewer sees no position (`rules.md` §7). */
export const trackingUpdatePolicy: ResourcePolicy = {
  id: 'trackingUpdates',
  subject: 'trackingUpdate',
  fields: {
    ...readable(
      everyone,
      'id',
      'deliveryTaskId',
      'bookingId',
      'kind',
      'driverId',
      'etaAt',
      'occurredAt',
      'createdAt',
    ),
    ...readable(office, 'latitude', 'longitude', 'sourceEvent'),
  },
  actions: lookedAtBy(everyone),
};
