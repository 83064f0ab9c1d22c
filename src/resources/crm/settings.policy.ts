import { admins, office, type ResourcePolicy, writable } from '../_kit/policy.ts';
import { settingsSchema } from './settings.ts';

/** Figures of the rules: the office reads them, admins change them (`rules.md` §7). */
export const settingsPolicy: ResourcePolicy = {
  id: 'settings',
  subject: 'settings',
  fields: writable(office, admins, ...Object.keys(settingsSchema.shape)),
  actions: { show: office, edit: admins },
};
