import { literal, Op, type WhereOptions } from 'sequelize';
import type { Context } from '../../context.ts';
import { mayRead, type Role } from '../../resources/_kit/policy.ts';
import { select } from '../../resources/_kit/sql.ts';
import type { ResourceDefinition, SearchTable } from './define-resource.ts';
import { keyOf, searchTableSql } from './read-rows.ts';

/** So many that are found are named to PostgreSQL; of more it decides itself how to go through them. */
const NAMED = 1_000;

/** Rows that have every word in some column that the role may read; none where it may read none. */
export async function searchWhere(
  ctx: Context,
  definition: ResourceDefinition,
  role: Role,
  typed: string,
): Promise<WhereOptions> {
  const readable = (names: readonly string[]) =>
    names.filter((name) => mayRead(definition.noun.policy, name, role));
  const columns = readable(definition.search);
  const exact = readable(definition.searchExact ?? []);
  const words = typed.trim().split(/\s+/).filter(Boolean).slice(0, 6);
  if (words.length === 0) return {};
  if (columns.length + exact.length === 0) return literal('false');
  const whole = Object.entries(definition.searchWhole ?? {}).flatMap(([name, storedAs]) => {
    const value = columns.includes(name) ? storedAs(typed.trim()) : null;
    return value === null ? [] : [{ [name]: value }];
  });
  if (whole.length > 0) return { [Op.or]: whole };
  const inAnyColumn = (word: string): WhereOptions => ({
    [Op.or]: [
      ...columns.map((name) => ({ [name]: { [Op.iLike]: { [Op.any]: patternsOf(word) } } })),
      ...exact.map((name) => ({ [name]: word })),
    ],
  });
  const byWords: WhereOptions = { [Op.and]: words.map(inAnyColumn) };
  const digits = typed.replace(/\D/g, '');
  const isPhone = digits.length >= 7 && /^[+\d\s().-]+$/.test(typed.trim());
  const found = isPhone ? { [Op.or]: [byWords, inAnyColumn(digits.slice(-10))] } : byWords;
  const { searchTable } = definition;
  return searchTable ? whereInTable(ctx, definition, searchTable, found) : found;
}

/** Anywhere; one or two letters at the beginning of a word: the index knows no shorter part than three. */
function patternsOf(word: string): string[] {
  return /^[\p{L}\p{N}]{1,2}$/u.test(word) ? [`${word}%`, `% ${word}%`] : [`%${escapeLike(word)}%`];
}

/** Looked up first: PostgreSQL takes a rare word for a common one and would go through the whole list beside it. */
async function whereInTable(
  ctx: Context,
  definition: ResourceDefinition,
  table: SearchTable,
  where: WhereOptions,
): Promise<WhereOptions> {
  const sql = searchTableSql(definition, table, where);
  const found = await select<Record<string, string>>(ctx, `${sql} limit (select ${NAMED + 1})`);
  const isFew = found.length <= NAMED;
  return {
    [keyOf(definition)]: { [Op.in]: isFew ? found.map((row) => row[table.key]) : literal(`(${sql})`) },
  };
}

/** The word itself, whatever in it would stand for others. */
export function escapeLike(word: string): string {
  return word.replace(/[\\%_]/g, '\\$&');
}
