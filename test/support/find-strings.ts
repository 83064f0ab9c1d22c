import type { Context } from '../../src/context.ts';
import { select } from '../../src/resources/_kit/sql.ts';

/**
 * Every column of the database in which one of some strings stands, whatever its table, type or schema: letters without
 * regard to case, the insides of JSON and arrays, and bytes that spell it. `schema.table.column`, sorted.
 */
export async function findStrings(ctx: Context, strings: readonly string[]): Promise<string[]> {
  const columns = await select<{ table: string; column: string; type: string }>(
    ctx,
    `select format('%I.%I', n.nspname, c.relname) as table, quote_ident(a.attname) as column, t.typname as type
     from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     join pg_type t on t.oid = a.atttypid
     where c.relkind in ('r', 'p', 'm') and a.attnum > 0 and not a.attisdropped
       and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg_toast%'`,
  );
  const looks = columns.map(({ table, column, type }) => {
    const text = type === 'bytea' ? `encode(${column}, 'escape')` : `${column}::text`;
    return `select '${table}.${column}' as place where exists (
      select from ${table}, unnest($1::text[]) string where strpos(lower(${text}), lower(string)) > 0)`;
  });
  const found = await select<{ place: string }>(ctx, looks.join(' union all '), [strings]);
  return found.map(({ place }) => place).toSorted();
}
