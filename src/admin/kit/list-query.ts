import { type Model, type ModelStatic, Op, type Order, type WhereOptions } from 'sequelize';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { mayRead, type Role } from '../../resources/_kit/policy.ts';
import { businessDays, type Column } from './columns.ts';
import type { ResourceDefinition, Sort } from './define-resource.ts';
import { escapeLike, searchWhere } from './search-where.ts';

/** What a list was asked for: AdminJS's own names (`filters.status`, `filters.day~~from`, `sortBy`), `q` and `view` ours. */
export interface ListQuery {
  readonly filters: Readonly<Record<string, string>>;
  readonly sortBy: string | undefined;
  readonly direction: 'asc' | 'desc' | undefined;
  readonly page: number;
  readonly perPage: number;
}

const PER_PAGE = 25;
const MOST_PER_PAGE = 100;
const LONGEST_TERM = 200;

/** Reads the query of a list. Throws `bad_request` for what is no list's query. */
export function readListQuery(query: Readonly<Record<string, unknown>>): ListQuery {
  const filters = Object.entries(query).flatMap(([key, value]) => {
    if (!key.startsWith('filters.') || value === '') return [];
    if (typeof value !== 'string') throw new Refusal('bad_request', { detail: 'A filter has one value.' });
    return [[key.slice('filters.'.length), value.slice(0, LONGEST_TERM).replaceAll('\0', '')] as const];
  });
  const direction = query.direction === 'asc' || query.direction === 'desc' ? query.direction : undefined;
  return {
    filters: Object.fromEntries(filters),
    sortBy: typeof query.sortBy === 'string' && query.sortBy !== '' ? query.sortBy : undefined,
    direction,
    page: wholeNumber(query.page, 1, 1_000_000),
    perPage: Math.min(wholeNumber(query.perPage, PER_PAGE, MOST_PER_PAGE), MOST_PER_PAGE),
  };
}

function wholeNumber(value: unknown, fallback: number, most: number): number {
  const number = Number(value);
  return Number.isInteger(number) && number > 0 ? Math.min(number, most) : fallback;
}

/**
 * The rows that a query means for a role. Throws `forbidden` for a field that the role may not read, so that no hidden
 * value can be found out by asking for it; `invalid` for a value that the field cannot have.
 */
export async function whereOf(
  ctx: Context,
  definition: ResourceDefinition,
  role: Role,
  query: ListQuery,
): Promise<WhereOptions> {
  const parts: WhereOptions[] = definition.scope ? [definition.scope] : [];
  const ranges = new Map<string, { from?: string; to?: string }>();
  for (const [key, value] of Object.entries(query.filters)) {
    if (key === 'q') {
      parts.push(await searchWhere(ctx, definition, role, value));
      continue;
    }
    if (key === 'view') {
      const view = definition.views?.[value];
      if (!view) throw new Refusal('not_found');
      parts.push(view.where(ctx));
      continue;
    }
    const [name = '', edge] = key.split('~~');
    const column = readableColumn(definition, role, name);
    if (edge === 'from' || edge === 'to') ranges.set(name, { ...ranges.get(name), [edge]: value });
    else parts.push({ [name]: valueWhere(definition.noun.model, name, column, value) });
  }
  for (const [name, range] of ranges) {
    parts.push({ [name]: rangeWhere(name, definition.columns[name], range) });
  }
  return { [Op.and]: parts };
}

/**
 * What a list is sorted by: what was asked for, else what its view is sorted by. Days that are filtered by are in their
 * order: who looks at a week in June reads it from its Monday on.
 */
export function sortOf(definition: ResourceDefinition, query: ListQuery): Sort {
  const { view: name } = query.filters;
  const view = name === undefined ? undefined : definition.views?.[name];
  const day = filteredDay(definition, query);
  const standard =
    view?.sort ?? (day === undefined ? definition.sort : ({ by: day, direction: 'asc' } as const));
  const fallback = query.sortBy === undefined ? standard.direction : 'asc';
  return { by: query.sortBy ?? standard.by, direction: query.direction ?? fallback };
}

/** Steady: rows that are equal in what is sorted by keep their order from page to page. */
export function orderOf(definition: ResourceDefinition, role: Role, query: ListQuery): Order {
  const sort = sortOf(definition, query);
  const column = definition.columns[sort.by];
  const by = column?.sortBy ?? sort.by;
  if (query.sortBy !== undefined) {
    readableColumn(definition, role, by);
    const isData = ['JSONB', 'JSON', 'ARRAY', 'BLOB'].includes(typeNameOf(definition.noun.model, by));
    if (isData || column?.sortable === false) throw new Refusal('forbidden');
  }
  const direction = sort.direction.toUpperCase();
  const key = definition.noun.model.primaryKeyAttribute;
  return by === key
    ? [[by, direction]]
    : [
        [by, direction],
        [key, direction],
      ];
}

/** The service day that a list is narrowed to a range of, if there is one. */
function filteredDay({ columns }: ResourceDefinition, { filters }: ListQuery): string | undefined {
  const ranges = Object.keys(filters).flatMap((key) => (/^(.+)~~(?:from|to)$/.exec(key) ?? []).slice(1));
  return ranges.find((name) => columns[name]?.filter === 'days' && columns[name].isInstant !== true);
}

function readableColumn(definition: ResourceDefinition, role: Role, name: string): Column | undefined {
  const isField = Object.hasOwn(definition.noun.model.getAttributes(), name);
  if (!isField || !mayRead(definition.noun.policy, name, role)) throw new Refusal('forbidden');
  return definition.columns[name];
}

function valueWhere(
  model: ModelStatic<Model>,
  name: string,
  column: Column | undefined,
  value: string,
): unknown {
  switch (typeNameOf(model, name)) {
    case 'TEXT':
      if (column?.filter === 'choice') return { [Op.in]: value.split(',') };
      return column?.filter === 'reference' ? value : { [Op.iLike]: `%${escapeLike(value)}%` };
    case 'BOOLEAN':
      if (value !== 'true' && value !== 'false') throw unusable(name);
      return value === 'true';
    case 'INTEGER':
    case 'BIGINT':
      if (!/^-?\d{1,9}$/.test(value)) throw unusable(name);
      return Number(value);
    case 'UUID':
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) throw unusable(name);
      return value;
    case 'DATE':
    case 'DATEONLY':
      return rangeWhere(name, column, { from: value, to: value });
    default:
      throw new Refusal('forbidden');
  }
}

function rangeWhere(
  name: string,
  column: Column | undefined,
  range: { from?: string; to?: string },
): unknown {
  try {
    if (column?.filter === 'number') {
      return {
        ...(range.from && { [Op.gte]: exactNumber(range.from) }),
        ...(range.to && { [Op.lte]: exactNumber(range.to) }),
      };
    }
    if (column?.filter !== 'days') throw new RangeError('not a range');
    const { from, before } = businessDays(range.from, range.to);
    if (column.isInstant) return { ...(from && { [Op.gte]: from }), ...(before && { [Op.lt]: before }) };
    return {
      ...(range.from && { [Op.gte]: range.from.slice(0, 10) }),
      ...(range.to && { [Op.lte]: range.to.slice(0, 10) }),
    };
  } catch (error) {
    if (error instanceof RangeError) throw unusable(name);
    throw error;
  }
}

function exactNumber(text: string): number {
  if (!/^-?\d{1,9}$/.test(text)) throw new RangeError(text);
  return Number(text);
}

export function typeNameOf(model: ModelStatic<Model>, name: string): string {
  const type = model.getAttributes()[name]?.type;
  return typeof type === 'object' && 'key' in type ? String(type.key) : String(type);
}

function unusable(name: string): Refusal {
  const message = 'Nothing can be found by this value.';
  return new Refusal('invalid', { violations: [{ path: name, code: 'invalid_value', message }] });
}
