import { z } from 'zod';
import { parseBusinessTime, parseInstant, parseServiceDay } from '../../clock.ts';
import type { FieldKind } from './fields.ts';

/** What was typed is no value of its field; the words say what would be. */
export class Unreadable {
  readonly words: string;
  constructor(words: string) {
    this.words = words;
  }
}

/** A field's value of what came for it: typed already, or text; `null` where nothing was entered. */
export function typedValue(kind: FieldKind, raw: unknown): unknown {
  if (kind === 'choices' || kind === 'list') return listValue(raw);
  if (kind === 'flags') return flagsValue(raw);
  if (raw === null || raw === undefined) return raw;
  if (kind === 'line' || kind === 'long' || kind === 'password') return raw;
  if (raw === '') return null;
  if (kind === 'quantities') return quantitiesValue(raw);
  if (kind === 'choice' && typeof raw === 'number') return String(raw);
  if (typeof raw !== 'string') return raw;
  switch (kind) {
    case 'money':
    case 'percent':
    case 'count':
      return /^-?\d{1,15}$/.test(raw.trim()) ? Number(raw) : new Unreadable(numberWords[kind]);
    case 'yesNo':
      return raw === 'true' ? true : raw === 'false' ? false : raw;
    case 'day':
      return dayValue(raw);
    case 'instant':
      return instantValue(raw);
    default:
      return raw;
  }
}

const numberWords = {
  money: 'Enter an amount like 995.00.',
  percent: 'Enter a percentage like 15 or 8.25.',
  count: 'Enter a whole number.',
};

/** Without what there is none of; figures typed as text. */
function quantitiesValue(raw: unknown): unknown {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return raw;
  const given = Object.entries(raw).filter(([, each]) => each !== null && String(each).trim() !== '');
  const counted = given
    .map(([name, each]) => [name, numberIn(each)] as const)
    .filter(([, each]) => each !== 0);
  if (counted.some(([, each]) => each === null)) return new Unreadable(numberWords.count);
  return counted.length > 0 ? Object.fromEntries(counted) : null;
}

function numberIn(typed: unknown): number | null {
  if (typeof typed === 'number') return typed;
  return typeof typed === 'string' && /^\d{1,6}$/.test(typed.trim()) ? Number(typed) : null;
}

function listValue(raw: unknown): unknown {
  if (raw === '' || raw === null || raw === undefined) return null;
  if (typeof raw === 'string') return raw.split('\n').flatMap((each) => each.trim() || []);
  return Array.isArray(raw) || typeof raw !== 'object' ? raw : Object.values(raw);
}

function flagsValue(raw: unknown): unknown {
  if (raw === '' || raw === null || raw === undefined) return {};
  if (typeof raw !== 'object') return raw;
  return Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [name, typedValue('yesNo', value) ?? false]),
  );
}

function dayValue(raw: string): unknown {
  try {
    return parseServiceDay(raw.slice(0, 10));
  } catch {
    return new Unreadable('Choose a day of the calendar.');
  }
}

function instantValue(raw: string): unknown {
  const parsed = z.iso.datetime({ offset: true }).safeParse(raw);
  try {
    return parsed.success ? parseInstant(raw) : parseBusinessTime(raw.slice(0, 16));
  } catch {
    return new Unreadable('Choose a day and a time of New York; the hour skipped in spring does not exist.');
  }
}
