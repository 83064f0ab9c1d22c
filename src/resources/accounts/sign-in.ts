import { hash, verify } from '@node-rs/argon2';
import { realNow } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { countHit, forgetHits, hitsOf } from '../plumbing/count-hits.ts';
import { StaffUser } from './staff-user.model.ts';

const FAILURES_ALLOWED = 5;
const WINDOW_MS = 15 * 60_000;
const LONGEST_PASSWORD = 200;

/** Verified for people who are not there, so that the answer takes as long. */
const nobodysHash = hash('nobody has this password');

interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly clientAddress: string;
}

/**
 * Signs a member of staff in. Throws `unauthenticated` for whatever is wrong (it does not tell what), and
 * `too_many_requests` after five failures within a quarter of an hour, by account or by address (`rules.md` §8).
 */
export async function signIn(
  ctx: Context,
  { email: typed, password, clientAddress }: Credentials,
): Promise<StaffUser> {
  const email = typed.trim().toLowerCase().slice(0, 254);
  const keys = [`sign-in:account:${email}`, `sign-in:address:${clientAddress}`];
  for (const key of keys) {
    const { totalHits, resetTime } = await hitsOf(ctx, key);
    if (totalHits >= FAILURES_ALLOWED) throw lockedOut(resetTime);
  }
  const staff = await StaffUser.findOne({ where: { email } });
  const isRight = await verify(
    staff?.passwordHash ?? (await nobodysHash),
    password.slice(0, LONGEST_PASSWORD),
  );
  if (!staff || !isRight || staff.disabledAt !== null) {
    for (const key of keys) await countHit(ctx, key, WINDOW_MS);
    ctx.log.info({ clientAddress }, 'sign-in refused');
    throw new Refusal('unauthenticated', { detail: 'This e-mail or password is not right.' });
  }
  await forgetHits(ctx, `sign-in:account:${email}`);
  const actor = { type: 'staff', id: staff.id, role: staff.role, name: staff.name } as const;
  await inTransaction({ ...ctx, actor }, async (tx) => {
    await staff.update({ lastSignInAt: ctx.clock.now() }, { transaction: tx.tx });
    await audit(tx, { action: 'staffUser.signedIn', subjectType: 'staffUser', subjectId: staff.id });
  });
  return staff;
}

function lockedOut(resetTime: Date): Refusal {
  return new Refusal('too_many_requests', {
    detail: 'Too many tries. Please wait a quarter of an hour, or ask an admin.',
    retryAfterSeconds: Math.max(1, (resetTime.getTime() - realNow().getTime()) / 1_000),
  });
}
