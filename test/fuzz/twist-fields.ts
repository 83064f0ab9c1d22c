import fc from 'fast-check';
import type { Draft, Twist } from './draft.ts';
import { nasty, nastyName } from './values.ts';

/** What may be wrong with the fields of a body. */

type Path = readonly (string | number)[];

/** The addresses of all fields, the outermost first. */
function fieldsOf(body: unknown, above: Path = []): Path[] {
  if (typeof body !== 'object' || body === null) return [];
  const own = Object.keys(body).map((name) => [...above, name]);
  return [...own, ...Object.entries(body).flatMap(([name, inner]) => fieldsOf(inner, [...above, name]))];
}

/** The body with one field changed; `undefined` takes it away. */
function changed(body: any, [name, ...below]: Path, value: unknown): unknown {
  if (name === undefined) return value;
  const inner = below.length === 0 ? value : changed(body[name] ?? {}, below, value);
  const fields = Object.entries(body).filter(([key]) => key !== String(name));
  const entries = inner === undefined ? fields : [...fields, [String(name), inner] as const];
  return Array.isArray(body) ? entries.map(([, each]) => each) : Object.fromEntries(entries);
}

function atField(draft: Draft, at: number, value: unknown): Draft {
  const fields = fieldsOf(draft.body);
  const field = fields[at % Math.max(1, fields.length)];
  return field ? { ...draft, body: changed(draft.body, field, value) } : draft;
}

const at = fc.nat({ max: 40 });

export const fieldTwists: fc.Arbitrary<Twist> = fc.oneof(
  at.map(
    (index): Twist =>
      (draft) =>
        atField(draft, index, undefined),
  ),
  at.map(
    (index): Twist =>
      (draft) =>
        atField(draft, index, null),
  ),
  fc.tuple(at, nasty).map(
    ([index, value]): Twist =>
      (draft) =>
        atField(draft, index, value),
  ),
  fc.tuple(nastyName, nasty).map(
    ([name, value]): Twist =>
      (draft) =>
        typeof draft.body === 'object' && draft.body !== null
          ? { ...draft, body: Object.fromEntries([...Object.entries(draft.body), [name, value]]) }
          : draft,
  ),
  nasty.map(
    (value): Twist =>
      (draft) => ({ ...draft, body: value }),
  ),
);

/** Puts a field at its limits, just beyond them, or into letters that grow when their case is changed. */
export function limitTwists(schema: any, document: any): fc.Arbitrary<Twist> {
  const fields = limitsOf(schema, document);
  if (fields.length === 0) return fieldTwists;
  return fc
    .record({
      field: fc.constantFrom(...fields),
      over: fc.constantFrom(0, 1, -1),
      letter: fc.constantFrom('x', 'é', 'ß', 'ŉ', 'ﬃ', 'İ', '🚚', '\u0301', '1', ' a'),
    })
    .map(
      ({ field, over, letter }): Twist =>
        (draft) => {
          const isText = typeof field.limit === 'string';
          const limit = Number(field.limit) + over;
          const value = isText ? letter.repeat(Math.ceil(limit / letter.length)).slice(0, limit) : limit;
          return typeof draft.body === 'object'
            ? { ...draft, body: changed(draft.body ?? {}, field.path, value) }
            : draft;
        },
    );
}

interface Limited {
  readonly path: Path;
  /** A number for numbers, the length as text for texts. */
  readonly limit: number | string;
}

function limitsOf(schema: any, document: any, path: Path = []): Limited[] {
  const { properties, items, maxLength, minimum, maximum, $ref } = schema;
  if ($ref) return limitsOf(document.components.schemas[$ref.split('/').pop()], document, path);
  const own = [minimum, maximum, ...(maxLength === undefined ? [] : [String(maxLength)])];
  return [
    ...own.filter((limit) => limit !== undefined).map((limit) => ({ path, limit })),
    ...Object.entries(properties ?? {}).flatMap(([name, each]) => limitsOf(each, document, [...path, name])),
    ...(items ? limitsOf(items, document, [...path, 0]) : []),
  ];
}
