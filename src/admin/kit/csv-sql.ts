import { BUSINESS_ZONE } from '../../clock.ts';

/**
 * Cells of a CSV as SQL that gives text. A million rows are formatted where they lie and leave by COPY; sums have a point
 * and no sign of a currency, days and times are those of New York, and no text begins like a formula.
 */

/** A field of the row in SQL; `null` where the role may not read it. */
export type FieldSql = (field: string) => string;

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Whole cents as `1725.00`. */
export function moneySql(cents: string): string {
  return `(${cents} * 0.01)::text`;
}

/** Whole cents as `$1,725.00`, inside words. */
export function usdSql(cents: string): string {
  return `to_char(${cents} * 0.01, 'FM$999,999,990.00')`;
}

/** Basis points as `8.25%`. */
export function percentSql(basisPoints: string): string {
  return `(trim_scale(${basisPoints} * 0.01)::text || '%')`;
}

/** An instant as `2027-05-12 09:30` on the wall of New York. */
export function instantSql(instant: string): string {
  return `to_char(${instant} at time zone ${literal(BUSINESS_ZONE)}, 'YYYY-MM-DD HH24:MI')`;
}

/** One of a few values in words. */
export function wordsSql(value: string, words: Readonly<Record<string, string>>): string {
  const cases = Object.entries(words).map(([key, say]) => ` when ${literal(key)} then ${literal(say)}`);
  return cases.length === 0 ? `${value}::text` : `case ${value}${cases.join('')} else ${value} end`;
}

/** Several of a few values in words; `none` for an empty list. */
export function wordListSql(values: string, words: Readonly<Record<string, string>>, none: string): string {
  const say = wordsSql('each.value', words);
  const list = `(select string_agg(${say}, ', ' order by each.n) from unnest(${values}) with ordinality as each(value, n))`;
  return `coalesce(${list}, ${literal(none)})`;
}

/** Wishes kept as yes and no by name: the words of those that are a yes. */
export function flagsSql(value: string, words: Readonly<Record<string, string>>): string {
  const each = Object.entries(words).map(
    ([name, say]) => `case when ${value} ->> ${literal(name)} = 'true' then ${literal(say)} end`,
  );
  return `concat_ws(', ', ${each.join(', ')})`;
}

export function yesNoSql(value: string, yes: string, no: string): string {
  return `case when ${value} then ${literal(yes)} else ${literal(no)} end`;
}

/** `+12125550100` as `(212) 555-0100`. */
export function phoneSql(phone: string): string {
  return `case when ${phone} like '+1%' and length(${phone}) = 12
    then '(' || substr(${phone}, 3, 3) || ') ' || substr(${phone}, 6, 3) || '-' || substr(${phone}, 9) else ${phone} end`;
}

/** First characters of what may be a formula, blanks before it included: a look at one is cheaper than a pattern. */
const suspects = Array.from('\t\n\r +-=@\u00a0\u3000\uff0b\uff0d\uff1d\uff20', (each) => each.codePointAt(0));

/** Text that a spreadsheet would run gets an apostrophe in front. */
export function harmlessSql(text: string): string {
  return `case when ascii(${text}) in (${suspects.join(', ')}) and ${text} ~ '^\\s*[-+=@\\t\\r\\n\uff0b\uff0d\uff1d\uff20]'
    then '''' || ${text} else ${text} end`;
}
