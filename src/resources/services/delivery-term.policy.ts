import { admins, everyone, lookedAtBy, type ResourcePolicy, readable, writable } from '../_kit/policy.ts';

/** The catalogue: everybody reads it, admins change it; there is one for each service, so none is made (`rules.md` §7). */
export const deliveryTermPolicy: ResourcePolicy = {
  id: 'deliveryTerms',
  subject: 'deliveryTerm',
  fields: {
    ...readable(everyone, 'id', 'service', 'version', 'createdAt', 'updatedAt'),
    ...writable(
      everyone,
      admins,
      'name',
      'pricePerUnitCents',
      'minimumUnits',
      'minimumChargeCents',
      'sameDayFeeCents',
      'coiFeeCents',
      'maxItemWeightLbs',
      'vanSlots',
    ),
  },
  actions: { ...lookedAtBy(everyone), edit: admins },
};
