import { QueryTypes } from 'sequelize';
import type { Context } from '../../context.ts';

/** Rows of one statement with `$1…` parameters, in the caller's transaction when there is one. */
export async function select<Row extends object>(
  ctx: Pick<Context, 'db' | 'tx'>,
  sql: string,
  bind: readonly unknown[] = [],
): Promise<Row[]> {
  return ctx.db.query<Row>(sql, { bind: [...bind], type: QueryTypes.SELECT, transaction: ctx.tx ?? null });
}

/** Runs one statement for its effect. */
export async function execute(
  ctx: Pick<Context, 'db' | 'tx'>,
  sql: string,
  bind: readonly unknown[] = [],
): Promise<void> {
  await ctx.db.query(sql, { bind: [...bind], transaction: ctx.tx ?? null });
}
