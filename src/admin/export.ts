import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import type { RequestHandler } from 'express';
import pg from 'pg';
import QueryStream from 'pg-query-stream';
import { serviceDayOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { audit } from '../resources/_kit/audit.ts';
import { inTransaction } from '../resources/_kit/in-transaction.ts';
import { authorize, mayAct, mayRead, type Role } from '../resources/_kit/policy.ts';
import type { Column, Row } from './kit/columns.ts';
import type { ResourceDefinition } from './kit/define-resource.ts';
import { orderOf, readListQuery, whereOf } from './kit/list-query.ts';
import { keyOf, readableFields, roleOf, seesColumn, selectSql } from './kit/read-rows.ts';
import { definitionOf, isDefined } from './kit/registry.ts';

const ROWS_AT_ONCE = 500;

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
    const role = roleOf(ctx);
    const query = readListQuery(request.query);
    const columns = exportedColumns(definition, role);
    const reading = { where: whereOf(ctx, definition, role, query), order: orderOf(definition, role, query) };
    const sql = withTitles(role, columns, selectSql(definition, readableFields(definition, role), reading));
    await auditExport(ctx, definition, query.filters);

    const client = await pool.connect();
    try {
      const rows = client.query(new QueryStream(sql, [], { batchSize: ROWS_AT_ONCE }));
      const file = `${noun}-${serviceDayOf(ctx.clock.now())}.csv`;
      response
        .type('text/csv; charset=utf-8')
        .setHeader('Content-Disposition', `attachment; filename="${file}"`);
      const lines = new Transform({
        objectMode: true,
        transform: (row: Row, _encoding, done) =>
          done(
            null,
            columns.map((column) => cellText(column, row)),
          ),
      });
      const head = columns.map(({ column }) => column.label);
      await pipeline(rows, lines, stringify({ bom: true, header: true, columns: head }), response);
    } finally {
      // Ends the query of a client that went away.
      client.release(true);
    }
  };
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

/** Beside each id of another record its title, as far as the role may know it: one query, no matter how many rows. */
function withTitles(role: Role, columns: readonly Exported[], sql: string): string {
  const titles = columns.flatMap(({ name, column }) => {
    if (column.reference === undefined) return [];
    const target = definitionOf(column.reference);
    const { noun, title } = target;
    const isKnown =
      mayAct(noun.policy, 'search', role) && title.fields.every((field) => mayRead(noun.policy, field, role));
    if (!isKnown) return [`null as "title of ${name}"`];
    const attributes = noun.model.getAttributes();
    const parts = title.fields.map(
      (field) => `'${field}', t.${pg.escapeIdentifier(attributes[field]?.field ?? field)}`,
    );
    const key = pg.escapeIdentifier(attributes[keyOf(target)]?.field ?? 'id');
    return [
      `(select jsonb_build_object(${parts.join(', ')}) from ${pg.escapeIdentifier(noun.model.tableName)} t where t.${key} = r.${pg.escapeIdentifier(name)}) as "title of ${name}"`,
    ];
  });
  return titles.length === 0 ? sql : `select r.*, ${titles.join(', ')} from (${sql}) r`;
}

function cellText({ name, column }: Exported, row: Row): string {
  if (column.reference === undefined) return harmless(column, column.csv(row[name], row));
  const known = row[`title of ${name}`];
  if (typeof known !== 'object' || known === null) return '';
  return harmless(column, definitionOf(column.reference).title.of(known as Row));
}

const FORMULA = /^[\s]*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

/** A spreadsheet would run a cell that begins like a formula; figures stay figures. */
function harmless({ filter }: Column, text: string): string {
  if (filter === 'number' && /^-?\d+(\.\d+)?%?$/.test(text)) return text;
  return FORMULA.test(text) ? `'${text}` : text;
}

async function auditExport(
  ctx: Context,
  { noun }: ResourceDefinition,
  filters: Readonly<Record<string, string>>,
): Promise<void> {
  const { q, ...others } = filters;
  await inTransaction(ctx, (tx) =>
    audit(tx, {
      action: 'list.exported',
      subjectType: noun.policy.subject,
      subjectId: noun.policy.id,
      changes: Object.fromEntries(
        Object.entries(others).map(([name, value]) => [name, [null, value] as const]),
      ),
      // What was searched for is mostly a person.
      personal: q === undefined ? {} : { search: [null, q] },
    }),
  );
}
