import type { Context } from '../../context.ts';
import { select } from './sql.ts';

/**
 * Runs `work` where no other process, or call, runs it for the same subject; `busy` when one does. Held by a connection of
 * its own, in a transaction that reads and writes nothing else: who dies lets go at once. `work` may call the network.
 */
export async function alone<T>(ctx: Context, subject: string, work: () => Promise<T>): Promise<T | 'busy'> {
  return ctx.db.transaction(async (tx) => {
    const [lock] = await select<{ isOurs: boolean }>(
      { ...ctx, tx },
      'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as "isOurs"',
      [subject],
    );
    return lock?.isOurs ? work() : 'busy';
  });
}
