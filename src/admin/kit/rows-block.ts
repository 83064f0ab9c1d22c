import type { Context } from '../../context.ts';
import { mayAct } from '../../resources/_kit/policy.ts';
import type { Row } from './columns.ts';
import type { Block, ResourceDefinition } from './define-resource.ts';
import { cellsOf, keyOf, recordPath, roleOf, seesColumn } from './read-rows.ts';

/** Rows of another noun on a record's page, as far as the role sees them; the first column leads to theirs. */
export async function rowsBlock(
  ctx: Context,
  definition: ResourceDefinition,
  rows: readonly Row[],
  columns: readonly string[],
  empty: string,
): Promise<Block> {
  const role = roleOf(ctx);
  const { policy } = definition.noun;
  const seen = columns.filter((name) => seesColumn(definition, name, role));
  const cells = await cellsOf(ctx, definition, rows, seen);
  const link = (row: Row) =>
    mayAct(policy, 'show', role) ? { href: recordPath(policy.id, String(row[keyOf(definition)])) } : {};
  return {
    kind: 'table',
    title: definition.label.many,
    head: seen.map((name) => definition.columns[name]?.label ?? name),
    right: rightAligned(definition, seen),
    rows: rows.map((row, at) =>
      seen.map((name, index) => {
        const cell = cells[at]?.[name] ?? null;
        return cell && index === 0 ? { ...cell, ...link(row) } : cell;
      }),
    ),
    empty,
  };
}

/** The positions of columns of numbers. */
export function rightAligned({ columns }: ResourceDefinition, names: readonly string[]): number[] {
  return names.flatMap((name, index) => (columns[name]?.align === 'right' ? [index] : []));
}
