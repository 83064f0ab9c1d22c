import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { signOutEverywhere } from '../../resources/accounts/manage-staff.ts';
import { changeOwnPassword } from '../../resources/accounts/set-password.ts';
import { fieldsOf, password } from '../kit/fields.ts';
import { readForm } from '../kit/read-form.ts';
import { beginSession, type CurrentStaff } from '../session.ts';

const passwordForm = z.strictObject({
  current: z
    .string()
    .min(1)
    .max(200)
    .meta({ label: 'Your password now', kind: 'password', maximumLength: 200 }),
  password: password('New password', 'At least 12 characters. It ends your sessions elsewhere.'),
});

const roleWords = { admin: 'Admin', staff: 'Staff', viewer: 'Viewer' };

/** One's own profile: everybody's only view of staff (`rules.md` §7). */
export async function profile(
  ctx: Context,
  staff: CurrentStaff,
  request: Request,
  response: Response,
  payload: Readonly<Record<string, unknown>> | null,
): Promise<object> {
  if (payload === null) {
    return {
      facts: [
        { label: 'Name', cell: { text: staff.title } },
        { label: 'E-mail', cell: { text: staff.email } },
        { label: 'Role', cell: { text: roleWords[staff.role] } },
      ],
      fields: fieldsOf(passwordForm),
    };
  }
  const { verb, ...given } = payload;
  if (verb === 'signOutEverywhere') {
    await signOutEverywhere(ctx, staff.id);
    response.clearCookie('totetaxi.staff', { path: '/admin' });
    return {
      notice: { type: 'success', message: 'You are signed out everywhere.' },
      redirectUrl: '/admin/login',
    };
  }
  const read = readForm(passwordForm, given);
  if (!read.ok) throw new Refusal('invalid', { violations: read.violations });
  const { current, password: next } = read.values as z.output<typeof passwordForm>;
  const changed = await changeOwnPassword(ctx, { current, password: next });
  await beginSession(request, changed);
  return { notice: { type: 'success', message: 'Your password is changed; other sessions are ended.' } };
}
