import { everyone, keptBy, office, type ResourcePolicy, readable, writable } from '../_kit/policy.ts';

/** Vans: everybody reads them, the office changes them (`rules.md` §7). */
export const vanPolicy: ResourcePolicy = {
  id: 'vans',
  subject: 'van',
  fields: {
    ...readable(everyone, 'id', 'version', 'createdAt', 'updatedAt'),
    ...writable(everyone, office, 'name', 'slots', 'specialtyLimit', 'active'),
  },
  actions: keptBy(everyone, office),
};
