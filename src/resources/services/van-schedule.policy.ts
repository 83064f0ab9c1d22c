import { everyone, keptBy, office, type ResourcePolicy, readable, writable } from '../_kit/policy.ts';

/** What differs for a van on one day: everybody reads it, the office changes it and takes it back (`rules.md` §7). */
export const vanSchedulePolicy: ResourcePolicy = {
  id: 'vanSchedules',
  subject: 'vanSchedule',
  fields: {
    ...readable(everyone, 'id', 'version', 'createdAt', 'updatedAt'),
    ...writable(everyone, office, 'vanId', 'day', 'open', 'slots', 'specialtyLimit', 'note'),
  },
  actions: { ...keptBy(everyone, office), delete: office },
};
