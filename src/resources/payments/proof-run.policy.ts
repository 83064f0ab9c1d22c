import { admins, everyone, lookedAtBy, office, type ResourcePolicy, readable } from '../_kit/policy.ts';

/** Proofs go with payments; an admin starts one (`rules.md` §7). */
export const proofRunPolicy: ResourcePolicy = {
  id: 'proofRuns',
  subject: 'proofRun',
  fields: {
    ...readable(
      everyone,
      'id',
      'status',
      'fromDay',
      'toDay',
      'bookings',
      'payments',
      'moves',
      'ledgerCents',
      'stripeCents',
      'findings',
      'findingCount',
      'startedAt',
      'endedAt',
      'createdAt',
      'updatedAt',
    ),
    ...readable(office, 'startedBy', 'failure'),
  },
  actions: { ...lookedAtBy(everyone), new: admins },
};
