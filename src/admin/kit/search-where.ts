import { literal, Op, type WhereOptions } from 'sequelize';
import type { Context } from '../../context.ts';
import { mayRead, type Role } from '../../resources/_kit/policy.ts';
import { select } from '../../resources/_kit/sql.ts';
import type { ResourceDefinition, SearchTable } from './define-resource.ts';
import { keyOf, searchTableSql } from './read-rows.ts';

/** So many that are found are named to PostgreSQL; of more it decides itself how to go through them. */
const NAMED = 1_000;
/** Letters of what `word_parts` makes of a word. */
const PART = 6;

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
  const digits = typed.replace(/\D/g, '');
  const isPhone = digits.length >= 7 && /^[+\d\s().-]+$/.test(typed.trim());
  const ways = isPhone ? [words, [digits.slice(-10)]] : [words];
  const inWays = (besides: (way: readonly string[]) => WhereOptions[]): WhereOptions => ({
    [Op.or]: ways.map((way) => ({ [Op.and]: [...way.map(inAnyColumn), ...besides(way)] })),
  });
  const byLetters = inWays(() => []);
  const { searchTable } = definition;
  if (!searchTable) return byLetters;
  const byParts = inWays((way) => partsOf(definition, searchTable, way));
  return whereInTable(ctx, definition, searchTable, byLetters, byParts);
}

/** Anywhere; one or two letters at the beginning of a word: the index knows no shorter part than three. */
function patternsOf(word: string): string[] {
  return /^[\p{L}\p{N}]{1,2}$/u.test(word) ? [`${word}%`, `% ${word}%`] : [`%${escapeLike(word)}%`];
}

/** The parts of its longer words, which one index finds together where that of letters goes through what the rarest three have. */
function partsOf(
  { noun }: ResourceDefinition,
  { parts }: SearchTable,
  words: readonly string[],
): WhereOptions[] {
  const long = words.filter((word) => word.length >= PART).map((word) => noun.model.sequelize?.escape(word));
  return long.length > 0 ? [literal(`${parts} @> word_parts(${long.join(', ')})`)] : [];
}

/**
 * Looked up first: PostgreSQL takes a rare word for a common one and would go through the whole list beside it. The limit
 * stands outside: it would make the whole table seem a short way to the first few.
 */
async function whereInTable(
  ctx: Context,
  definition: ResourceDefinition,
  table: SearchTable,
  byLetters: WhereOptions,
  byParts: WhereOptions,
): Promise<WhereOptions> {
  const key = keyOf(definition);
  const found = await select<Record<string, string>>(
    ctx,
    `with found as materialized (${searchTableSql(definition, table, byParts)}) select * from found limit ${NAMED + 1}`,
  );
  if (found.length <= NAMED) return { [key]: { [Op.in]: found.map((row) => row[table.key]) } };
  // Of so many the parts are left out: they would be made of every row.
  return { [key]: { [Op.in]: literal(`(${searchTableSql(definition, table, byLetters)})`) } };
}

/** The word itself, whatever in it would stand for others. */
export function escapeLike(word: string): string {
  return word.replace(/[\\%_]/g, '\\$&');
}
