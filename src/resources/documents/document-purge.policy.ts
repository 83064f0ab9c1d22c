import { admins, lookedAtBy, type ResourcePolicy, readable } from '../_kit/policy.ts';

/** Cleaning up is the admins' (`rules.md` §7). */
export const documentPurgePolicy: ResourcePolicy = {
  id: 'documentPurges',
  subject: 'documentPurge',
  fields: readable(
    admins,
    'id',
    'startedBy',
    'abandoned',
    'keptLongEnough',
    'replaced',
    'strays',
    'freedBytes',
    'createdAt',
    'updatedAt',
  ),
  actions: { ...lookedAtBy(admins), new: admins },
};
