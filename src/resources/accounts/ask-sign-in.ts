import { createHash, randomUUID } from 'node:crypto';
import { realNow } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { post } from '../_kit/post.ts';
import { select } from '../_kit/sql.ts';
import { countHit } from '../plumbing/count-hits.ts';

const ASKED_AT_MOST = 5;
const WINDOW_MS = 15 * 60_000;

/**
 * Asks for the mail with a link to all of a customer's bookings. Whether the address is known shows nowhere: the same is done,
 * read and written for a stranger's, and what differs is a job's. Throws `too_many_requests` after five within a quarter of an
 * hour for one address, known or not (`rules.md` §8).
 */
export async function askSignIn(ctx: Context, { email }: { readonly email: string }): Promise<void> {
  if (ctx.config.rateLimits) await refuseMore(ctx, email);
  await inTransaction(ctx, async (tx) => {
    const [known] = await select<{ id: string }>(
      tx,
      `select coalesce(into_other.id, own.id) as id
       from customers own left join customers into_other on into_other.id = own.merged_into_id where own.email = $1`,
      [email],
    );
    await post(tx, 'send_sign_in_link', { askId: randomUUID(), customerId: known?.id ?? null });
  });
}

/** The counters keep digests. */
async function refuseMore(ctx: Context, email: string): Promise<void> {
  const key = `customer-sign-in:${createHash('sha256').update(email).digest('base64url')}`;
  const { totalHits, resetTime } = await countHit(ctx, key, WINDOW_MS);
  if (totalHits <= ASKED_AT_MOST) return;
  throw new Refusal('too_many_requests', {
    detail:
      'A link was asked for several times already. Please look into your mail, or wait a quarter of an hour.',
    retryAfterSeconds: Math.max(1, (resetTime.getTime() - realNow().getTime()) / 1_000),
  });
}
