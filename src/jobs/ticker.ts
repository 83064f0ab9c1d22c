import { addDays, addMilliseconds, instantOf, realNow, serviceDayOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../resources/_kit/in-transaction.ts';
import { post } from '../resources/_kit/post.ts';
import { execute, select } from '../resources/_kit/sql.ts';
import { type Schedule, schedules } from './schedules.ts';

const TICK_MS = 1_000;
/** By so much the moments differ at which processes look. */
const SLACK_MS = 10_000;

export interface Ticker {
  /** The clock was moved: what became due goes out now. */
  tickNow(): Promise<void>;
  stop(): Promise<void>;
}

/** Looks each second which schedules are due by business time. Any number of processes may: each run goes out once. */
export function startTicker(ctx: Context): Ticker {
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  const look = (): Promise<void> => {
    running = running.then(async () => {
      if (stopped) return;
      try {
        await tick(ctx, schedules);
      } catch (error) {
        ctx.log.warn({ err: error }, 'schedules not looked at');
      }
    });
    return running;
  };
  const timer = setInterval(() => void look(), TICK_MS);
  return {
    tickNow: look,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}

/** Posts each schedule that is due, once, and says when it is due next. Missed times are made up for by one run. */
export async function tick(ctx: Context, all: readonly Schedule[]): Promise<void> {
  const now = ctx.clock.now();
  const known = new Map(
    (
      await select<{ name: string; due_at: Date | null }>(
        ctx,
        'select name, due_at from heartbeats where due_at is not null',
      )
    ).map((row) => [row.name, row.due_at]),
  );
  for (const schedule of all) {
    const due = known.get(schedule.job);
    if (!due || isDue(schedule, due, now)) await runOnce(ctx, schedule, now);
  }
}

async function runOnce(ctx: Context, schedule: Schedule, now: Date): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    await execute(
      tx,
      'insert into heartbeats (name, updated_at) values ($1, $2) on conflict (name) do nothing',
      [schedule.job, realNow()],
    );
    const [row] = await select<{ due_at: Date | null }>(
      tx,
      'select due_at from heartbeats where name = $1 for update skip locked',
      [schedule.job],
    );
    if (!row || (row.due_at && !isDue(schedule, row.due_at, now))) return;
    const isNew = row.due_at === null;
    await execute(tx, 'update heartbeats set due_at = $2 where name = $1', [
      schedule.job,
      nextAfter(schedule, now),
    ]);
    // A daily one that is new waits for its hour.
    if (!(isNew && 'dailyAt' in schedule)) await post(tx, schedule.job, {});
  });
}

/**
 * Due when its time has come, and also when that lies farther ahead than one period: the clock was moved back. A process that
 * looked a moment later, or by a clock that is a little ahead, has not moved it.
 */
function isDue(schedule: Schedule, due: Date, now: Date): boolean {
  return due <= now || due > nextAfter(schedule, addMilliseconds(now, SLACK_MS));
}

/** The next time after `now`; a daily one keeps its wall-clock hour over clock changes. */
export function nextAfter(schedule: Schedule, now: Date): Date {
  if ('everySeconds' in schedule) return addMilliseconds(now, schedule.everySeconds * 1_000);
  const today = serviceDayOf(now);
  const at = instantOf(today, schedule.dailyAt.hour);
  return at > now ? at : instantOf(addDays(today, 1), schedule.dailyAt.hour);
}
