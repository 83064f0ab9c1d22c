import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import { tryOut } from './fuzz-requests.ts';
import { play } from './play.ts';
import type { FuzzRequest } from './request.ts';
import { type Scene, setScene } from './scene.ts';
import type { Step } from './steps.ts';

/** Requests and sequences that once went wrong, or that nothing else would try, as small as they get. */

let app: TestApplication;
let scene: Scene;

beforeAll(async () => {
  app = await startTestApplication();
  scene = await setScene(app);
});
afterAll(() => app.stop());

const json = { 'content-type': 'application/json' };
const keyed = { ...json, 'idempotency-key': '{fresh}' };
const inquiry = { authorization: 'Bearer {inquiry.token}' };
const signed = { ...json, 'stripe-signature': '{signature}' };
const quote =
  '"service":"mini_move","pickupDate":"2027-05-12","pickupZip":"10001","deliveryZip":"10013",' +
  '"pickupWindow":"morning","miniMove":{"package":"petite"}';
const event = '"id":"evt_kept","object":"event","type":"charge.updated"';

const post = (path: string, body: string, more: Partial<FuzzRequest> = {}): FuzzRequest => ({
  method: 'POST',
  path,
  headers: keyed,
  body,
  ...more,
});
const quoteOf = (body: string, more: Partial<FuzzRequest> = {}) => post('/api/v1/quotes', body, more);
const bookingOf = (fields: string) => post('/api/v1/bookings', `{${quote},${fields}}`);
const get = (path: string, headers = {}): FuzzRequest => ({ method: 'GET', path, headers });
const webhook = (body: string, headers: Record<string, string> = signed): FuzzRequest =>
  post('/webhooks/stripe', body, { headers });

const cases: readonly [words: string, request: FuzzRequest, status: number][] = [
  // Once wrong
  [
    'a body where none is taken',
    { ...get('/api/v1/bookings/{inquiry.id}', inquiry), body: ' '.repeat(262_145) },
    200,
  ],
  [
    'no JSON where no body is taken',
    post('/api/v1/bookings/{inquiry.id}/validate', '{', { headers: { ...json, ...inquiry } }),
    200,
  ],
  [
    'any version that is known, of what has none',
    get('/api/v1/service-area/11937', { 'if-none-match': '*' }),
    200,
  ],
  ['any version that is known, of the catalogue', get('/api/v1/catalog', { 'if-none-match': '*' }), 304],
  ['a code whose capitals are twice as long', bookingOf(`"discountCode":"${'ß'.repeat(50)}"`), 422],
  [
    'a street whose first letters grow',
    bookingOf(`"pickupAddress":${address('ß'.repeat(200), 'New York')}`),
    201,
  ],
  [
    'a street of letters that grow',
    bookingOf(`"pickupAddress":${address('ŉ '.repeat(99), 'New York')}`),
    201,
  ],
  [
    'a city whose small letters grow',
    bookingOf(`"pickupAddress":${address('1 Main', 'İ'.repeat(100))}`),
    201,
  ],
  ['a signed body that is no event', webhook('{}'), 400],
  ['a signed null', webhook('null'), 400],
  ['a signed event of the other kind', webhook('{"object":"v2.core.event"}'), 400],
  ['a signed event with a NUL', webhook(`{${event},"data":"\\u0000"}`), 400],
  ['a signed event with half a character', webhook(`{${event},"data":"\\ud800"}`), 400],
  [
    'a signed event nested without end',
    webhook(`{${event},"data":${'['.repeat(10_000)}${']'.repeat(10_000)}}`),
    400,
  ],
  // Of the body
  ['a prototype among the fields', quoteOf(`{${quote},"__proto__":{"coi":true}}`), 422],
  ['a constructor among the fields', quoteOf(`{${quote},"constructor":{"prototype":{}}}`), 422],
  ['a key twice: the last one counts', quoteOf(`{"service":"teleport",${quote}}`), 200],
  ['a number beyond all numbers', quoteOf(`{${quote},"pickupHour":1e400}`), 422],
  ['less than nothing', quoteOf(`{${quote.replace('"petite"', '"petite","itemCount":-0')}}`), 422],
  ['the smallest body that is too large', quoteOf(' '.repeat(262_145)), 413],
  ['the largest body that is not', quoteOf(`{${quote}}`.padEnd(262_144)), 200],
  ['a small body that swells', quoteOf(`{${quote}}`.padEnd(5_000_000), gzip('gzip', 'gzip')), 413],
  ['a packed body', quoteOf(`{${quote}}`, gzip('gzip', 'gzip')), 200],
  ['a packed body cut off', quoteOf(`{${quote}}`, gzip('gzip', 'cut_gzip')), 400],
  ['a body that only says it is packed', quoteOf(`{${quote}}`, gzip('gzip')), 400],
  ['a body packed in an unknown way', quoteOf(`{${quote}}`, gzip('zip')), 415],
  ['UTF-16', quoteOf(`{${quote}}`, { ...charset('utf-16le'), bytes: 'utf16le' }), 200],
  ['UTF-16 that says it is UTF-8', quoteOf(`{${quote}}`, { ...charset('utf-8'), bytes: 'utf16le' }), 400],
  ['Latin-1', quoteOf(`{${quote}}`, { ...charset('iso-8859-1'), bytes: 'latin1' }), 415],
  ['bytes that are no text', quoteOf(`{${quote},"discountCode":"\xff"}`, { bytes: 'latin1' }), 200],
  // Of the address
  ['a NUL for an id', get('/api/v1/bookings/%00', inquiry), 404],
  ['a byte that is no text for an id', get('/api/v1/bookings/%ff', inquiry), 400],
  ['an id with a line break', get('/api/v1/bookings/{inquiry.id}%0a', inquiry), 404],
  ['a way up', get('/api/v1/bookings/../catalog', inquiry), 404],
  ['two slashes', get('//evil.example/api/docs/assets'), 404],
  ['an address without end', get(`/api/v1/catalog/${'x'.repeat(20_000)}`), 431],
  ['a prefix in capitals', get('/API/v1/bookings/{inquiry.id}', inquiry), 200],
  ['a method of another protocol', { method: 'PROPFIND', path: '/api/v1/quotes', headers: {} }, 405],
  ['a list for a day', get('/api/v1/availability?from=2027-05-12&from=2027-05-13&to=2027-05-14'), 422],
  ['an object for a day', get('/api/v1/availability?from[x]=2027-05-12&to=2027-05-14'), 422],
  [
    'a package named as every object’s part',
    get('/api/v1/availability?from=2027-05-12&to=2027-05-12&package=__proto__'),
    422,
  ],
  // Of the headers
  [
    'a key of Latin letters',
    post('/api/v1/bookings', `{${quote}}`, { headers: { ...json, 'idempotency-key': '\xe9' } }),
    422,
  ],
  [
    'an empty key',
    post('/api/v1/bookings', `{${quote}}`, { headers: { ...json, 'idempotency-key': '' } }),
    400,
  ],
  [
    'two tokens',
    get('/api/v1/bookings/{inquiry.id}', { authorization: 'Bearer {inquiry.token} {paid.token}' }),
    404,
  ],
  ['a signature without its hour', webhook(`{${event}}`, { ...json, 'stripe-signature': 't=,v1=00' }), 400],
];

function address(line1: string, city: string): string {
  return JSON.stringify({ line1, city, state: 'NY', zip: '10001' });
}

function gzip(encoding: string, bytes?: FuzzRequest['bytes']): Partial<FuzzRequest> {
  return { headers: { ...keyed, 'content-encoding': encoding }, ...(bytes && { bytes }) };
}

function charset(name: string): Partial<FuzzRequest> {
  return { headers: { ...keyed, 'content-type': `application/json; charset=${name}` } };
}

describe('a request with', () => {
  it.each(cases)('%s is answered as documented', async (_, request, status) => {
    expect(await tryOut(app, scene, request)).toBe(status);
  });

  it.each(['0001-01-01', '0099-12-31', '2028-02-29', '9999-12-31'])(
    'the day %s gets that day',
    async (day) => {
      const { status, body } = await app.api.get(`/api/v1/availability?from=${day}&to=${day}`);
      expect({ status, days: body.days.map(({ date }: any) => date) }).toEqual({ status: 200, days: [day] });
    },
  );
});

const create: Step = { do: 'create', day: '2027-04-26', changes: {} };
const checkout: Step = { do: 'checkout', booking: 0, off: 0, key: 'new' };
const patch: Step = { do: 'patch', booking: 0, patch: { pickupDate: '2027-04-27' } };
const declined: Step = { do: 'pay', booking: 0, card: 'pm_card_chargeDeclined', intent: 'last' };
const paid: Step = { do: 'pay', booking: 0, card: 'pm_card_visa', intent: 'last' };
const wait: Step = { do: 'wait', duration: 'PT31M' };

const sequences: readonly [words: string, steps: readonly Step[]][] = [
  [
    'a card declined while a change cancels its intent still counts',
    [create, checkout, { do: 'both', steps: [patch, declined] }, checkout],
  ],
  [
    'a checkout while the booking changes leaves no payment without its hold',
    [create, { do: 'both', steps: [checkout, patch] }, checkout, paid],
  ],
  [
    'the third decline ends the hold, and no change brings it back',
    [
      create,
      checkout,
      declined,
      patch,
      checkout,
      declined,
      declined,
      { ...patch, patch: { coi: true } },
      checkout,
    ],
  ],
  [
    'a card charged while its hold lapses confirms',
    [create, checkout, { do: 'both', steps: [paid, wait] }, checkout, patch],
  ],
  [
    'a card charged while the booking changes does one or the other',
    [create, checkout, { do: 'both', steps: [paid, patch] }, checkout, paid, patch],
  ],
  [
    'the first intent, after a change, takes no money',
    [create, checkout, patch, checkout, { ...paid, intent: 'first' }, paid],
  ],
  [
    'two checkouts at once are one payment',
    [create, { do: 'both', steps: [checkout, checkout] }, paid, checkout],
  ],
  [
    'one key with two sums is one checkout',
    [
      create,
      { ...checkout, key: 'a' },
      { ...checkout, key: 'a', off: 1 },
      wait,
      { ...checkout, key: 'a' },
      { ...checkout, key: 'b' },
      paid,
    ],
  ],
];

const cancel: Step = { do: 'cancel', booking: 0 };
const cancelled: readonly [words: string, steps: readonly Step[]][] = [
  ['a booking cancelled before anything else is over', [create, cancel, patch, checkout, cancel, paid]],
  ['a held booking cancelled takes no money', [create, checkout, cancel, paid, checkout, patch]],
  ['a paid booking cancelled gives it all back', [create, checkout, paid, cancel, cancel, checkout]],
  [
    'cancelled a day before, half of it goes back, and on the day nothing',
    [
      { ...create, day: '2027-04-07' },
      { ...create, day: '2027-04-06' },
      checkout,
      paid,
      { ...checkout, booking: 1 },
      { ...paid, booking: 1 },
      { do: 'wait', duration: 'PT9H' },
      cancel,
      { ...cancel, booking: 1 },
    ],
  ],
  ['two cancellations at once are one', [create, checkout, paid, { do: 'both', steps: [cancel, cancel] }]],
  ['a card charged while it is cancelled', [create, checkout, { do: 'both', steps: [cancel, paid] }, cancel]],
  ['a checkout while it is cancelled', [create, { do: 'both', steps: [cancel, checkout] }, paid, checkout]],
  [
    'a hold that lapses while it is cancelled',
    [create, checkout, { do: 'both', steps: [cancel, wait] }, checkout],
  ],
  ['a change while it is cancelled', [create, checkout, { do: 'both', steps: [cancel, patch] }, paid]],
];

describe('in a sequence', () => {
  it.each([...sequences, ...cancelled])('%s', { timeout: 60_000 }, async (_, steps) => {
    await expect(play(app, steps)).resolves.toBeUndefined();
  });
});
