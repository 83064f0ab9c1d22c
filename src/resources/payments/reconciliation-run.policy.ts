import { admins, everyone, lookedAtBy, office, type ResourcePolicy, readable } from '../_kit/policy.ts';

/** Reconciliations go with payments; an admin starts one (`rules.md` §7). */
export const reconciliationRunPolicy: ResourcePolicy = {
  id: 'reconciliationRuns',
  subject: 'reconciliationRun',
  fields: {
    ...readable(
      everyone,
      'id',
      'status',
      'counts',
      'healed',
      'findingCount',
      'startedAt',
      'endedAt',
      'createdAt',
      'updatedAt',
    ),
    ...readable(office, 'startedBy', 'findings', 'failure'),
  },
  actions: { ...lookedAtBy(everyone), new: admins },
};
