import { admins, everyone, keptBy, type ResourcePolicy, readable, writable } from '../_kit/policy.ts';

/** The catalogue: everybody reads it, admins change it (`rules.md` §7). */
export const airportPolicy: ResourcePolicy = {
  id: 'airports',
  subject: 'airport',
  fields: {
    ...readable(everyone, 'id', 'version', 'createdAt', 'updatedAt'),
    ...writable(
      everyone,
      admins,
      'code',
      'name',
      'terminals',
      'line1',
      'city',
      'state',
      'zip',
      'position',
      'active',
    ),
  },
  actions: keptBy(everyone, admins),
};
