import { admins, keptBy, office, type ResourcePolicy, readable, writable } from '../_kit/policy.ts';

/** Codes: the office reads them, admins change them (`rules.md` §7). */
export const discountCodePolicy: ResourcePolicy = {
  id: 'discountCodes',
  subject: 'discountCode',
  fields: {
    ...readable(office, 'id', 'version', 'createdAt', 'updatedAt'),
    ...writable(
      office,
      admins,
      'code',
      'description',
      'amountCents',
      'percentBasisPoints',
      'minimumOrderCents',
      'maximumDiscountCents',
      'services',
      'validFrom',
      'validUntil',
      'maximumUses',
      'maximumUsesPerCustomer',
      'active',
    ),
  },
  actions: keptBy(office, admins),
};
