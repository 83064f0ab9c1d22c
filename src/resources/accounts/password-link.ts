import { createHash, randomBytes } from 'node:crypto';
import { addMinutes, realNow } from '../../clock.ts';
import type { TransactionContext } from '../../context.ts';
import type { StaffUser } from './staff-user.model.ts';

const LIFETIME_MINUTES = 3 * 24 * 60;

/** Gives a person the one link that sets a password: three days, once. Only its hash is kept; a new one ends the old. */
export async function givePasswordLink(ctx: TransactionContext, staff: StaffUser): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await staff.update(
    {
      passwordLinkHash: linkHash(token),
      passwordLinkExpiresAt: addMinutes(realNow(), LIFETIME_MINUTES),
      updatedAt: ctx.clock.now(),
    },
    { transaction: ctx.tx },
  );
  return `${ctx.config.publicUrl}/admin/set-password/${token}`;
}

export function linkHash(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
