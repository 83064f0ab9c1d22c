import {
  addDays,
  formatInstant,
  formatServiceDay,
  instantOf,
  parseInstant,
  parseServiceDay,
  relativeTo,
  type ServiceDay,
} from '../../clock.ts';
import type { Context } from '../../context.ts';
import { basisPoints, cents, formatRate, formatUsd } from '../../pricing/money.ts';
import {
  type FieldSql,
  flagsSql,
  instantSql,
  moneySql,
  percentSql,
  wordListSql,
  wordsSql,
  yesNoSql,
} from './csv-sql.ts';

/** What a person reads in a place: words, perhaps a link, a quiet colour, a second thought. */
export interface Cell {
  readonly text: string;
  readonly href?: string;
  /** What `href` leads to is kept, not looked at. */
  readonly isFile?: true;
  readonly tone?: Tone;
  readonly hint?: string;
}
export type Tone = 'good' | 'warn' | 'bad' | 'quiet' | 'plain';

/** A row as a role sees it: fields that it may not read are not there. */
export type Row = Readonly<Record<string, unknown>>;

/** How a column is filtered: by a part of its text, by one of its values, by yes or no, from–to, or by a record. */
export type FilterKind = 'text' | 'choice' | 'yesNo' | 'days' | 'number' | 'reference';

export interface Column {
  readonly label: string;
  readonly align?: 'right';
  readonly filter?: FilterKind;
  /** What its numbers are, for who types one into a filter. */
  readonly unit?: 'money' | 'percent';
  /** Values and their words. */
  readonly words?: Readonly<Record<string, string>>;
  /** The noun whose record this names by its id. */
  readonly reference?: string;
  /** Fields a column is made of when it is not one itself: seen by who may read them all. */
  readonly needs?: readonly string[];
  /** What stands in another table: its cells by the field that names them, for all rows at once. */
  readonly lookUp?: {
    readonly by: string;
    readonly cells: (ctx: Context, keys: readonly string[], now: Date) => Promise<Map<string, Cell>>;
  };
  /** The field that stands for a made column when a list is sorted by it. */
  readonly sortBy?: string;
  readonly sortable: boolean;
  /** Of timestamps, whose filter by day begins and ends with the business day. */
  readonly isInstant?: boolean;
  /** `null` is empty. */
  cell(value: unknown, row: Row, now: Date): Cell | null;
  /** Its cell in a CSV, as SQL that gives text (`csv-sql.ts`). */
  csv(of: FieldSql, name: string): string;
  /** Whether that cell can never begin like a formula: figures, days, our own words. */
  readonly isHarmless?: boolean;
}

const asText = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
};
const plainSql = (of: FieldSql, name: string) => `${of(name)}::text`;
const plain = (text: string): Cell | null => (text === '' ? null : { text });

/** Short text. */
export function text(label: string): Column {
  return { label, filter: 'text', sortable: true, cell: (value) => plain(asText(value)), csv: plainSql };
}

/** Text of several lines, too long for a list. */
export function longText(label: string): Column {
  return { ...text(label), sortable: false };
}

/** Whole cents, shown as dollars. */
export function money(label: string): Column {
  const amount = (value: unknown) => (typeof value === 'number' ? cents(value) : null);
  return {
    label,
    align: 'right',
    filter: 'number',
    unit: 'money',
    sortable: true,
    cell(value) {
      const sum = amount(value);
      return sum === null ? null : { text: formatUsd(sum) };
    },
    csv: (of, name) => moneySql(of(name)),
    isHarmless: true,
  };
}

/** Basis points, shown as a percentage. */
export function percent(label: string): Column {
  const words = (value: unknown) => (typeof value === 'number' ? formatRate(basisPoints(value)) : '');
  return {
    label,
    align: 'right',
    filter: 'number',
    unit: 'percent',
    sortable: true,
    cell: (value) => plain(words(value)),
    csv: (of, name) => percentSql(of(name)),
    isHarmless: true,
  };
}

/** A count; `none` are the words for no limit. */
export function count(label: string, none = ''): Column {
  const words = (value: unknown) => (value === null || value === undefined ? none : asText(value));
  return {
    label,
    align: 'right',
    filter: 'number',
    sortable: true,
    cell: (value) => plain(words(value)),
    csv: plainSql,
    isHarmless: true,
  };
}

/** A day in the business zone. */
export function serviceDay(label: string): Column {
  return {
    label,
    filter: 'days',
    sortable: true,
    cell: (value) => (value ? { text: formatServiceDay(value as ServiceDay) } : null),
    csv: plainSql,
    isHarmless: true,
  };
}

/** An instant, in business time with a relative hint. */
export function instant(label: string): Column {
  const at = (value: unknown): Date | null => (value instanceof Date ? value : null);
  return {
    label,
    filter: 'days',
    sortable: true,
    isInstant: true,
    cell(value, _row, now) {
      const when = at(value);
      return when && { text: formatInstant(when), hint: relativeTo(now, when) };
    },
    csv: (of, name) => instantSql(of(name)),
    isHarmless: true,
  };
}

/** One of a few values, in words; with `tones`, a badge. Filtered rather than sorted: among equals an order says little. */
export function choice(
  label: string,
  words: Readonly<Record<string, string>>,
  tones?: Readonly<Record<string, Tone>>,
): Column {
  const say = (value: unknown) => words[asText(value)] ?? asText(value);
  return {
    label,
    filter: 'choice',
    words,
    sortable: false,
    cell: (value) =>
      plain(say(value)) && { text: say(value), ...(tones && { tone: tones[asText(value)] ?? 'plain' }) },
    csv: (of, name) => wordsSql(of(name), words),
  };
}

/** Several of a few values; `none` are the words for no restriction. */
export function choices(label: string, words: Readonly<Record<string, string>>, none = ''): Column {
  const say = (value: unknown) =>
    Array.isArray(value) ? value.map((each) => words[asText(each)] ?? asText(each)).join(', ') : none;
  const csv = (of: FieldSql, name: string) => wordListSql(of(name), words, none);
  return { label, words, sortable: false, cell: (value) => plain(say(value)), csv };
}

/** Several short texts. */
export function list(label: string): Column {
  return choices(label, {});
}

/** Wishes kept as yes and no by name: those that are a yes. */
export function flags(label: string, words: Readonly<Record<string, string>>): Column {
  const say = (value: unknown) => {
    const given = new Map<string, unknown>(Object.entries(value ?? {}));
    return Object.entries(words).flatMap(([name, wish]) => (given.get(name) === true ? [wish] : []));
  };
  return {
    label,
    sortable: false,
    cell: (value) => ({ text: say(value).join(', ') || 'None' }),
    csv: (of, name) => flagsSql(of(name), words),
    isHarmless: true,
  };
}

export function yesNo(label: string, yes = 'Yes', no = 'No'): Column {
  const say = (value: unknown) => (value ? yes : no);
  return {
    label,
    filter: 'yesNo',
    words: { true: yes, false: no },
    sortable: true,
    cell: (value) => ({ text: say(value), tone: value ? 'plain' : 'quiet' }),
    csv: (of, name) => yesNoSql(of(name), yes, no),
    isHarmless: true,
  };
}

/** Another record by its id: shown by its title, as far as the role may see it. */
export function reference(label: string, noun: string): Column {
  return { label, filter: 'reference', reference: noun, sortable: false, cell: () => null, csv: plainSql };
}

/** Data as it is kept, read-only. */
export function json(label: string): Column {
  const say = (value: unknown) =>
    value === null || value === undefined ? '' : JSON.stringify(value, null, 2);
  return {
    label,
    sortable: false,
    cell: (value) => plain(say(value)),
    csv: plainSql,
  };
}

/** A column made of others, on the screen and in SQL. */
export function made(
  label: string,
  needs: readonly string[],
  cell: (row: Row, now: Date) => Cell | null,
  csv: (of: FieldSql) => string,
  options: Partial<Pick<Column, 'sortBy' | 'align' | 'isHarmless' | 'lookUp'>> = {},
): Column {
  return {
    label,
    needs,
    ...options,
    sortable: options.sortBy !== undefined,
    cell: (_value, row, now) => cell(row, now),
    csv,
  };
}

/** A filter's days as instants: from the first moment of one to the last of the other. Throws `RangeError`. */
export function businessDays(
  from: string | undefined,
  to: string | undefined,
): { from?: Date; before?: Date } {
  const start = (value: string, plus: number) =>
    value.includes('T') ? parseInstant(value) : instantOf(addDays(parseServiceDay(value), plus), 0);
  return {
    ...(from && { from: start(from, 0) }),
    ...(to && { before: start(to, 1) }),
  };
}
