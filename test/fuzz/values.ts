import fc from 'fast-check';

/** Values that are wrong nearly everywhere, the mildest first: shrinking goes towards the front. */

const numbers = [
  0,
  1,
  -1,
  -0,
  1.5,
  3,
  10,
  11,
  999,
  1_000,
  10_001,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31) - 1,
  100_000_000,
  100_000_001,
  2 ** 53 - 1,
  2 ** 53,
  1e21,
  1e308,
  5e-324,
];

const numberTexts = [
  '0',
  '1',
  '-1',
  '2',
  '1.5',
  '1e3',
  '0x10',
  'NaN',
  'Infinity',
  '٣',
  '１２',
  '9'.repeat(400),
];

const days = [
  '2027-05-12',
  '2027-05-15',
  '2027-04-06',
  '2027-04-05',
  '2027-04-01',
  '2027-07-04',
  '2027-10-30',
  '2028-02-29',
  '2027-02-29',
  '2027-13-01',
  '1999-01-01',
  '0001-01-01',
  '0000-01-01',
  '9999-12-31',
  '-000001-01-01',
  '+010000-01-01',
  '2027-05-12T00:00:00Z',
  '12.05.2027',
  '2027-5-12',
];

const texts = [
  '',
  ' ',
  'a',
  'null',
  'undefined',
  '[object Object]',
  "'; drop table bookings; --",
  '{{7*7}}',
  '%00',
  '%s%n',
  '<script>alert(1)</script>',
  '../../../../etc/passwd',
  '=cmd()',
  'line\nbreak\ttab',
  '\u00a0',
  '\ufeff',
  'שלום עולם',
  '\u202eabc',
  'e\u0301\u0327',
  'ﬁ',
  'İstanbul',
  'ǅ',
  '👩‍👩‍👧‍👦',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'a\udc00b',
  '\u0007',
  '\u007f',
  '\u2028',
  'a@b.co',
  ' JO@EXAMPLE.COM ',
  'jo@exämple.com',
  '10001',
  ' 10001-1234 ',
  '99999',
  'SPRING10',
  'free100',
  'petite',
  'peloton',
  'JFK',
  '13:30',
  '24:00',
  '(212) 555-0100',
  '+442071838750',
  'NY',
];

/** Lengths around the limits of `rules.md` §8. */
const lengths = [20, 21, 30, 31, 50, 51, 100, 101, 200, 201, 254, 255, 500, 501, 2_000, 2_001, 20_001];

const letters = [
  'x',
  'é',
  'ß',
  'ﬃ',
  'ŉ',
  'İ',
  '🚚',
  '\u0301',
  '\u202e',
  '\u3000',
  '\u0000',
  '\ud800',
  '1',
  ' a',
];

export const nastyText = fc.oneof(
  fc.constantFrom(...texts),
  fc.constantFrom(...days),
  fc.constantFrom(...numberTexts),
  fc
    .record({ length: fc.constantFrom(...lengths), letter: fc.constantFrom(...letters) })
    .map(({ length, letter }) => letter.repeat(length)),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
);

export const nastyNumber = fc.oneof(fc.constantFrom(...numbers), fc.integer(), fc.double({ noNaN: true }));

export const nasty: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: nastyText, weight: 5 },
  { arbitrary: nastyNumber, weight: 4 },
  { arbitrary: fc.constantFrom(null, true, false, [], {}, [[]], [null], [{}], { '': '' }), weight: 2 },
  { arbitrary: fc.jsonValue({ maxDepth: 2 }), weight: 1 },
);

/** Names that no request has, and some that every object of JavaScript has. */
export const nastyName = fc.constantFrom(
  'colour',
  'sameDay',
  'status',
  'totalCents',
  'id',
  'accessToken',
  '',
  ' ',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  'length',
  'a.b',
  'a[b]',
  '$where',
  'Service',
  'service ',
  '\u0000',
  '\ud800',
  'x'.repeat(2_001),
  'ключ',
);

/** Values of a schema of the document; now and then something else stands in their place. */
export function valuesOf(schema: any, document: any, nonsense = 1): fc.Arbitrary<unknown> {
  const known = schema.$ref ? document.components.schemas[schema.$ref.split('/').pop()] : schema;
  const sound = soundValues(known, document, nonsense);
  return nonsense === 0
    ? sound
    : fc.oneof({ arbitrary: sound, weight: 14 }, { arbitrary: nasty, weight: nonsense });
}

function soundValues(schema: any, document: any, nonsense: number): fc.Arbitrary<unknown> {
  const inner = (each: any) => valuesOf(each, document, nonsense);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(inner));
  if (type === 'object') {
    const properties = Object.entries<any>(schema.properties ?? {});
    return fc.record(Object.fromEntries(properties.map(([name, each]) => [name, inner(each)])), {
      requiredKeys: schema.required ?? [],
    });
  }
  if (type === 'array') return fc.array(inner(schema.items ?? {}), { maxLength: 3 });
  if (type === 'integer' || type === 'number') return numbersOf(schema);
  if (type === 'boolean') return fc.boolean();
  if (schema.format === 'date') return fc.constantFrom(...days.slice(0, 8));
  if (schema.format === 'uuid') return fc.uuid();
  if (schema.example !== undefined) return fc.constant(schema.example);
  return fc.string({ minLength: schema.minLength ?? 0, maxLength: Math.min(schema.maxLength ?? 30, 60) });
}

/** Mostly within the limits, and on both sides of them. */
function numbersOf({ minimum, maximum }: any): fc.Arbitrary<number> {
  const least = Math.max(minimum ?? -10, -1_000_000);
  const most = Math.min(maximum ?? 100, 1_000_000_000);
  return fc.oneof(
    { arbitrary: fc.integer({ min: least, max: Math.min(most, least + 30) }), weight: 5 },
    { arbitrary: fc.constantFrom(least, least - 1, most, most + 1), weight: 1 },
  );
}
