import { createHash, randomBytes } from 'node:crypto';
import { addMilliseconds, realNow } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { execute, select } from '../_kit/sql.ts';
import { redeemSignInLink } from './sign-in-link.ts';

/** How long a customer stays signed in, in real time (`rules.md` §8). */
export const SESSION_MS = 12 * 3_600_000;

/** Tells a session's token from a booking's. */
const PREFIX = 'cs_';

export interface OpenedSession {
  readonly accessToken: string;
  readonly expiresAt: Date;
}

/**
 * Signs a customer in by the token of a mailed link, once, whoever is first. Only the digest of what is given is stored, and it
 * ends when the address changes or the person is merged or erased. Throws `unauthenticated`, and does not tell why.
 */
export async function openCustomerSession(ctx: Context, token: string): Promise<OpenedSession> {
  const accessToken = `${PREFIX}${randomBytes(32).toString('base64url')}`;
  const expiresAt = addMilliseconds(realNow(), SESSION_MS);
  await inTransaction(ctx, async (tx) => {
    const customerId = await redeemSignInLink(tx, token);
    if (customerId === null)
      throw new Refusal('unauthenticated', {
        detail: 'This link was used already or has lapsed. Please ask for a new one.',
      });
    await execute(tx, 'insert into customer_sessions (digest, customer_id, expires_at) values ($1, $2, $3)', [
      digestOf(accessToken),
      customerId,
      expiresAt,
    ]);
    await audit(tx, {
      action: 'customer.signedIn',
      subjectType: 'customer',
      subjectId: customerId,
      customerId,
    });
  });
  return { accessToken, expiresAt };
}

export function isSessionToken(token: string): boolean {
  return token.startsWith(PREFIX);
}

/** Whose session a token is. Throws `unauthenticated` when it is none, or is over. */
export async function readCustomerSession(ctx: Context, accessToken: string | null): Promise<string> {
  const [session] =
    accessToken !== null && isSessionToken(accessToken)
      ? await select<{ customerId: string }>(
          ctx,
          'select customer_id as "customerId" from customer_sessions where digest = $1 and expires_at > $2',
          [digestOf(accessToken), realNow()],
        )
      : [];
  if (!session) throw new Refusal('unauthenticated');
  return session.customerId;
}

/** Signs out. Twice is once. */
export async function endCustomerSession(ctx: Context, accessToken: string): Promise<void> {
  await execute(ctx, 'delete from customer_sessions where digest = $1', [digestOf(accessToken)]);
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
