import { everyone, lookedAtBy, office, type ResourcePolicy, readable } from '../_kit/policy.ts';

/** Who may do what with tasks; a viewer sees neither notes, position nor proof of delivery (`rules.md` §7). */
export const deliveryTaskPolicy: ResourcePolicy = {
  id: 'deliveryTasks',
  subject: 'deliveryTask',
  fields: {
    ...readable(
      everyone,
      'id',
      'bookingId',
      'leg',
      'attempt',
      'status',
      'driverId',
      'startsAt',
      'endsAt',
      'etaAt',
      'startedAt',
      'arrivedAt',
      'endedAt',
      'failureReason',
      'createdAt',
      'updatedAt',
    ),
    ...readable(
      office,
      'onfleetTaskId',
      'trackingUrl',
      'lastError',
      'latitude',
      'longitude',
      'positionAt',
      'completionNotes',
      'photoIds',
      'signatureId',
    ),
  },
  actions: {
    ...lookedAtBy(everyone),
    assign: office,
    unassign: office,
    retry: office,
    rescheduleTask: office,
  },
};
