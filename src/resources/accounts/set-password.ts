import { hash, verify } from '@node-rs/argon2';
import { realNow } from '../../clock.ts';
import type { Context, TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { linkHash } from './password-link.ts';
import { StaffUser } from './staff-user.model.ts';

const SHORTEST = 12;
const LONGEST = 200;

/** Whether a one-time link still sets a password. */
export async function isPasswordLink(token: string): Promise<boolean> {
  const staff = await StaffUser.findOne({ where: { passwordLinkHash: linkHash(token) } });
  return isOpen(staff);
}

/** Sets the password of whoever holds the link, once. Throws `not_found` for a used or lapsed link, `invalid`. */
export async function setPasswordByLink(
  ctx: Context,
  { token, password }: { readonly token: string; readonly password: string },
): Promise<void> {
  const passwordHash = await hashOf(password);
  await inTransaction(ctx, async (tx) => {
    const staff = await StaffUser.findOne({
      where: { passwordLinkHash: linkHash(token) },
      transaction: tx.tx,
      lock: tx.tx.LOCK.UPDATE,
    });
    if (!staff || !isOpen(staff))
      throw new Refusal('not_found', { detail: 'This link was used or has lapsed.' });
    await store(tx, staff, passwordHash);
  });
}

/** Changes one's own password and ends one's other sessions. Throws `invalid` at the field. Gives the new epoch. */
export async function changeOwnPassword(
  ctx: Context,
  { current, password }: { readonly current: string; readonly password: string },
): Promise<StaffUser> {
  if (ctx.actor.type !== 'staff') throw new Refusal('unauthenticated');
  const known = await StaffUser.findByPk(ctx.actor.id);
  if (!known?.passwordHash || !(await verify(known.passwordHash, current.slice(0, LONGEST)))) {
    const message = 'This is not your password.';
    throw new Refusal('invalid', { violations: [{ path: 'current', code: 'not_right', message }] });
  }
  const passwordHash = await hashOf(password);
  return inTransaction(ctx, async (tx) => {
    const staff = await StaffUser.findByPk(known.id, { transaction: tx.tx, lock: tx.tx.LOCK.UPDATE });
    if (!staff) throw new Refusal('not_found');
    await store(tx, staff, passwordHash);
    return staff;
  });
}

async function hashOf(password: string): Promise<string> {
  if (password.length < SHORTEST || password.length > LONGEST) {
    const message = `Use ${SHORTEST} to ${LONGEST} characters.`;
    throw new Refusal('invalid', { violations: [{ path: 'password', code: 'too_short', message }] });
  }
  return hash(password);
}

function isOpen(staff: StaffUser | null): boolean {
  const until = staff?.passwordLinkExpiresAt ?? null;
  return until !== null && until > realNow() && staff?.disabledAt === null;
}

async function store(ctx: TransactionContext, staff: StaffUser, passwordHash: string): Promise<void> {
  await staff.update(
    {
      passwordHash,
      passwordLinkHash: null,
      passwordLinkExpiresAt: null,
      sessionEpoch: staff.sessionEpoch + 1,
      version: staff.version + 1,
      updatedAt: ctx.clock.now(),
    },
    { transaction: ctx.tx },
  );
  await audit(ctx, {
    action: 'staffUser.passwordSet',
    subjectType: 'staffUser',
    subjectId: staff.id,
    subjectVersion: staff.version,
  });
}
