import { admins, lookedAtBy, type ResourcePolicy, readable } from '../_kit/policy.ts';

/** Jobs on their way to the queue: admins look at them (`rules.md` §7). */
export const outboxMessagePolicy: ResourcePolicy = {
  id: 'outboxMessages',
  subject: 'outboxMessage',
  fields: readable(admins, 'id', 'sequence', 'job', 'payload', 'delayMs', 'createdAt'),
  actions: lookedAtBy(admins),
};
