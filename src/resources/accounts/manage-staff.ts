import type { Context, TransactionContext } from '../../context.ts';
import { Refusal, type Violation } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { select } from '../_kit/sql.ts';
import type { Values } from '../_kit/write-record.ts';
import { givePasswordLink } from './password-link.ts';
import { StaffUser } from './staff-user.model.ts';
import { staffUserPolicy } from './staff-user.policy.ts';

/** What admins do with the people who may sign in (`rules.md` §7). Each throws `forbidden` and `not_found`. */

/** Ends every session of a person and keeps them out. Throws `move_not_allowed` for oneself and for the last admin. */
export async function disableStaff(ctx: Context, staffId: string): Promise<void> {
  await manage(ctx, 'disable', staffId, async (tx, staff) => {
    if (staff.disabledAt !== null) return null;
    if (isSelf(ctx, staffId))
      throw new Refusal('move_not_allowed', { detail: 'You cannot disable yourself.' });
    if (staff.role === 'admin') await refuseLastAdmin(tx, staffId);
    const disabledAt = ctx.clock.now();
    await staff.update({ disabledAt, sessionEpoch: staff.sessionEpoch + 1 }, { transaction: tx.tx });
    return { disabledAt: [null, disabledAt] };
  });
}

export async function enableStaff(ctx: Context, staffId: string): Promise<void> {
  await manage(ctx, 'enable', staffId, async (tx, staff) => {
    if (staff.disabledAt === null) return null;
    const before = staff.disabledAt;
    await staff.update({ disabledAt: null }, { transaction: tx.tx });
    return { disabledAt: [before, null] };
  });
}

/** Ends every session and the old password, and gives the link that sets a new one: to be handed on, shown once. */
export async function resetStaffPassword(ctx: Context, staffId: string): Promise<{ link: string }> {
  let link = '';
  await manage(ctx, 'resetPassword', staffId, async (tx, staff) => {
    await staff.update({ passwordHash: null, sessionEpoch: staff.sessionEpoch + 1 }, { transaction: tx.tx });
    link = await givePasswordLink(tx, staff);
    return { password: ['set', 'link given'] };
  });
  return { link };
}

/** Ends every session of a person, whoever asks it of themselves; of others, admins. */
export async function signOutEverywhere(ctx: Context, staffId: string): Promise<void> {
  await manage(ctx, 'signOutEverywhere', staffId, async (tx, staff) => {
    const sessionEpoch = staff.sessionEpoch + 1;
    await staff.update({ sessionEpoch }, { transaction: tx.tx });
    return {};
  });
}

/** What a plain edit of a person may not do: take the last admin's role, or one's own. */
export async function checkStaffEdit(
  ctx: TransactionContext,
  before: Values | null,
  values: Values,
): Promise<readonly Violation[]> {
  if (!before || values.role === undefined || values.role === before.role || before.role !== 'admin')
    return [];
  const id = String(before.id);
  const message = isSelf(ctx, id)
    ? 'You cannot take your own admin role.'
    : (await otherAdmins(ctx, id)) === 0
      ? 'This is the last admin.'
      : null;
  return message === null ? [] : [{ path: 'role', code: 'not_allowed', message }];
}

type Changes = Readonly<Record<string, readonly [unknown, unknown]>>;

async function manage(
  ctx: Context,
  action: string,
  staffId: string,
  work: (tx: TransactionContext, staff: StaffUser) => Promise<Changes | null>,
): Promise<void> {
  if (!(action === 'signOutEverywhere' && isSelf(ctx, staffId))) authorize(ctx, staffUserPolicy, action);
  await inTransaction(ctx, async (tx) => {
    const staff = await StaffUser.findByPk(staffId, { transaction: tx.tx, lock: tx.tx.LOCK.UPDATE });
    if (!staff) throw new Refusal('not_found');
    const changes = await work(tx, staff);
    if (changes === null) return;
    const version = staff.version + 1;
    await staff.update({ version, updatedAt: ctx.clock.now() }, { transaction: tx.tx });
    await audit(tx, {
      action: `staffUser.${action}`,
      subjectType: 'staffUser',
      subjectId: staffId,
      subjectVersion: version,
      changes,
    });
  });
}

function isSelf(ctx: Context, staffId: string): boolean {
  return ctx.actor.type === 'staff' && ctx.actor.id === staffId;
}

async function refuseLastAdmin(ctx: TransactionContext, staffId: string): Promise<void> {
  if ((await otherAdmins(ctx, staffId)) === 0)
    throw new Refusal('move_not_allowed', { detail: 'This is the last admin.' });
}

/** Locked, so that two admins cannot take each other away at once. */
async function otherAdmins(ctx: TransactionContext, staffId: string): Promise<number> {
  const others = await select(
    ctx,
    `select id from staff_users where role = 'admin' and disabled_at is null and id <> $1 order by id for update`,
    [staffId],
  );
  return others.length;
}
