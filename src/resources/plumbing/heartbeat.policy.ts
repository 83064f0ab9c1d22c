import { admins, lookedAtBy, type ResourcePolicy, readable } from '../_kit/policy.ts';

/** Signs of life of the schedules: admins look at them (`rules.md` §7). */
export const heartbeatPolicy: ResourcePolicy = {
  id: 'heartbeats',
  subject: 'heartbeat',
  fields: readable(
    admins,
    'name',
    'dueAt',
    'startedAt',
    'finishedAt',
    'succeededAt',
    'durationMs',
    'lastError',
    'createdAt',
    'updatedAt',
  ),
  actions: lookedAtBy(admins),
};
