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
  const rows = await select(ctx, `${selectionOf(model)} where ${condition}`, bind);
  return rows.map((row) => model.build(row as never, { isNewRecord: false, raw: true }));
}

const selections = new WeakMap<object, string>();

function selectionOf(model: ModelStatic<Model>): string {
  const known = selections.get(model);
  if (known !== undefined) return known;
  const columns = Object.entries(model.getAttributes())
    .filter(([, { type }]) => !(type instanceof DataTypes.VIRTUAL))
    .map(([name, { field = name }]) => `"${field}" as "${name}"`);
  const selection = `select ${columns.join(', ')} from "${model.tableName}"`;
  selections.set(model, selection);
  return selection;
}
