import { addMinutes, realNow } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { execute } from '../_kit/sql.ts';

const WEBHOOK_DAYS = 90;
const RUN_DAYS = 90;

/** Throws away what has served: expired idempotency keys, lapsed links and sessions, old rate counters, webhooks worked three months ago. */
export async function purgePlumbing(ctx: Context): Promise<void> {
  const now = realNow();
  await execute(ctx, 'delete from idempotency_keys where expires_at <= $1', [now]);
  await execute(ctx, 'delete from live_tickets where expires_at <= $1', [now]);
  await execute(ctx, 'delete from customer_sessions where expires_at <= $1', [now]);
  await execute(ctx, 'delete from sign_in_links where expires_at <= $1', [ctx.clock.now()]);
  await execute(ctx, 'delete from rate_limit_counters where resets_at <= $1', [now]);
  for (const table of ['reconciliation_runs', 'proof_runs'])
    await execute(ctx, `delete from ${table} where created_at < $1`, [
      addMinutes(ctx.clock.now(), -RUN_DAYS * 24 * 60),
    ]);
  await execute(ctx, `delete from webhook_events where status in ('done', 'ignored') and received_at < $1`, [
    addMinutes(ctx.clock.now(), -WEBHOOK_DAYS * 24 * 60),
  ]);
}
