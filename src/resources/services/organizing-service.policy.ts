import { admins, everyone, keptBy, type ResourcePolicy, readable, writable } from '../_kit/policy.ts';

/** The catalogue: everybody reads it, admins change it (`rules.md` §7). */
export const organizingServicePolicy: ResourcePolicy = {
  id: 'organizingServices',
  subject: 'organizingService',
  fields: {
    ...readable(everyone, 'id', 'version', 'createdAt', 'updatedAt'),
    ...writable(
      everyone,
      admins,
      'code',
      'packageId',
      'kind',
      'name',
      'priceCents',
      'hours',
      'organizers',
      'suppliesAllowanceCents',
      'active',
    ),
  },
  actions: keptBy(everyone, admins),
};
