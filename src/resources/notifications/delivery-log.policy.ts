import { lookedAtBy, office, type ResourcePolicy, readable } from '../_kit/policy.ts';

export const deliveryLogPolicy: ResourcePolicy = {
  id: 'deliveryLogs',
  subject: 'deliveryLog',
  fields: readable(office, 'id', 'notificationId', 'kind', 'detail', 'occurredAt', 'createdAt'),
  actions: lookedAtBy(office),
};
