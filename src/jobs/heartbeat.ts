import { realNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { execute, select } from '../resources/_kit/sql.ts';

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

/** Names of schedules that have not succeeded for so many real minutes. */
export async function staleHeartbeats(ctx: Context, minutes: number): Promise<string[]> {
  const rows = await select<{ name: string }>(
    ctx,
    `select name from heartbeats where due_at is not null and coalesce(succeeded_at, updated_at) < $1 order by name`,
    [new Date(realNow().getTime() - minutes * 60_000)],
  );
  return rows.map(({ name }) => name);
}
