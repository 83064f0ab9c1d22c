import { everyone, type ResourcePolicy } from '../_kit/policy.ts';

/** Figures of drivers and mails, in which nobody can be reached: with the reports for all (`rules.md` §7). */
export const analyticsPolicy: ResourcePolicy = {
  id: 'analytics',
  subject: 'analytics',
  fields: {},
  actions: { show: everyone, export: everyone },
};
