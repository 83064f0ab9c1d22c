import fc from 'fast-check';
import { type Twist, textOf, withHeaders } from './draft.ts';
import type { BodyBytes } from './request.ts';
import { fieldTwists, limitTwists } from './twist-fields.ts';

/** What may be wrong with a body: its fields, its text, its bytes. */

const wholeTexts = [
  '',
  ' ',
  '{}',
  '[]',
  'null',
  'true',
  '0',
  '-0',
  '1e400',
  '"text"',
  '""',
  '"\\ud800"',
  '[{}]',
  '{',
  '}',
  '[',
  '"',
  '{"a"',
  '{"a":}',
  '{"a":1,}',
  "{'a':1}",
  '{a:1}',
  'undefined',
  'NaN',
  '01',
  '1.',
  '/**/{}',
  '{}{}',
  '{} x',
  '\ufeff{}',
  '\u0000',
  '{"a":"\u0001"}',
  '{"a":"\\x"}',
  '{"\\u0000":1}',
  'service=mini_move',
  '<a/>',
  '--x\r\n\r\n{}\r\n--x--',
  '\n\r\t{ }\n',
];

const insertions = [
  '"__proto__":{"service":"x"},',
  '"__proto__":null,',
  '"constructor":{"prototype":{"x":1}},',
  '"service":"mini_move",',
  '"pickupDate":"2027-05-12","pickupDate":null,',
  '"toString":1,"valueOf":2,',
  '"\\u0000":1,',
  '"":1,',
  '"a":1e400,',
];

const BODY_LIMIT_BYTES = 256 * 1024;

const textTwists: fc.Arbitrary<Twist> = fc.oneof(
  fc.constantFrom(...wholeTexts).map(
    (text): Twist =>
      (draft) => ({ ...draft, text }),
  ),
  fc.nat({ max: 99 }).map(
    (percent): Twist =>
      (draft) => {
        const text = textOf(draft);
        return { ...draft, text: text.slice(0, Math.floor((text.length * percent) / 100)) };
      },
  ),
  fc.constantFrom(...insertions).map(
    (more): Twist =>
      (draft) => ({ ...draft, text: textOf(draft).replace('{', `{${more}`) }),
  ),
  fc.constantFrom('1e400', '-0', '1.0', '01', '0.1e1', '9'.repeat(400), '1E+2', '0x1', '"1"').map(
    (number): Twist =>
      (draft) => ({ ...draft, text: textOf(draft).replace(/\d+(?=[,}])/, number) }),
  ),
  fc
    .record({
      depth: fc.constantFrom(5, 32, 33, 10_000),
      open: fc.constantFrom('[', '{"a":'),
      isClosed: fc.boolean(),
    })
    .map(
      ({ depth, open, isClosed }): Twist =>
        (draft) => {
          const close = (open === '[' ? ']' : '}').repeat(isClosed ? depth : 0);
          return { ...draft, text: `{"miniMove":${open.repeat(depth)}1${close}}` };
        },
    ),
  fc.record({ over: fc.constantFrom(-1, 0, 1, 50_000), filler: fc.constantFrom(' ', 'x') }).map(
    ({ over, filler }): Twist =>
      (draft) => {
        const text = textOf(draft);
        const room = Math.max(0, BODY_LIMIT_BYTES + over - Buffer.byteLength(text) - 2);
        return { ...draft, text: filler === ' ' ? text + ' '.repeat(room + 2) : `"${filler.repeat(room)}"` };
      },
  ),
);

const types = [
  undefined,
  '',
  'application/json',
  'application/json;',
  'APPLICATION/JSON',
  'application/json; charset=utf-8',
  'application/json; charset="UTF-8"',
  'application/json; charset=utf-7',
  'application/json; charset=x-nonsense',
  'application/json; charset=',
  'application/json; boundary=x; charset=utf8',
  'application/problem+json',
  'application/vnd.api+json',
  'text/json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'multipart/form-data; boundary=x',
  'json',
  '*/*',
  'application/json, text/plain',
  'application/json\xe9',
];

const encodings = [
  { 'content-encoding': 'identity' },
  { 'content-encoding': '' },
  { 'content-encoding': 'gzip' },
  { 'content-encoding': 'br' },
  { 'content-encoding': 'deflate' },
  { 'content-encoding': 'zip' },
  { 'content-encoding': 'gzip, gzip' },
  { 'transfer-encoding': 'chunked' },
];

const byteTwists: fc.Arbitrary<Twist> = fc.oneof(
  fc.constantFrom(...types).map(
    (type): Twist =>
      (draft) =>
        withHeaders(draft, { 'content-type': type }),
  ),
  fc.constantFrom(...encodings).map(
    (headers): Twist =>
      (draft) =>
        withHeaders(draft, headers),
  ),
  fc.constantFrom<BodyBytes>('gzip', 'cut_gzip', 'deflate', 'br').map(
    (bytes): Twist =>
      (draft) => ({
        ...withHeaders(draft, { 'content-encoding': bytes.replace('cut_', '') }),
        bytes,
      }),
  ),
  fc.constantFrom(' '.repeat(5_000_000), '[').map(
    (filler): Twist =>
      (draft) => ({
        ...withHeaders(draft, { 'content-encoding': 'gzip' }),
        text: textOf(draft) + filler,
        bytes: 'gzip',
      }),
  ),
  fc.constantFrom('utf-16', 'utf-16le', 'utf-8').map(
    (charset): Twist =>
      (draft) => ({
        ...withHeaders(draft, { 'content-type': `application/json; charset=${charset}` }),
        bytes: 'utf16le',
      }),
  ),
  fc.constantFrom('iso-8859-1', 'latin1', 'utf-8', 'us-ascii').map(
    (charset): Twist =>
      (draft) => ({
        ...withHeaders(draft, { 'content-type': `application/json; charset=${charset}` }),
        text: textOf(draft).replace(/"([^"]*)"\}/, '"$1\xe9"}'),
        bytes: 'latin1',
      }),
  ),
  fc.constantFrom('\xff', '\xc0\x80', '\xed\xa0\x80', '\xf4\x90\x80\x80', '\xc3', '\xff\xfe').map(
    (junk): Twist =>
      (draft) => ({
        ...draft,
        text: textOf(draft).replace(/"([^"]*)"\}|$/, `"$1${junk}"}`),
        bytes: 'latin1',
      }),
  ),
);

export const bodyTwists: fc.Arbitrary<Twist> = fc.oneof(
  { arbitrary: fieldTwists, weight: 6 },
  { arbitrary: textTwists, weight: 2 },
  { arbitrary: byteTwists, weight: 2 },
);

/** Twists of a body of a schema. */
export function bodyTwistsOf(schema: any, document: any): fc.Arbitrary<Twist> {
  return fc.oneof(
    { arbitrary: bodyTwists, weight: 3 },
    { arbitrary: limitTwists(schema, document), weight: 1 },
  );
}
