import { addMilliseconds, realNow } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { execute, select } from '../_kit/sql.ts';

/** Counters of rate limits that processes share without Redis. Real time; lost in a crash of the server, as is right. */

type Db = Pick<Context, 'db' | 'tx'>;

/** Counts one more within a window that begins with the first. */
export async function countHit(
  ctx: Db,
  key: string,
  windowMs: number,
): Promise<{ totalHits: number; resetTime: Date }> {
  const now = realNow();
  const [row] = await select<{ hits: number; resets_at: Date }>(
    ctx,
    `insert into rate_limit_counters as c (key, hits, resets_at) values ($1, 1, $2)
     on conflict (key) do update set
       hits = case when c.resets_at <= $3 then 1 else c.hits + 1 end,
       resets_at = case when c.resets_at <= $3 then excluded.resets_at else c.resets_at end
     returning hits, resets_at`,
    [key, addMilliseconds(now, windowMs), now],
  );
  return { totalHits: row?.hits ?? 1, resetTime: row?.resets_at ?? now };
}

/** How many there are, without counting one more. */
export async function hitsOf(ctx: Db, key: string): Promise<{ totalHits: number; resetTime: Date }> {
  const now = realNow();
  const [row] = await select<{ hits: number; resets_at: Date }>(
    ctx,
    'select hits, resets_at from rate_limit_counters where key = $1 and resets_at > $2',
    [key, now],
  );
  return { totalHits: row?.hits ?? 0, resetTime: row?.resets_at ?? now };
}

export async function uncountHit(ctx: Db, key: string): Promise<void> {
  await execute(ctx, 'update rate_limit_counters set hits = greatest(hits - 1, 0) where key = $1', [key]);
}

export async function forgetHits(ctx: Db, key: string): Promise<void> {
  await execute(ctx, 'delete from rate_limit_counters where key = $1', [key]);
}
