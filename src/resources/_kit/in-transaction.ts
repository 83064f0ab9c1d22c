import type { Transaction } from 'sequelize';
import type { Context, TransactionContext } from '../../context.ts';
import { sqlState } from '../../database.ts';
import { Refusal } from '../../errors.ts';

const MAXIMUM_TRIES = 4;

/**
 * Runs `work` in one transaction, or joins the caller's. It holds SQL only: no network call belongs inside.
 * A deadlock or serialization failure re-runs the whole of it; a lock not had within 5 s is refused as `conflict`.
 */
export async function inTransaction<T>(
  ctx: Context,
  work: (ctx: TransactionContext) => Promise<T>,
): Promise<T> {
  if (isOpen(ctx)) return work(ctx);
  return whileContended(() => ctx.db.transaction((tx: Transaction) => work({ ...ctx, tx })));
}

/** The same for one statement, which is a transaction of its own: without a beginning and an end to ask for. */
export async function whileContended<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const state = sqlState(error);
      const passing = state === '40001' || state === '40P01';
      if (passing && attempt < MAXIMUM_TRIES) continue;
      if (passing || state === '55P03') throw new Refusal('conflict', { cause: error });
      throw error;
    }
  }
}

function isOpen(ctx: Context): ctx is TransactionContext {
  return ctx.tx !== undefined;
}
