import type { Order, WhereOptions } from 'sequelize';
import type { Context } from '../../context.ts';
import { select } from '../../resources/_kit/sql.ts';
import type { Row } from './columns.ts';
import type { ResourceDefinition } from './define-resource.ts';
import { type ListQuery, orderOf, typeNameOf, whereOf } from './list-query.ts';
import { columnSql, keyOf, readRows, roleOf, selectSql } from './read-rows.ts';

const DEEPEST_ROW = 100_000;
/** What is asked for is counted so far, then it is "more than". */
const COUNTED = 1_000;
/** A whole list of more is only estimated. */
const ESTIMATED_FROM = 10_000;

export interface Count {
  readonly total: number;
  /** Whether the total is all there is, or there is more, or PostgreSQL's estimate. */
  readonly counted: 'all' | 'more' | 'about';
}

interface Found extends Count {
  /** The keys of the page's rows, in their order. */
  readonly ids: readonly string[];
}

interface Asked {
  readonly where: WhereOptions;
  readonly order: [string, string][];
  readonly limit: number;
  readonly offset: number;
}

/** A page of a list and how many there are. The keys of its rows come first: what an index tells is not read from the table. */
export async function readPage(
  ctx: Context,
  definition: ResourceDefinition,
  query: ListQuery,
): Promise<Count & { readonly rows: Row[]; readonly hasNext: boolean }> {
  const role = roleOf(ctx);
  const asked: Asked = {
    where: await whereOf(ctx, definition, role, query),
    order: orderOf(definition, role, query) as [string, string][],
    limit: query.perPage,
    offset: (query.page - 1) * query.perPage,
  };
  const { ids, total, counted } = await find(ctx, definition, query, asked);
  const { order, limit, offset } = asked;
  const rows =
    ids.length === 0
      ? []
      : await readRows(ctx, definition, { where: { [keyOf(definition)]: ids }, order, limit });
  const isFull = rows.length === limit;
  return { rows, total, counted, hasNext: isFull && (counted !== 'all' || offset + limit < total) };
}

async function find(
  ctx: Context,
  definition: ResourceDefinition,
  query: ListQuery,
  asked: Asked,
): Promise<Found> {
  if (Object.keys(query.filters).length === 0) {
    const [ids, count] = await Promise.all([
      idsOf(ctx, definition, asked),
      wholeCount(ctx, definition, asked),
    ]);
    return { ids, ...count };
  }
  const ownOrder = orderOf(definition, roleOf(ctx), { ...query, sortBy: undefined, direction: undefined });
  if (isInItsOrder(definition, query, asked)) {
    const [ids, total] = await Promise.all([
      idsOf(ctx, definition, asked),
      countRows(ctx, definition, asked, COUNTED),
    ]);
    return { ids, ...upTo(total, COUNTED) };
  }
  const few = await findFew(ctx, definition, asked, query.filters.view === undefined ? undefined : ownOrder);
  if (few.total <= COUNTED) return { ...few, counted: 'all' };
  const isFoundFirst = isOfAnotherTime(definition, query, asked);
  return { ids: await idsOf(ctx, definition, { ...asked, isFoundFirst }), ...upTo(few.total, COUNTED) };
}

function upTo(total: number, most: number): Count {
  return total > most ? { total: most, counted: 'more' } : { total, counted: 'all' };
}

/** A view as it is sorted by itself, or a range of what is sorted by: they have their indexes. */
function isInItsOrder({ views }: ResourceDefinition, query: ListQuery, { order }: Asked): boolean {
  return Object.keys(query.filters).every((key) =>
    key === 'view'
      ? query.sortBy === undefined && views?.[query.filters.view ?? '']?.sort !== undefined
      : key.split('~~')[0] === order[0]?.[0],
  );
}

/**
 * A view in another order, or a time sorted by another one, such as a week of last year by when it was booked. PostgreSQL
 * takes them for spread evenly over the order and would look for them down the whole list.
 */
function isOfAnotherTime({ noun }: ResourceDefinition, { filters }: ListQuery, { order }: Asked): boolean {
  const isTime = (name: string) => ['DATE', 'DATEONLY'].includes(typeNameOf(noun.model, name));
  const by = order[0]?.[0] ?? '';
  const names = Object.keys(filters).map((key) => key.split('~~')[0] ?? '');
  return filters.view !== undefined || (isTime(by) && names.some((name) => name !== by && isTime(name)));
}

async function idsOf(
  ctx: Context,
  definition: ResourceDefinition,
  asked: Asked & { readonly isFoundFirst?: boolean },
): Promise<string[]> {
  if (asked.offset > DEEPEST_ROW) return [];
  const sql = selectSql(definition, [keySql(definition)], asked);
  return (await select<{ key: string }>(ctx, sql)).map((row) => row.key);
}

/**
 * How many there are, counted to one more than the most, and the page's keys when they are no more: found once, then sorted.
 * PostgreSQL takes a rare name for a common one and would look for it down the whole list, or down the whole table when it
 * knows how few are enough. A view is found along its own index.
 */
async function findFew(
  ctx: Context,
  definition: ResourceDefinition,
  { where, order, limit, offset }: Asked,
  along: Order | undefined,
): Promise<{ total: number; ids: string[] }> {
  const { model } = definition.noun;
  const columns = order.map(([name], index) => ({ sql: columnSql(model, name), as: `by${index}` }));
  const sql = selectSql(definition, [keySql(definition), ...columns], {
    where,
    ...(along && { order: along }),
  });
  const most = along ? COUNTED + 1 : `(select ${COUNTED + 1})`;
  const sorted = order.map(([, way], index) => `by${index} ${way}`).join(', ');
  const [found] = await select<{ total: number; ids: string[] }>(
    ctx,
    `with found as materialized (${sql} limit ${most})
     select (select count(*)::int from found) as total,
       array(select key from found order by ${sorted} limit ${limit} offset ${offset}) as ids`,
  );
  return found ?? { total: 0, ids: [] };
}

function keySql(definition: ResourceDefinition): { sql: string; as: string } {
  return { sql: `${columnSql(definition.noun.model, keyOf(definition))}::text`, as: 'key' };
}

async function wholeCount(ctx: Context, definition: ResourceDefinition, { where }: Asked): Promise<Count> {
  const [planned] = await select<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
    ctx,
    `explain (format json) ${selectSql(definition, [{ sql: '1', as: 'one' }], { where })}`,
  );
  const about = planned?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0;
  if (about > ESTIMATED_FROM) return { total: about, counted: 'about' };
  return upTo(await countRows(ctx, definition, { where }, ESTIMATED_FROM), ESTIMATED_FROM);
}

async function countRows(
  ctx: Context,
  definition: ResourceDefinition,
  { where }: Pick<Asked, 'where'>,
  most: number,
): Promise<number> {
  const sql = selectSql(definition, [{ sql: '1', as: 'one' }], { where, limit: most + 1 });
  const [counted] = await select<{ count: number }>(ctx, `select count(*)::int as count from (${sql}) found`);
  return counted?.count ?? 0;
}
