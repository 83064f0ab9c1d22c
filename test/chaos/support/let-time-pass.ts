import { setTimeout as pause } from 'node:timers/promises';
import { realNow } from '../../../src/clock.ts';
import type { Context } from '../../../src/context.ts';
import { select } from '../../../src/resources/_kit/sql.ts';
import { inBooks } from './books.ts';
import type { Scene } from './scene.ts';

/** Reconciling, an hour after which every hold has lapsed, then reconciling as often as it may need. */
const STEPS = ['PT11M', 'PT61M', 'PT11M', 'PT11M', 'PT11M', 'PT11M'];
const PATIENCE_MS = 20_000;

/** Lets business time pass until nothing is left to be done. Tells what is left when it does not come to that. */
export async function letTimePass(scene: Scene): Promise<string[]> {
  let left: string[] = [];
  for (const [step, advance] of STEPS.entries()) {
    const since = realNow();
    await scene.moveClock({ advance });
    if (step === 0) await pause(1_000);
    else left = await inBooks(scene, (ctx) => untilNothingIsLeft(ctx, since));
    if (step > 0 && left.length === 0) break;
  }
  return left;
}

async function untilNothingIsLeft(ctx: Context, since: Date): Promise<string[]> {
  for (const until = performance.now() + PATIENCE_MS; ; await pause(200)) {
    const left = await leftToDo(ctx, since);
    if (left.length === 0 || performance.now() > until) return left;
  }
}

/** What waits for a handler, for Stripe or for a customer, and which schedules have not run well since. */
async function leftToDo(ctx: Context, since: Date): Promise<string[]> {
  const rows = await select<{ what: string; count: number }>(
    ctx,
    `select 'live payments' as what, count(*)::int from payments where status in ('created', 'pending', 'processing')
     union all select 'holds', count(*)::int from bookings where status = 'pending_payment'
     union all select 'refunds', count(*)::int from refunds where status in ('approved', 'sent')
     union all select 'outbox messages', count(*)::int from outbox_messages
     union all select source || ' events ' || status, count(*)::int from webhook_events
       where status in ('received', 'failed') group by source, status
     union all select 'schedules', 2 - count(*)::int from heartbeats
       where name in ('reconcile_payments', 'expire_holds') and succeeded_at >= $1`,
    [since],
  );
  return rows.filter(({ count }) => count > 0).map(({ what, count }) => `${count} ${what} left`);
}
