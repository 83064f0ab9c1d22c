import { type ServiceDay, serviceDayOf } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { execute } from '../_kit/sql.ts';

const FLUSH_MS = 5_000;

interface Counter {
  readonly counts: Map<ServiceDay, number>;
  timer: NodeJS.Timeout | null;
}

const counters = new WeakMap<Context['db'], Counter>();

/**
 * Counts a quote for its service day (`api.md`): how many, never what was asked. Written every few seconds, so that a
 * quote costs no write; a crash forgets the last ones.
 */
export function countQuote(ctx: Context): void {
  const counter = counters.get(ctx.db) ?? { counts: new Map(), timer: null };
  counters.set(ctx.db, counter);
  const day = serviceDayOf(ctx.clock.now());
  counter.counts.set(day, (counter.counts.get(day) ?? 0) + 1);
  counter.timer ??= setTimeout(() => {
    flushQuoteCounts(ctx).catch((error: unknown) => ctx.log.warn({ err: error }, 'quotes not counted'));
  }, FLUSH_MS).unref();
}

/** Writes what was counted since; also before a stop. */
export async function flushQuoteCounts(ctx: Context): Promise<void> {
  const counter = counters.get(ctx.db);
  if (!counter) return;
  counters.delete(ctx.db);
  if (counter.timer) clearTimeout(counter.timer);
  for (const [day, count] of counter.counts) {
    await execute(
      ctx,
      `insert into daily_counts as c (day, name, count) values ($1, 'quotes', $2)
       on conflict (day, name) do update set count = c.count + excluded.count`,
      [day, count],
    );
  }
}
