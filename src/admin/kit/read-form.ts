import type { z } from 'zod';
import type { Violation } from '../../errors.ts';
import { basisPoints, cents, formatRate, formatUsd } from '../../pricing/money.ts';
import { violationsFromZod } from '../../pricing/violations.ts';
import { type FieldKind, type Form, metaOf } from './fields.ts';
import { typedValue, Unreadable } from './typed-value.ts';

export type FormResult =
  | { readonly ok: true; readonly values: Record<string, unknown> }
  | { readonly ok: false; readonly violations: readonly Violation[] };

/** Reads what came from a form, typed (`{ priceCents: 99500 }`) or as text of it (`'99500'`). Hidden fields are not read. */
export function readForm(whole: Form, input: Readonly<Record<string, unknown>>): FormResult {
  const hidden = hiddenFields(whole, input);
  const mask = Object.fromEntries(hidden.map((name) => [name, true]));
  const form: Form = hidden.length > 0 ? whole.omit(mask as never) : whole;
  const unread: Violation[] = [];
  const typed = Object.fromEntries(
    Object.entries(input)
      .flatMap((entry) => (hidden.includes(entry[0]) ? [] : [entry]))
      .map(([name, raw]) => {
        const schema = form.shape[name];
        if (!schema) return [name, raw];
        const value = typedValue(metaOf(schema).kind, raw);
        if (value instanceof Unreadable)
          unread.push({ path: name, code: 'invalid_format', message: value.words });
        return [name, value instanceof Unreadable ? undefined : value];
      }),
  );
  const parsed = form.safeParse(typed, { reportInput: true });
  if (parsed.success && unread.length === 0) return { ok: true, values: parsed.data };
  const known = new Set(unread.map(({ path }) => path));
  const others = parsed.success
    ? []
    : violationsFromZod(parsed.error).filter(({ path }) => !known.has(rootOf(path)));
  const limits = parsed.success ? null : limitWords(form, parsed.error);
  return {
    ok: false,
    violations: [
      ...unread,
      ...others.map((each) => ({
        ...each,
        path: rootOf(each.path),
        message: limits?.get(each.path) ?? each.message,
      })),
    ],
  };
}

/** Limits of sums and percentages as people write them: `This must be at most 100%.` */
function limitWords(form: Form, error: z.ZodError): Map<string, string> {
  return new Map(
    error.issues.flatMap((issue): [string, string][] => {
      const [name] = issue.path;
      const schema = typeof name === 'string' ? form.shape[name] : undefined;
      const format = schema && unitFormats[metaOf(schema).kind];
      if (!format) return [];
      if (issue.code === 'too_big')
        return [[String(name), `This must be at most ${format(Number(issue.maximum))}.`]];
      if (issue.code === 'too_small')
        return [[String(name), `This must be at least ${format(Number(issue.minimum))}.`]];
      return [];
    }),
  );
}

const unitFormats: Partial<Record<FieldKind, (limit: number) => string>> = {
  money: (limit) => formatUsd(cents(limit)),
  percent: (limit) => formatRate(basisPoints(limit)),
};

/** The screen shows and hides by the same rule (`components/record-form.tsx`). */
function hiddenFields(form: Form, input: Readonly<Record<string, unknown>>): string[] {
  const hidden: string[] = [];
  for (const [name, schema] of Object.entries(form.shape)) {
    const { shownWhen: rule } = metaOf(schema);
    if (!rule) continue;
    const value = hidden.includes(rule.field) ? '' : textOf(input[rule.field]);
    if (rule.values.includes(value) === (rule.not ?? false)) hidden.push(name);
  }
  return hidden;
}

function textOf(value: unknown): string {
  return ['string', 'number', 'boolean'].includes(typeof value)
    ? `${value as string | number | boolean}`
    : '';
}

function rootOf(path: string): string {
  return path.split('.')[0] ?? path;
}
