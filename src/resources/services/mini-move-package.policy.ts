import { admins, everyone, keptBy, type ResourcePolicy, readable, writable } from '../_kit/policy.ts';

/** The catalogue: everybody reads it, admins change it (`rules.md` §7). */
export const miniMovePackagePolicy: ResourcePolicy = {
  id: 'miniMovePackages',
  subject: 'miniMovePackage',
  fields: {
    ...readable(everyone, 'id', 'version', 'createdAt', 'updatedAt'),
    ...writable(
      everyone,
      admins,
      'code',
      'name',
      'description',
      'priceCents',
      'maxItems',
      'maxItemWeightLbs',
      'coiIncluded',
      'coiFeeCents',
      'specificHourFeeCents',
      'vanSlots',
      'position',
      'active',
    ),
  },
  actions: keptBy(everyone, admins),
};
