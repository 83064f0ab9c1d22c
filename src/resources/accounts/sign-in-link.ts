import { createHash, randomBytes } from 'node:crypto';
import { addMinutes } from '../../clock.ts';
import type { Context, TransactionContext } from '../../context.ts';
import { execute, select } from '../_kit/sql.ts';

const LIFE_MINUTES = 30;

/** Where the mail leads: a page with a button, since programs that look for evil follow every link. */
const signInUrl = (publicUrl: string, token: string) => `${publicUrl.replace(/\/$/, '')}/sign-in/${token}`;

interface Addressee {
  readonly customerId: string;
  /** To whom the mail goes: who has another address by now gets none. */
  readonly email: string;
}

/**
 * Makes a link that lets a customer in once, within half an hour of business time. Only its digest is stored: it is made when
 * its mail goes out. `null` when the profile has another address by now, was merged or erased.
 */
export async function issueSignInLink(
  ctx: Context,
  { customerId, email }: Addressee,
): Promise<{ url: string; expiresAt: Date } | null> {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = addMinutes(ctx.clock.now(), LIFE_MINUTES);
  const issued = await select(
    ctx,
    `with person as (
       select id from customers where id = $2 and email = $3 and merged_into_id is null and erased_at is null for share)
     insert into sign_in_links (digest, customer_id, expires_at) select $1, id, $4 from person returning digest`,
    [digestOf(token), customerId, email, expiresAt],
  );
  return issued.length === 0 ? null : { url: signInUrl(ctx.config.publicUrl, token), expiresAt };
}

/** Whether a link still lets somebody in; looking does not use it up. */
export async function isSignInLink(ctx: Context, token: string): Promise<boolean> {
  const found = await select(ctx, 'select 1 from sign_in_links where digest = $1 and expires_at > $2', [
    digestOf(token),
    ctx.clock.now(),
  ]);
  return found.length > 0;
}

/** Uses a link up, and says whose it was; `null` for one that was used, has lapsed, or never was. */
export async function redeemSignInLink(ctx: TransactionContext, token: string): Promise<string | null> {
  const digest = digestOf(token);
  const [known] = await select<{ customerId: string }>(
    ctx,
    'select customer_id as "customerId" from sign_in_links where digest = $1',
    [digest],
  );
  if (!known) return null;
  // The person before the link, as a change of the address does.
  await execute(ctx, 'select from customers where id = $1 for share', [known.customerId]);
  const used = await select(
    ctx,
    'delete from sign_in_links where digest = $1 and expires_at > $2 returning digest',
    [digest, ctx.clock.now()],
  );
  return used.length === 0 ? null : known.customerId;
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
