import { admins, keptBy, office, type ResourcePolicy, readable, writable } from '../_kit/policy.ts';

/** Rules: the office reads them, admins change them (`rules.md` §7). */
export const surchargeRulePolicy: ResourcePolicy = {
  id: 'surchargeRules',
  subject: 'surchargeRule',
  fields: {
    ...readable(office, 'id', 'version', 'createdAt', 'updatedAt'),
    ...writable(
      office,
      admins,
      'code',
      'name',
      'type',
      'services',
      'amountCents',
      'percentBasisPoints',
      'weekdays',
      'fromDay',
      'toDay',
      'active',
    ),
  },
  actions: keptBy(office, admins),
};
