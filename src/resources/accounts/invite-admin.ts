import { z } from 'zod';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { violationsFromZod } from '../../pricing/violations.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { createRecord } from '../_kit/write-record.ts';
import { resetStaffPassword } from './manage-staff.ts';
import { personEmail, personName } from './person.ts';
import { StaffUser } from './staff-user.model.ts';
import { staffUserPolicy } from './staff-user.policy.ts';

const invitation = z.strictObject({ email: personEmail, name: personName });

/**
 * Lets the first admin in, or an admin who lost every way in: gives the one-time link that sets their password. For the
 * shell alone: no door of the panel leads here. Throws `invalid`, and `move_not_allowed` for somebody who is no admin.
 */
export async function inviteAdmin(ctx: Context, input: unknown): Promise<{ link: string }> {
  const parsed = invitation.safeParse(input, { reportInput: true });
  if (!parsed.success) throw new Refusal('invalid', { violations: violationsFromZod(parsed.error) });
  const { email, name } = parsed.data;
  return inTransaction(ctx, async (tx) => {
    const known = await StaffUser.findOne({ where: { email }, transaction: tx.tx, lock: tx.tx.LOCK.UPDATE });
    if (known && (known.role !== 'admin' || known.disabledAt !== null)) {
      throw new Refusal('move_not_allowed', { detail: `${email} is known, but is no active admin.` });
    }
    const noun = { model: StaffUser, policy: staffUserPolicy };
    const admin = known ?? (await createRecord(tx, noun, { email, name, role: 'admin' }));
    return resetStaffPassword(tx, String(admin.get('id')));
  });
}
