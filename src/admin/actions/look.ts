import type { Order } from 'sequelize';
import { Refusal } from '../../errors.ts';
import type { Row } from '../kit/columns.ts';
import type { ResourceDefinition } from '../kit/define-resource.ts';
import { readListQuery, sortOf } from '../kit/list-query.ts';
import { readPage } from '../kit/read-page.ts';
import { cellsOf, foundFirst, keyOf, readableFields, readRows, roleOf } from '../kit/read-rows.ts';
import { searchWhere } from '../kit/search-where.ts';
import { listScreen, recordScreen } from '../screens.ts';
import { currentRow, type Handler, pageJson, recordJson } from './call.ts';

export const list: Handler = async ({ ctx, request, resource: { definition } }) => {
  const query = readListQuery(request.query ?? {});
  const { rows, total, counted, hasNext } = await readPage(ctx, definition, query);
  const cells = await cellsOf(ctx, definition, rows, definition.list);
  const sort = sortOf(definition, query);
  return {
    meta: {
      total,
      counted,
      hasNext,
      perPage: query.perPage,
      page: query.page,
      sortBy: definition.list.find((name) => definition.columns[name]?.sortBy === sort.by) ?? sort.by,
      direction: sort.direction,
    },
    records: rows.map((row, index) => ({ ...listed(definition, row), cells: cells[index] })),
    screen: listScreen(ctx, definition),
  };
};

export const show: Handler = async ({ ctx, resource, context }) => {
  const row = await currentRow(ctx, resource, context);
  return {
    record: {
      ...(await pageJson(ctx, resource, row, context)),
      screen: await recordScreen(ctx, resource.definition, row),
    },
  };
};

/** The record after an entry of its timeline; without an entry the record alone, for AdminJS's frame of the page. */
export const asItWas: Handler = async ({ ctx, request, resource, context }) => {
  if (request.method !== 'get') throw new Refusal('method_not_allowed');
  const row = await currentRow(ctx, resource, context);
  const record = recordJson(resource, row, context);
  const { entry } = request.query ?? {};
  if (typeof entry !== 'string') return { record };
  return { record: { ...record, moment: await resource.definition.asItWas?.(ctx, row, entry) } };
};

/** For choosers: what is called like that, by title. */
export const search: Handler = async ({ ctx, request, resource: { definition } }) => {
  const role = roleOf(ctx);
  const { searchProperty } = request.query ?? {};
  const readable = readableFields(definition, role);
  if (searchProperty !== undefined && !readable.includes(String(searchProperty)))
    throw new Refusal('forbidden');
  const asked = readListQuery(request.query ?? {});
  for (const name of [asked.sortBy, ...Object.keys(asked.filters)]) {
    if (name !== undefined && !readable.includes(name.split('~~')[0] ?? '')) throw new Refusal('forbidden');
  }
  const typed = String(request.params.query ?? '')
    .slice(0, 200)
    .replaceAll('\0', '');
  const where = await searchWhere(ctx, definition, role, typed);
  const [by = keyOf(definition)] = definition.title.fields;
  // What is typed is found before it is sorted, as in a list (`read-page.ts`).
  const order: Order = [[typed.trim() === '' ? by : foundFirst(definition, by), 'ASC']];
  const rows = await readRows(ctx, definition, { where, order, limit: 50 });
  return {
    records: rows.map((row) => listed(definition, row)),
  };
};

/** What a list says of a row beside its cells: not the record, whose values and verbs weigh a hundred times as much. */
function listed(definition: ResourceDefinition, row: Row): { id: string; title: string } {
  return { id: String(row[keyOf(definition)]), title: definition.title.of(row) };
}
