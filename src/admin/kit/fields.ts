import { z } from 'zod';

/** Fields of forms: each is a zod schema that says by its meta how a person fills it in. */

export type FieldKind =
  | 'line'
  | 'long'
  | 'money'
  | 'percent'
  | 'count'
  | 'yesNo'
  | 'choice'
  | 'choices'
  | 'flags'
  | 'list'
  | 'day'
  | 'instant'
  | 'reference'
  | 'quantities'
  | 'password';

/** A field is shown while another one above it has one of these values (`not`: any but these); a hidden one has none. */
interface ShownWhen {
  readonly field: string;
  readonly values: readonly string[];
  readonly not?: boolean;
}

/** A field as the form on the screen gets it. */
export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly kind: FieldKind;
  readonly help?: string;
  readonly required: boolean;
  readonly maximumLength?: number;
  /** Values and their words, in order. */
  readonly options?: readonly (readonly [string, string])[];
  /** The noun to choose a record of. */
  readonly reference?: string;
  /** The heading that it stands under, with its neighbours of the same. */
  readonly section?: string;
  readonly shownWhen?: ShownWhen;
}

interface FieldMeta {
  readonly label: string;
  readonly kind: FieldKind;
  readonly help?: string;
  readonly words?: Readonly<Record<string, string>>;
  readonly maximumLength?: number;
  readonly reference?: string;
  readonly section?: string;
  readonly shownWhen?: ShownWhen;
}

/** A form: what may be filled in, in this order. */
export type Form = z.ZodObject;

/** Words of a rule of a field, in place of the general ones. */
function refusal(words: string) {
  return { error: words, params: { code: 'not_allowed' } };
}

/** A form that a text must have, and the words for one that has not. */
export function inForm(pattern: RegExp, words: string) {
  return [(typed: string) => pattern.test(typed), refusal(words)] as const;
}

const help = (words: string | undefined) => (words === undefined ? {} : { help: words });

export function line(label: string, maximumLength = 100, hint?: string) {
  return z
    .string()
    .trim()
    .min(1)
    .max(maximumLength)
    .meta({ label, kind: 'line', maximumLength, ...help(hint) });
}

/** A line that may stay empty. */
export function optionalLine(label: string, maximumLength = 100, hint?: string) {
  return z
    .string()
    .trim()
    .max(maximumLength)
    .default('')
    .meta({ label, kind: 'line', maximumLength, ...help(hint) });
}

const typedEmail = z.string().trim().toLowerCase().max(254);
const isEmail = (typed: string) => z.email().safeParse(typed).success;
const noEmail = () => refusal('Enter an e-mail address like manager@example.com.');

export function email(label: string, hint?: string) {
  return typedEmail
    .refine(isEmail, noEmail())
    .meta({ label, kind: 'line', maximumLength: 254, ...help(hint) });
}

/** One that may stay empty. */
export function optionalEmail(label: string, hint?: string) {
  return typedEmail
    .refine((typed) => typed === '' || isEmail(typed), noEmail())
    .default('')
    .meta({ label, kind: 'line', maximumLength: 254, ...help(hint) });
}

export function long(label: string, maximumLength = 2_000, hint?: string) {
  return z
    .string()
    .trim()
    .max(maximumLength)
    .default('')
    .meta({ label, kind: 'long', maximumLength, ...help(hint) });
}

/** A name for programs: what is priced and what clients of the API send. */
export function code(label = 'Code') {
  return z
    .string()
    .trim()
    .refine(
      ...inForm(/^[a-z][a-z0-9_]{0,49}$/, 'Use small letters, digits and _ only, beginning with a letter.'),
    )
    .meta({
      label,
      kind: 'line',
      maximumLength: 50,
      help: 'Clients of the API name it by this. Small letters, digits and _.',
    });
}

export function money(label: string, hint?: string, minimumCents = 0) {
  return z
    .int()
    .min(minimumCents)
    .max(100_000_000)
    .meta({ label, kind: 'money', ...help(hint) });
}

export function percent(label: string, maximum = 100_000, hint?: string) {
  return z
    .int()
    .min(0)
    .max(maximum)
    .meta({ label, kind: 'percent', ...help(hint) });
}

export function count(label: string, minimum = 1, hint?: string) {
  return z
    .int()
    .min(minimum)
    .max(100_000)
    .meta({ label, kind: 'count', ...help(hint) });
}

export function yesNo(label: string, hint?: string) {
  return z.boolean().meta({ label, kind: 'yesNo', ...help(hint) });
}

export function choice<Value extends string>(
  label: string,
  words: Readonly<Record<Value, string>>,
  hint?: string,
) {
  return z
    .enum(Object.keys(words) as [Value, ...Value[]])
    .meta({ label, kind: 'choice', words, ...help(hint) });
}

export function choices<Value extends string>(
  label: string,
  words: Readonly<Record<Value, string>>,
  hint?: string,
) {
  return z
    .array(z.enum(Object.keys(words) as [Value, ...Value[]]))
    .refine((chosen) => chosen.length > 0, refusal('Choose at least one.'))
    .meta({ label, kind: 'choices', words, ...help(hint) });
}

/** Several of a few wishes, kept as yes and no by name: `{ callAhead: true }`. */
export function flags<Value extends string>(
  label: string,
  words: Readonly<Record<Value, string>>,
  hint?: string,
) {
  return z
    .partialRecord(z.enum(Object.keys(words) as [Value, ...Value[]]), z.boolean())
    .meta({ label, kind: 'flags', words, ...help(hint) });
}

/** Short texts, one a line on the screen. */
export function list(label: string, hint?: string) {
  return z
    .array(z.string().trim().min(1).max(50))
    .max(50)
    .meta({ label, kind: 'list', ...help(hint) });
}

export function day(label: string, hint?: string) {
  return z.iso.date().meta({ label, kind: 'day', ...help(hint) });
}

/** A moment, typed in business time. */
export function instant(label: string, hint?: string) {
  return z.date().meta({ label, kind: 'instant', ...help(hint) });
}

export function reference(label: string, noun: string, hint?: string) {
  return z.uuid().meta({ label, kind: 'reference', reference: noun, ...help(hint) });
}

export function password(label: string, hint?: string) {
  return z
    .string()
    .max(200)
    .refine((typed) => typed.length >= 12, refusal('Use at least 12 characters.'))
    .meta({ label, kind: 'password', maximumLength: 200, ...help(hint) });
}

/** How many of each of a few things, none of most: `{ peloton: 1 }`; nothing at all is `null`. */
export function quantities<Value extends string>(
  label: string,
  words: Readonly<Record<Value, string>>,
  maximum: number,
  hint?: string,
) {
  return z
    .partialRecord(z.enum(Object.keys(words) as [Value, ...Value[]]), z.int().min(1).max(maximum))
    .meta({ label, kind: 'quantities', words, ...help(hint) });
}

/** Asks for a field only while another one above it has one of these values; else it is neither shown nor read. */
export function shownWhen<Schema extends z.ZodType>(
  field: string,
  values: readonly string[],
  schema: Schema,
) {
  return schema.meta({ ...metaOf(schema), shownWhen: { field, values } });
}

/** The opposite: not while the other one has one of these values. */
export function hiddenWhen<Schema extends z.ZodType>(
  field: string,
  values: readonly string[],
  schema: Schema,
) {
  return schema.meta({ ...metaOf(schema), shownWhen: { field, values, not: true } });
}

/** Puts fields under a heading. */
export function section<Shape extends Readonly<Record<string, z.ZodType>>>(
  heading: string,
  shape: Shape,
): Shape {
  return Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => [
      name,
      schema.meta({ ...metaOf(schema), section: heading }),
    ]),
  ) as unknown as Shape;
}

/** Makes a field optional: empty is `null`. */
export function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullable().default(null as never);
}

/** The fields of a form for the screen. */
export function fieldsOf(form: Form): FormField[] {
  return Object.entries(form.shape).map(([name, schema]) => {
    const { words, ...meta } = metaOf(schema);
    const empty = schema.safeParse(null);
    const missing = schema.safeParse(undefined);
    return {
      name,
      ...meta,
      required: !empty.success && !missing.success,
      ...(words && { options: Object.entries(words) }),
    };
  });
}

/** What a schema says of its field. */
export function metaOf(schema: z.core.$ZodType): FieldMeta {
  const meta = z.globalRegistry.get(schema);
  if (meta?.kind !== undefined) return meta as unknown as FieldMeta;
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return metaOf(schema._zod.def.innerType);
  }
  throw new Error('a field of a form has no label and kind');
}
