import type { Transaction } from 'sequelize';
import type { Context } from '../../context.ts';

/**
 * Statements with `$1…` parameters, straight on the connection and prepared there under a name: PostgreSQL parses and plans
 * each text once a connection. Models stay Sequelize's; this is for what is written in SQL anyway (ADR 14).
 */

/** Rows of one statement, in the caller's transaction when there is one. */
export async function select<Row extends object>(
  ctx: Pick<Context, 'db' | 'tx'>,
  sql: string,
  bind: readonly unknown[] = [],
): Promise<Row[]> {
  return (await run(ctx, sql, bind)).rows as Row[];
}

/** Runs one statement for its effect. */
export async function execute(
  ctx: Pick<Context, 'db' | 'tx'>,
  sql: string,
  bind: readonly unknown[] = [],
): Promise<void> {
  await run(ctx, sql, bind);
}

/** What Sequelize's connections are: clients of `pg`. */
interface Connection {
  query(statement: { readonly text: string; readonly name?: string; readonly values?: unknown[] }): Promise<{
    readonly rows: unknown[];
  }>;
}

async function run(ctx: Pick<Context, 'db' | 'tx'>, sql: string, bind: readonly unknown[]) {
  const name = bind.length > 0 ? nameOf(sql) : undefined;
  const statement = {
    text: sql,
    ...(name !== undefined && { name }),
    ...(bind.length > 0 && { values: [...bind] }),
  };
  if (ctx.tx) return timed(ctx, sql, connectionOf(ctx.tx).query(statement));
  const { connectionManager } = ctx.db;
  const connection = await connectionManager.getConnection({ type: 'write' });
  try {
    return await timed(ctx, sql, (connection as Connection).query(statement));
  } finally {
    connectionManager.releaseConnection(connection);
  }
}

/** Tells how long it took to whoever watches Sequelize's own statements (`database.ts`). */
async function timed<T>({ db }: Pick<Context, 'db'>, sql: string, query: Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await query;
  const { options } = db as typeof db & { options: { logging?: unknown } };
  const { logging } = options;
  if (typeof logging === 'function') logging(sql, performance.now() - began);
  return result;
}

/** Throws for a transaction that has ended. */
function connectionOf(transaction: Transaction): Connection {
  const { connection, finished } = transaction as Transaction & {
    connection?: Connection;
    finished?: string;
  };
  if (!connection || finished !== undefined) throw new Error('the transaction has ended');
  return connection;
}

const MOST_NAMES = 500;
const names = new Map<string, string>();

/** The same for the same text; none for what comes after the first few hundred, which are then made at run time. */
function nameOf(sql: string): string | undefined {
  const known = names.get(sql);
  if (known !== undefined) return known;
  if (names.size >= MOST_NAMES) return undefined;
  const name = `totetaxi-${names.size + 1}`;
  names.set(sql, name);
  return name;
}
