import { METHODS } from 'node:http';
import fc from 'fast-check';
import { type Twist, withHeaders } from './draft.ts';

/** What may be wrong around a body: method, address, query and headers. */

const NIL = '00000000-0000-0000-0000-000000000000';

const methodTwists: fc.Arbitrary<Twist> = fc
  .constantFrom(
    'GET',
    'HEAD',
    'POST',
    'PATCH',
    'PUT',
    'DELETE',
    'OPTIONS',
    ...METHODS.filter((name) => name !== 'CONNECT'),
  )
  .map(
    (method): Twist =>
      (draft) => ({ ...draft, method }),
  );

const endings = [
  '/',
  '//',
  '/.',
  '/..',
  '/x',
  '%20',
  '%00',
  '%ff',
  '%2f',
  '%2F..',
  '%',
  '%zz',
  ';x=1',
  '.json',
  '/%2e%2e/catalog',
  '\xe9',
  '/../../../healthz',
  '\\',
  '|',
  '/'.repeat(300),
  'x'.repeat(2_001),
  '/x'.repeat(4_000),
  'x'.repeat(20_000),
];

const ids = [
  '1',
  '-1',
  'null',
  'undefined',
  NIL,
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '{{paid.id}}',
  '{paid.id}%00',
  '{paid.id}%0a',
  '%7bpaid.id%7d',
  "{paid.id}'--",
  '{paid.id}x',
  '%20{paid.id}',
  '%ff',
  '%00',
  '%E0%A4%A',
  '..',
  '%2e%2e',
  '*',
  '10001%0A',
  '１０００１',
  'x'.repeat(300),
  '%F0%9F%9A%9A',
  '{paid.id}',
];

const addressTwists: fc.Arbitrary<Twist> = fc.oneof(
  fc.constantFrom(...endings).map(
    (ending): Twist =>
      (draft) => ({ ...draft, path: draft.path + ending }),
  ),
  fc.constantFrom(...ids).map(
    (id): Twist =>
      (draft) => ({ ...draft, path: inWire(draft.path.replace(/\{\w+\.id\}|\d{5}/, id)) }),
  ),
  fc.constantFrom('/', '//', '/.', '/x/..', '/%2e', '/api', '/api/v1').map(
    (start): Twist =>
      (draft) => ({
        ...draft,
        path: start + draft.path,
      }),
  ),
  fc.constantFrom('/api/v2', '/API/v1', '/api//v1', '/api/v1/', '').map(
    (base): Twist =>
      (draft) => ({
        ...draft,
        path: draft.path.replace('/api/v1', base) || '/',
      }),
  ),
);

/** What Node will not send is percent-encoded. */
function inWire(path: string): string {
  return path.replace(/[^\x21-\xff]/gu, encodeURIComponent);
}

const queries = [
  'x=1',
  '=',
  '&&&',
  '%',
  '%ff=%ff',
  '%00=%00',
  '__proto__=1',
  '__proto__[x]=1',
  'constructor=1',
  'toString=1',
  '?',
  '?from=1',
  'from=2027-05-12&from=2027-05-13&to=2027-05-14',
  'from[x]=1&to=2027-05-12',
  'from[]=2027-05-12&to[]=2027-05-13',
  'from=2027-05-12&to=2027-08-11',
  'from=2027-05-12&to=2027-08-12',
  'from=0001-01-01&to=9999-12-31',
  'from=9999-12-31&to=9999-12-31',
  'from=0001-01-01&to=0001-01-05',
  'from=0000-01-01&to=0000-01-01',
  'from=2027-05-12&to=2027-05-12&specialtyItems=999',
  'from=2027-05-12&to=2027-05-12&specialtyItems=1000',
  'from=2027-05-12&to=2027-05-12&package=',
  'from=2027-05-12&to=2027-05-12&package=__proto__',
  'from=+&to=%20',
  'limit=1000000000',
  'limit=-1&cursor=%00',
  `cursor=${'x'.repeat(3_000)}`,
  `q=${'x'.repeat(9_000)}`,
  'a=1&'.repeat(1_500),
];

const queryTwists: fc.Arbitrary<Twist> = fc.oneof(
  fc.constantFrom(...queries).map(
    (query): Twist =>
      (draft) => ({ ...draft, query }),
  ),
  fc.constantFrom(...queries).map(
    (query): Twist =>
      (draft) => ({ ...draft, query: `${draft.query}&${query}` }),
  ),
);

const headers: Readonly<Record<string, readonly (string | undefined)[]>> = {
  authorization: [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'bearer {inquiry.token}',
    'Bearer   {held.token}',
    'Bearer {paid.token}',
    'Bearer {paid.token} x',
    'Bearer {paid.token}, Bearer {held.token}',
    'Basic {paid.token}',
    '{paid.token}',
    'Bearer \xe9',
    'Bearer null',
    `Bearer ${'x'.repeat(43)}`,
    `Bearer ${'x'.repeat(8_000)}`,
    'Bearer {paid.id}',
  ],
  'idempotency-key': [
    undefined,
    '',
    ' ',
    'again',
    'a',
    'x'.repeat(255),
    'x'.repeat(256),
    'a\tb',
    '\xe9',
    '\x80',
    "'; --",
    'null',
    'a, b',
  ],
  'x-request-id': [
    '',
    'x',
    '{fresh}',
    '{fresh}x',
    '{{fresh}}',
    NIL,
    '6F0B8F1E-8F57-4C58-9C1F-0A2B4A6F7D11',
    '\xe9',
    'x'.repeat(4_000),
    '{fresh}, {fresh}',
  ],
  'if-none-match': ['*', '', '"', '""', 'W/"x"', '"x", "y"', '\xe9', 'x'.repeat(8_000), '"x'.repeat(1_000)],
  'if-modified-since': ['Thu, 01 Jan 2099 00:00:00 GMT', 'never'],
  accept: ['text/html', 'application/xml;q=1', '*/*;q=0', '\xe9', ''],
  'accept-encoding': ['br', 'identity;q=0', '*;q=0', 'gzip;q=x'],
  origin: ['null', 'https://evil.example', 'http://localhost:3000', '\xe9'],
  'access-control-request-method': ['DELETE', 'PATCH', '\xe9'],
  host: ['evil.example', 'localhost:99999', '', '[::1', 'a b'],
  'x-forwarded-for': ['x', '1.2.3.4', '::1, x', 'x'.repeat(500)],
  'x-forwarded-proto': ['https', 'x'],
  'x-http-method-override': ['DELETE'],
  range: ['bytes=0-0', 'bytes=99999999-', 'bytes=-1', 'lines=1-2'],
  'if-match': ['"x"'],
  'if-unmodified-since': ['Thu, 01 Jan 1970 00:00:00 GMT'],
  cookie: ['totetaxi.sid=s%3Ax.y', ';=;', 'x'.repeat(4_000)],
  expect: ['100-continue', 'miracles'],
  'content-type': [undefined, 'text/plain', 'application/json'],
  upgrade: ['websocket', 'h2c'],
  x: ['y'.repeat(20_000)],
};

const headerTwists: fc.Arbitrary<Twist> = fc.oneof(
  ...Object.entries(headers).map(
    ([name, values]): fc.Arbitrary<Twist> =>
      fc.constantFrom(...values).map(
        (value): Twist =>
          (draft) =>
            withHeaders(draft, { [name]: value }),
      ),
  ),
);

export const requestTwists: fc.Arbitrary<Twist> = fc.oneof(
  { arbitrary: headerTwists, weight: 5 },
  { arbitrary: addressTwists, weight: 3 },
  { arbitrary: queryTwists, weight: 2 },
  { arbitrary: methodTwists, weight: 1 },
);
