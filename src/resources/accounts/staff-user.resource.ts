import { z } from 'zod';
import { choice, instant, made, serviceDay, text } from '../../admin/kit/columns.ts';
import { yesNoSql } from '../../admin/kit/csv-sql.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { choice as choiceField, day, line, optional, optionalLine } from '../../admin/kit/fields.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import { email, phone } from '../../admin/kit/reach.ts';
import { useCaseAction } from '../../admin/kit/use-case-action.ts';
import { office } from '../_kit/policy.ts';
import {
  checkStaffEdit,
  disableStaff,
  enableStaff,
  resetStaffPassword,
  signOutEverywhere,
} from './manage-staff.ts';
import { personEmail, personName } from './person.ts';
import { StaffUser } from './staff-user.model.ts';
import { staffUserPolicy } from './staff-user.policy.ts';

const roleWords = { admin: 'Admin', staff: 'Staff', viewer: 'Viewer' };

/** The link is written into a page and mails: no name may hold what a page could take for its own. */

const linkOutcome = (name: string, link: string) => ({
  message: `A link was made for ${name}. It works once, for three days.`,
  keep: { label: `Give this link to ${name}; it is shown only now`, value: link },
});

export const staffUsers = defineResource({
  noun: { model: StaffUser, policy: staffUserPolicy, check: checkStaffEdit },
  label: { one: 'Person', many: 'Staff' },
  group: 'System',
  icon: 'UserCheck',
  title: { fields: ['name'], of: (row) => String(row.name), knownTo: office },
  columns: {
    name: text('Name'),
    email: email(),
    role: choice('Role', roleWords),
    department: text('Department'),
    phone: phone(),
    hireDate: serviceDay('With us since'),
    access: made(
      'Access',
      ['disabledAt'],
      ({ disabledAt }) =>
        disabledAt === null ? { text: 'Active', tone: 'good' } : { text: 'Disabled', tone: 'bad' },
      (of) => yesNoSql(`${of('disabledAt')} is null`, 'Active', 'Disabled'),
    ),
    lastSignInAt: instant('Last signed in'),
    disabledAt: instant('Disabled'),
    createdAt: instant('Made'),
  },
  list: ['name', 'email', 'role', 'department', 'access', 'lastSignInAt'],
  sections: [
    { title: 'Person', columns: ['name', 'email', 'phone', 'department', 'hireDate'] },
    { title: 'Access', columns: ['role', 'access', 'lastSignInAt', 'disabledAt', 'createdAt'] },
  ],
  filters: ['role', 'disabledAt'],
  search: ['name', 'email', 'department'],
  searchWords: 'Name, e-mail or department',
  sort: { by: 'name', direction: 'asc' },
  form: z.strictObject({
    name: personName.meta({ label: 'Name', kind: 'line', maximumLength: 100 }),
    email: personEmail.meta({
      label: 'E-mail',
      kind: 'line',
      maximumLength: 254,
      help: 'They sign in with it.',
    }),
    role: choiceField('Role', roleWords, 'Admins do everything; staff run bookings; viewers only look.'),
    department: optionalLine('Department'),
    phone: optional(line('Phone', 30)),
    hireDate: optional(day('With us since')),
  }),
  created: async (ctx, row) => {
    const { link } = await resetStaffPassword(ctx, String(row.id));
    return linkOutcome(String(row.name), link);
  },
  actions: [
    useCaseAction({
      name: 'resetPassword',
      label: 'Reset password',
      icon: 'Key',
      isOffered: (row) => !row.disabledAt,
      preview: async (_ctx, row) => [
        `Ends every session of ${String(row.name)} and the old password.`,
        'Makes a link that sets a new one, once, within three days.',
      ],
      run: async (ctx, row) =>
        linkOutcome(String(row.name), (await resetStaffPassword(ctx, String(row.id))).link),
    }),
    useCaseAction({
      name: 'signOutEverywhere',
      label: 'Sign out everywhere',
      icon: 'LogOut',
      preview: async (_ctx, row) => [`Ends every session of ${String(row.name)}. They can sign in again.`],
      async run(ctx, row) {
        await signOutEverywhere(ctx, String(row.id));
        return { message: `${String(row.name)} is signed out everywhere.` };
      },
    }),
    useCaseAction({
      name: 'disable',
      label: 'Disable',
      icon: 'UserX',
      destructive: true,
      isOffered: (row) => !row.disabledAt,
      preview: async (_ctx, row) => [
        `${String(row.name)} is signed out at once and cannot sign in until enabled again.`,
      ],
      async run(ctx, row) {
        await disableStaff(ctx, String(row.id));
        return { message: `${String(row.name)} is disabled.` };
      },
    }),
    useCaseAction({
      name: 'enable',
      label: 'Enable',
      icon: 'UserCheck',
      isOffered: (row) => Boolean(row.disabledAt),
      preview: async (_ctx, row) => [`${String(row.name)} can sign in again.`],
      async run(ctx, row) {
        await enableStaff(ctx, String(row.id));
        return { message: `${String(row.name)} is enabled.` };
      },
    }),
  ],
  blocks: async (ctx, row) => [await recordHistory(ctx, 'staffUser', String(row.id))],
  empty: 'Nobody here.',
});
