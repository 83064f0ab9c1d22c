import { DataTypes, type Model, type ModelStatic } from 'sequelize';
import type { Context } from '../../context.ts';
import { select } from './sql.ts';

/**
 * Rows of a model by a condition in SQL with `$1…` parameters, prepared under a name. For what is read at nearly every
 * request: Sequelize writes the values into the text, which PostgreSQL then plans anew each time, and a table with many
 * indexes takes longer to plan than to read (ADR 14).
 */
export async function readRows<Row extends Model>(
  ctx: Pick<Context, 'db' | 'tx'>,
  model: ModelStatic<Row>,
  condition: string,
  bind: readonly unknown[],
): Promise<Row[]> {
  const columns = columnsOf(model).map(({ field, name }) => `"${field}" as "${name}"`);
  const sql = `select ${columns.join(', ')} from "${model.tableName}" where ${condition}`;
  const rows = await select(ctx, sql, bind);
  return rows.map((row) => model.build(row as never, { isNewRecord: false, raw: true }));
}

type Joined<Models> = {
  readonly [Alias in keyof Models]: Models[Alias] extends ModelStatic<infer Row> ? Row | null : never;
};

/**
 * The same of several models at one moment, joined in SQL under their aliases: one entry for each row of the join, with
 * `null` for what an outer join did not find.
 */
export async function readJoined<Models extends Readonly<Record<string, ModelStatic<Model>>>>(
  ctx: Pick<Context, 'db' | 'tx'>,
  models: Models,
  from: string,
  bind: readonly unknown[],
): Promise<Joined<Models>[]> {
  const parts = Object.entries(models).map(([alias, model]) => ({ alias, model, columns: columnsOf(model) }));
  const selection = parts.flatMap(({ alias, columns }) =>
    columns.map(({ field, name }) => `"${alias}"."${field}" as "${alias}.${name}"`),
  );
  const rows = await select<Record<string, unknown>>(
    ctx,
    `select ${selection.join(', ')} from ${from}`,
    bind,
  );
  return rows.map((row) => {
    const built = parts.map(({ alias, model, columns }) => {
      if (row[`${alias}.id`] === null) return [alias, null];
      const own = Object.fromEntries(columns.map(({ name }) => [name, row[`${alias}.${name}`]]));
      return [alias, model.build(own, { isNewRecord: false, raw: true })];
    });
    return Object.fromEntries(built) as Joined<Models>;
  });
}

interface Column {
  readonly field: string;
  readonly name: string;
}

const columnsByModel = new WeakMap<object, readonly Column[]>();

function columnsOf(model: ModelStatic<Model>): readonly Column[] {
  const known = columnsByModel.get(model);
  if (known) return known;
  const found = Object.entries(model.getAttributes())
    .filter(([, { type }]) => !(type instanceof DataTypes.VIRTUAL))
    .map(([name, { field = name }]) => ({ field, name }));
  columnsByModel.set(model, found);
  return found;
}
