import { addMinutes, realNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { execute, select } from '../resources/_kit/sql.ts';
import type { Schedule } from './schedules.ts';

const GRACE_MINUTES = 5;

/** Signs of life in PostgreSQL, beside the queue: real time, for a person and an alert to look at. */

export async function beatStart(ctx: Context, name: string): Promise<void> {
  const now = realNow();
  await execute(
    ctx,
    `insert into heartbeats (name, started_at, updated_at) values ($1, $2, $2)
     on conflict (name) do update set started_at = excluded.started_at, updated_at = excluded.updated_at`,
    [name, now],
  );
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : JSON.stringify(error));

export async function beatEnd(ctx: Context, name: string, error: unknown): Promise<void> {
  const now = realNow();
  const words = error === null ? null : wordsOf(error).slice(0, 2_000);
  await execute(
    ctx,
    `insert into heartbeats (name, finished_at, succeeded_at, last_error, updated_at) values ($1, $2, $3, $4, $2)
     on conflict (name) do update set finished_at = excluded.finished_at, last_error = excluded.last_error,
       succeeded_at = coalesce(excluded.succeeded_at, heartbeats.succeeded_at), updated_at = excluded.updated_at,
       duration_ms = (extract(epoch from excluded.finished_at - heartbeats.started_at) * 1000)::int`,
    [name, now, error === null ? now : null, words],
  );
}

/** Schedules that have not succeeded for three of their periods and a while, in real time. */
export async function staleSchedules(ctx: Context, all: readonly Schedule[]): Promise<string[]> {
  const rows = await select<{ name: string; alive_at: Date }>(
    ctx,
    'select name, coalesce(succeeded_at, created_at) as alive_at from heartbeats',
  );
  const aliveAt = new Map(rows.map((row) => [row.name, row.alive_at]));
  const now = realNow();
  return all
    .filter((schedule) => {
      const alive = aliveAt.get(schedule.job);
      return !alive || addMinutes(alive, 3 * periodMinutes(schedule) + GRACE_MINUTES) < now;
    })
    .map(({ job }) => job);
}

function periodMinutes(schedule: Schedule): number {
  return 'everySeconds' in schedule ? schedule.everySeconds / 60 : 24 * 60;
}
