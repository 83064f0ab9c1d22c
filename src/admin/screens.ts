import type { Context } from '../context.ts';
import { mayAct } from '../resources/_kit/policy.ts';
import type { Cell, Row } from './kit/columns.ts';
import type { Block, ResourceDefinition } from './kit/define-resource.ts';
import { cellsOf, roleOf, seesColumn } from './kit/read-rows.ts';

/** What a list's screen is made of, for the asking role. */
export function listScreen(ctx: Context, definition: ResourceDefinition): object {
  const role = roleOf(ctx);
  const { noun, columns, label } = definition;
  const seen = (name: string) => seesColumn(definition, name, role);
  return {
    label,
    empty: definition.empty,
    searchWords: [...definition.search, ...(definition.searchExact ?? [])].some(seen)
      ? (definition.searchWords ?? 'Search')
      : null,
    columns: definition.list.filter(seen).flatMap((name) => {
      const column = columns[name];
      return column ? [{ name, label: column.label, align: column.align, sortable: column.sortable }] : [];
    }),
    filters: definition.filters.filter(seen).flatMap((name) => {
      const column = columns[name];
      if (!column?.filter) return [];
      const { filter: kind, label: words, words: options, reference, unit } = column;
      return [
        { name, label: words, kind, reference, unit, ...(options && { options: Object.entries(options) }) },
      ];
    }),
    views: Object.entries(definition.views ?? {}).map(([name, view]) => ({ name, label: view.label })),
    mayOpen: mayAct(noun.policy, 'show', role),
    mayExport: mayAct(noun.policy, 'export', role),
    mayCreate: mayAct(noun.policy, 'new', role) && (definition.form ?? definition.making) !== undefined,
  };
}

interface ShownSection {
  readonly title: string;
  readonly fields: readonly { readonly name: string; readonly label: string; readonly cell: Cell | null }[];
}

/** What a record's page is made of, for the asking role. */
export async function recordScreen(ctx: Context, definition: ResourceDefinition, row: Row): Promise<object> {
  const role = roleOf(ctx);
  const names = definition.sections.flatMap((section) => section.columns);
  const [cells = {}] = await cellsOf(ctx, definition, [row], names);
  const sections: ShownSection[] = definition.sections.flatMap(({ title, columns }) => {
    const fields = columns
      .filter((name) => seesColumn(definition, name, role))
      .map((name) => ({ name, label: definition.columns[name]?.label ?? name, cell: cells[name] ?? null }))
      .filter(({ cell }) => cell !== null);
    return fields.length > 0 ? [{ title, fields }] : [];
  });
  const blocks: readonly Block[] = (await definition.blocks?.(ctx, row)) ?? [];
  return {
    label: definition.label,
    summary: (await definition.summary?.(row, ctx.clock.now(), ctx)) ?? [],
    sections,
    blocks,
  };
}
