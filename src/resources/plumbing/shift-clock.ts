import { type MovableClock, realNow } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { execute, select } from '../_kit/sql.ts';

/** Moves business time for every process (local mode only); each hears of it on the channel `clock` (`rules.md` §8). */
export async function shiftClock(ctx: Context, instant: Date | null): Promise<void> {
  const offsetMs = instant === null ? 0 : instant.getTime() - realNow().getTime();
  await execute(
    ctx,
    'insert into clock_shift (offset_ms) values ($1) on conflict (only_row) do update set offset_ms = excluded.offset_ms',
    [offsetMs],
  );
  await execute(ctx, `select pg_notify('clock', '')`);
}

/** Sets a process's clock to where it was moved. */
export async function followClock(ctx: Context, clock: MovableClock): Promise<void> {
  const [row] = await select<{ offset_ms: number }>(ctx, 'select offset_ms from clock_shift');
  clock.offsetMs = row?.offset_ms ?? 0;
}
