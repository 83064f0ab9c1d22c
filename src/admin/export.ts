import { pipeline } from 'node:stream/promises';
import type { RequestHandler, Response } from 'express';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { serviceDayOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { audit } from '../resources/_kit/audit.ts';
import { inTransaction } from '../resources/_kit/in-transaction.ts';
import { authorize, type Role } from '../resources/_kit/policy.ts';
import type { Column } from './kit/columns.ts';
import { harmlessSql } from './kit/csv-sql.ts';
import type { ResourceDefinition } from './kit/define-resource.ts';
import { type ListQuery, orderOf, readListQuery, whereOf } from './kit/list-query.ts';
import { fieldSql, keyOf, knowsTitles, roleOf, seesColumn, selectSql } from './kit/read-rows.ts';
import { definitionOf, isDefined } from './kit/registry.ts';

/**
 * `GET /admin/export/{noun}.csv` with the query of a list: exactly its filter and sort, in the columns that the role
 * sees, streamed in constant memory, safe in a spreadsheet, and written into the audit log before the first row leaves.
 */
export function exportRoute(pool: pg.Pool): RequestHandler {
  return async (request, response) => {
    const ctx = response.locals.ctx as Context;
    const noun = String(request.params.noun);
    if (!isDefined(noun)) throw new Refusal('not_found');
    const definition = definitionOf(noun);
    authorize(ctx, definition.noun.policy, 'export');
    const query = readListQuery(request.query);
    const sql = await exportSql(ctx, definition, query);
    await auditExport(ctx, definition, query.filters);
    await sendCsv(pool, response, { sql, file: `${noun}-${serviceDayOf(ctx.clock.now())}.csv` });
  };
}

/** A statement without parameters as one for `sendCsv`. */
export function copySql(select: string): string {
  return `copy (${select}) to stdout with (format csv, header)`;
}

/** Streams what a `copy` gives. */
export async function sendCsv(
  pool: pg.Pool,
  response: Response,
  { sql, file }: { readonly sql: string; readonly file: string },
): Promise<void> {
  const client = await pool.connect();
  try {
    const rows = client.query(copyTo(sql));
    // Compressing took longer than PostgreSQL needs for the rows (ADR 13), and a core that customers wait for.
    response
      .type('text/csv; charset=utf-8')
      .setHeader('Cache-Control', 'no-store, no-transform')
      .setHeader('Content-Disposition', `attachment; filename="${file}"`);
    response.write('\ufeff');
    await pipeline(rows, response);
  } finally {
    // Ends the query of a client that went away.
    client.release(true);
  }
}

/** The statement that gives a list's rows as cells of text: its filter and sort, in the columns that the role sees. */
export async function exportSql(
  ctx: Context,
  definition: ResourceDefinition,
  query: ListQuery,
): Promise<string> {
  const role = roleOf(ctx);
  const cells = exportedColumns(definition, role).map(({ name, column }) => ({
    as: column.label,
    sql: cellSql(definition, role, name, column),
  }));
  const order = orderOf(definition, role, query);
  const where = await whereOf(ctx, definition, role, query);
  return copySql(selectSql(definition, cells, { where, order }));
}

interface Exported {
  readonly name: string;
  readonly column: Column;
}

/** Every column of the noun's screens that the role sees, those of the list first. */
function exportedColumns(definition: ResourceDefinition, role: Role): Exported[] {
  const names = [...new Set([...definition.list, ...definition.sections.flatMap(({ columns }) => columns)])];
  return names
    .filter((name) => seesColumn(definition, name, role))
    .flatMap((name) => {
      const column = definition.columns[name];
      return column ? [{ name, column }] : [];
    });
}

/** A cell's SQL: of a reference the other record's title, as far as the role may know it; never what a spreadsheet would run. */
function cellSql(definition: ResourceDefinition, role: Role, name: string, column: Column): string {
  const of = fieldSql(definition, role);
  const sql =
    column.reference === undefined ? column.csv(of, name) : titleSql(column.reference, role, of(name));
  return column.isHarmless ? sql : harmlessSql(sql);
}

function titleSql(noun: string, role: Role, id: string): string {
  const target = definitionOf(noun);
  const { model } = target.noun;
  const { fields, sql, knownTo } = target.title;
  if (!knowsTitles(target, role)) return 'null';
  // A name of its own: a row may refer to another of its kind. Of a title that is known its fields are, too.
  const of = fieldSql(target, knownTo?.includes(role) ? 'admin' : role, 'named');
  const title = sql?.(of) ?? `${of(fields[0] ?? keyOf(target))}::text`;
  return `(select ${title} from "${model.tableName}" named where ${of(keyOf(target))} = ${id})`;
}

async function auditExport(
  ctx: Context,
  { noun }: ResourceDefinition,
  filters: Readonly<Record<string, string>>,
): Promise<void> {
  const { q, ...others } = filters;
  const isPersonal = (name: string) => noun.policy.personal?.includes(name.split('~~')[0] ?? '') ?? false;
  const changes = (personal: boolean) =>
    Object.fromEntries(
      Object.entries(others)
        .filter(([name]) => isPersonal(name) === personal)
        .map(([name, value]) => [name, [null, value] as const]),
    );
  await inTransaction(ctx, (tx) =>
    audit(tx, {
      action: 'list.exported',
      subjectType: noun.policy.subject,
      subjectId: noun.policy.id,
      changes: changes(false),
      // What was searched for is mostly a person.
      personal: { ...changes(true), ...(q !== undefined && { search: [null, q] as const }) },
    }),
  );
}
