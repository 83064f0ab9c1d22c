import { admins, keptBy, type ResourcePolicy, readable, writable } from '../_kit/policy.ts';

/** People who may sign in: admins alone (`rules.md` §7). Hashes and links are seen by nobody. */
export const staffUserPolicy: ResourcePolicy = {
  id: 'staffUsers',
  subject: 'staffUser',
  fields: {
    ...readable(admins, 'id', 'version', 'lastSignInAt', 'disabledAt', 'createdAt', 'updatedAt'),
    ...writable(admins, admins, 'email', 'name', 'role', 'department', 'phone', 'hireDate'),
  },
  actions: {
    ...keptBy(admins, admins),
    disable: admins,
    enable: admins,
    resetPassword: admins,
    signOutEverywhere: admins,
  },
};
