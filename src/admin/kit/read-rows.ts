import { literal, Op, type Order, type WhereOptions } from 'sequelize';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { mayAct, mayRead, type Role } from '../../resources/_kit/policy.ts';
import type { Cell, Column, Row } from './columns.ts';
import type { FieldSql } from './csv-sql.ts';
import type { ResourceDefinition, SearchTable } from './define-resource.ts';
import { definitionOf } from './registry.ts';

type NounModel = ResourceDefinition['noun']['model'];

/** Reading for a role: a field that it may not read is not even selected. */

/** The role of whoever asks. Throws `unauthenticated` for anybody but staff. */
export function roleOf(ctx: Context): Role {
  if (ctx.actor.type !== 'staff') throw new Refusal('unauthenticated');
  return ctx.actor.role;
}

export function readableFields({ noun }: ResourceDefinition, role: Role): string[] {
  return Object.keys(noun.model.getAttributes()).filter((name) => mayRead(noun.policy, name, role));
}

/** Whether a role sees a column: the field itself, or everything that it is made of. */
export function seesColumn({ noun, columns }: ResourceDefinition, name: string, role: Role): boolean {
  const needs = columns[name]?.needs ?? [name];
  return needs.every((field) => mayRead(noun.policy, field, role));
}

interface Reading {
  readonly where: WhereOptions;
  readonly order?: Order;
  readonly limit: number;
  readonly offset?: number;
}

/** Rows as the asking role sees them; none for a role that may not list or show the noun. */
export async function readRows(
  ctx: Context,
  definition: ResourceDefinition,
  reading: Reading,
): Promise<Row[]> {
  const { noun } = definition;
  const role = roleOf(ctx);
  if (!mayAct(noun.policy, 'list', role) && !mayAct(noun.policy, 'show', role)) return [];
  const rows = (await noun.model.findAll({
    attributes: readableFields(definition, role),
    where: scoped(definition, reading.where),
    limit: reading.limit,
    offset: reading.offset ?? 0,
    raw: true,
    ...(reading.order && { order: reading.order }),
  })) as unknown as Row[];
  return rows;
}

/** One row by its key as the asking role sees it, or `null`. */
export async function readRow(ctx: Context, definition: ResourceDefinition, id: string): Promise<Row | null> {
  const [row] = await readRows(ctx, definition, { where: { [keyOf(definition)]: id }, limit: 1 });
  return row ?? null;
}

export function keyOf({ noun }: ResourceDefinition): string {
  return noun.model.primaryKeyAttribute;
}

/** The SQL of a reading, for what Sequelize does not run itself: counts, pages and streams. */
export function selectSql(
  definition: ResourceDefinition,
  selected: readonly Selected[],
  { where, order, limit, offset, isFoundFirst }: Selecting,
): string {
  const { model } = definition.noun;
  const options = {
    attributes: selected.map(({ sql, as }) => [literal(sql), as]),
    where: mapFields(scoped(definition, where), model),
    ...(order && {
      order: (order as [string, string][]).map(([name, way]) => [
        isFoundFirst ? foundFirst(definition, name) : columnOf(model, name),
        way,
      ]),
    }),
    ...(limit !== undefined && { limit }),
    ...(offset !== undefined && { offset }),
  };
  return generated(model, model.tableName, options);
}

/** The keys of rows of the noun by what its search table keeps of them. */
export function searchTableSql(
  { noun: { model } }: ResourceDefinition,
  { name, key }: SearchTable,
  where: WhereOptions,
): string {
  return generated(model, name, { attributes: [key], where: mapFields(where, model) });
}

function generated(model: NounModel, table: string, options: object): string {
  const generator = model.sequelize?.getQueryInterface().queryGenerator as SelectGenerator;
  return generator.selectQuery(table, options, model).replace(/;$/, '');
}

/** A column to sort by that no index knows, so that all rows are found before. */
export function foundFirst({ noun }: ResourceDefinition, name: string): ReturnType<typeof literal> {
  return literal(`(select ${columnSql(noun.model, name)})`);
}

interface Selecting extends Omit<Reading, 'limit'> {
  readonly limit?: number;
  /** Sorted by what no index knows: all of it is found before. */
  readonly isFoundFirst?: boolean;
}

interface Selected {
  readonly sql: string;
  readonly as: string;
}

/** A field of the row in the SQL of `selectSql`, as far as the role may read it. */
export function fieldSql({ noun }: ResourceDefinition, role: Role, table = noun.model.name): FieldSql {
  const { model, policy } = noun;
  return (name) => (mayRead(policy, name, role) ? columnSql(model, name, table) : 'null');
}

/** A column in the SQL of `selectSql`, for what no role reads of it. */
export function columnSql(model: NounModel, name: string, table = model.name): string {
  return `"${table}"."${columnOf(model, name)}"`;
}

function columnOf(model: NounModel, name: string): string {
  return model.getAttributes()[name]?.field ?? name;
}

interface SelectGenerator {
  selectQuery(table: string, options: object, model: unknown): string;
}

/** Names of attributes as columns, in conditions of any depth. */
function mapFields(where: WhereOptions, model: NounModel): unknown {
  const rename = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(rename);
    if (typeof part !== 'object' || part === null || Object.getPrototypeOf(part) !== Object.prototype)
      return part;
    const renamed: Record<string | symbol, unknown> = {};
    for (const key of Reflect.ownKeys(part)) {
      const value = Reflect.get(part, key) as unknown;
      const isLogical = key === Op.and || key === Op.or || key === Op.not;
      const column = typeof key === 'string' ? columnOf(model, key) : key;
      renamed[column] = isLogical ? rename(value) : value;
    }
    return renamed;
  };
  return rename(where);
}

function scoped({ scope }: ResourceDefinition, where: WhereOptions): WhereOptions {
  return scope ? { [Op.and]: [scope, where] } : where;
}

/** What records are called, for those of them that the asking role may see. */
export async function titlesOf(
  ctx: Context,
  definition: ResourceDefinition,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const { noun, title } = definition;
  if (!knowsTitles(definition, roleOf(ctx)) || ids.length === 0) return new Map();
  const key = keyOf(definition);
  const rows = (await noun.model.findAll({
    attributes: [key, ...title.fields.filter((field) => field !== key)],
    where: { [key]: [...new Set(ids)] },
    raw: true,
  })) as unknown as Row[];
  return new Map(rows.map((row) => [String(row[key]), title.of(row)]));
}

/** Whether a role may learn what records are called that others refer to. */
export function knowsTitles({ noun: { policy }, title }: ResourceDefinition, role: Role): boolean {
  if (title.knownTo?.includes(role)) return true;
  return mayAct(policy, 'search', role) && title.fields.every((field) => mayRead(policy, field, role));
}

export type Cells = Readonly<Record<string, Cell | null>>;

/** What people read in the named columns of rows. */
export async function cellsOf(
  ctx: Context,
  definition: ResourceDefinition,
  rows: readonly Row[],
  names: readonly string[],
): Promise<Cells[]> {
  const role = roleOf(ctx);
  const now = ctx.clock.now();
  const seen = names.filter((name) => seesColumn(definition, name, role));
  const links = await Promise.all(
    seen.map(async (name) => [name, await linksOf(ctx, definition.columns[name], rows, name)] as const),
  );
  const linked = new Map(links);
  return rows.map((row) =>
    Object.fromEntries(
      seen.map((name) => {
        const link = linked.get(name);
        if (link) return [name, link.get(String(row[definition.columns[name]?.lookUp?.by ?? name])) ?? null];
        return [name, definition.columns[name]?.cell(row[name], row, now) ?? null];
      }),
    ),
  );
}

async function linksOf(
  ctx: Context,
  column: Column | undefined,
  rows: readonly Row[],
  name: string,
): Promise<Map<string, Cell> | null> {
  if (column?.lookUp) {
    const { by, cells } = column.lookUp;
    const keys = new Set(rows.flatMap((row) => (typeof row[by] === 'string' ? [row[by]] : [])));
    return keys.size === 0 ? new Map() : cells(ctx, [...keys], ctx.clock.now());
  }
  if (column?.reference === undefined) return null;
  const target = definitionOf(column.reference);
  const ids = rows.flatMap((row) => (typeof row[name] === 'string' ? [row[name]] : []));
  const titles = await titlesOf(ctx, target, ids);
  const mayOpen = mayAct(target.noun.policy, 'show', roleOf(ctx));
  return new Map(
    [...titles].map(([id, title]) => [
      id,
      { text: title, ...(mayOpen && { href: recordPath(target.noun.policy.id, id) }) },
    ]),
  );
}

/** Where a record's page is. */
export function recordPath(noun: string, id: string): string {
  return `/admin/resources/${noun}/records/${encodeURIComponent(id)}/show`;
}
