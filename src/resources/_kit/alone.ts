import type { Context } from '../../context.ts';
import { locksOf } from '../../database.ts';

/**
 * Runs `work` where no other process, or call, runs it for the same subject; `busy` when one does. Who dies lets go at
 * once. `work` may call the network: it holds no connection of the pool meanwhile.
 */
export async function alone<T>(ctx: Context, subject: string, work: () => Promise<T>): Promise<T | 'busy'> {
  return locksOf(ctx.db).run(subject, work);
}
