import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idempotencyKey } from '../support/api.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import { bookingRequest, checkOut, type Made, makeBooking } from '../support/bookings.ts';

/** Bad input and what it is told: code and field, never a 500 (`api.md`, `rules.md` §8, and what the old system let in). */

let app: TestApplication;

beforeAll(async () => {
  app = await startTestApplication();
});
afterAll(() => app.stop());

/** The base request of each service, priced without a complaint. */
const services = {
  mini_move: {},
  standard_delivery: {
    service: 'standard_delivery',
    miniMove: undefined,
    standardDelivery: { itemCount: 3 },
  },
  specialty_item: {
    service: 'specialty_item',
    miniMove: undefined,
    specialtyItems: [{ item: 'peloton', quantity: 1 }],
  },
  airport_transfer: {
    service: 'airport_transfer',
    miniMove: undefined,
    deliveryZip: undefined,
    deliveryAddress: undefined,
    airportTransfer: {
      airport: 'JFK',
      terminal: '4',
      direction: 'to_airport',
      bags: 2,
      flightDate: '2027-05-12',
      flightTime: '14:00',
    },
  },
};

const airport = services.airport_transfer.airportTransfer;
const cases: [string, Record<string, unknown>, [path: string, code: string][]][] = [
  // Form
  [
    'nothing',
    Object.fromEntries(Object.keys(bookingRequest()).map((field) => [field, undefined])),
    [
      ['service', 'required'],
      ['pickupDate', 'required'],
      ['pickupWindow', 'required'],
    ],
  ],
  ['an unknown key', { colour: 'red' }, [['colour', 'unknown_field']]],
  [
    'an unknown key within',
    { miniMove: { package: 'petite', size: 'xl' } },
    [['miniMove.size', 'unknown_field']],
  ],
  ['the same-day fee, which is not public', { sameDay: true }, [['sameDay', 'unknown_field']]],
  ['a numeric ZIP', { pickupZip: 10001 }, [['pickupZip', 'invalid_type']]],
  ['a malformed ZIP', { pickupZip: '1000' }, [['pickupZip', 'invalid_format']]],
  ['no ZIP', { deliveryZip: undefined }, [['deliveryZip', 'required']]],
  [
    'a ZIP that is not served',
    { deliveryZip: '99999', deliveryAddress: undefined },
    [['deliveryZip', 'not_served']],
  ],
  ['another service', { service: 'teleport' }, [['service', 'invalid_value']]],
  ['a day that does not exist', { pickupDate: '2027-02-30' }, [['pickupDate', 'invalid_format']]],
  ['an instant for a day', { pickupDate: '2027-05-12T00:00:00Z' }, [['pickupDate', 'invalid_format']]],
  ['a past day', { pickupDate: '2027-04-01' }, [['pickupDate', 'past']]],
  ['today', { pickupDate: '2027-04-05' }, [['pickupDate', 'cut_off']]],
  ['a day too far ahead', { pickupDate: '2027-10-30' }, [['pickupDate', 'beyond_horizon']]],
  ['characters that no text has', { instructions: 'a\u0000b' }, [['instructions', 'invalid_characters']]],
  ['half a character', { instructions: '\ud800' }, [['instructions', 'invalid_characters']]],
  ['too much to say', { instructions: 'x'.repeat(2_001) }, [['instructions', 'too_long']]],
  // Mini moves
  ['a move without a package', { miniMove: undefined }, [['miniMove', 'required']]],
  ['an unknown package', { miniMove: { package: 'giant' } }, [['miniMove.package', 'unknown_package']]],
  [
    'half an item',
    { miniMove: { package: 'petite', itemCount: 2.5 } },
    [['miniMove.itemCount', 'invalid_type']],
  ],
  [
    'a string quantity',
    { miniMove: { package: 'petite', itemCount: '12' } },
    [['miniMove.itemCount', 'invalid_type']],
  ],
  ['no item', { miniMove: { package: 'petite', itemCount: 0 } }, [['miniMove.itemCount', 'too_small']]],
  [
    'too many items for the package',
    { miniMove: { package: 'petite', itemCount: 16 } },
    [['miniMove.itemCount', 'too_many_items']],
  ],
  [
    'a thousand items',
    { miniMove: { package: 'full', itemCount: 1000 } },
    [['miniMove.itemCount', 'too_big']],
  ],
  [
    'an item too heavy',
    { miniMove: { package: 'petite', itemCount: 2, heaviestItemLbs: 51 } },
    [['miniMove.heaviestItemLbs', 'too_heavy']],
  ],
  [
    'a specific hour for Petite',
    { pickupWindow: 'specific_hour', pickupHour: 8 },
    [['pickupWindow', 'hour_not_available']],
  ],
  [
    'an hour that is not offered',
    { pickupWindow: 'specific_hour', pickupHour: 11, miniMove: { package: 'full' } },
    [['pickupHour', 'hour_not_offered']],
  ],
  [
    'a specific hour without the hour',
    { pickupWindow: 'specific_hour', miniMove: { package: 'full' } },
    [['pickupHour', 'required']],
  ],
  ['an hour without its window', { pickupHour: 9 }, [['pickupHour', 'not_for_window']]],
  [
    'a section of another service',
    { standardDelivery: { itemCount: 1 } },
    [['standardDelivery', 'not_for_service']],
  ],
  // Deliveries
  [
    'an empty basket of items',
    { ...services.standard_delivery, standardDelivery: { itemCount: 0 } },
    [['standardDelivery.itemCount', 'empty_basket']],
  ],
  [
    'a delivery too heavy',
    { ...services.standard_delivery, standardDelivery: { itemCount: 1, heaviestItemLbs: 51 } },
    [['standardDelivery.heaviestItemLbs', 'too_heavy']],
  ],
  [
    'an empty basket of specialty items',
    { ...services.specialty_item, specialtyItems: [] },
    [['specialtyItems', 'empty_basket']],
  ],
  [
    'an unknown item',
    { ...services.specialty_item, specialtyItems: [{ item: 'piano', quantity: 1 }] },
    [['specialtyItems.0.item', 'unknown_item']],
  ],
  [
    'a duplicate item',
    {
      ...services.specialty_item,
      specialtyItems: [
        { item: 'peloton', quantity: 1 },
        { item: 'peloton', quantity: 2 },
      ],
    },
    [['specialtyItems.1.item', 'duplicate_item']],
  ],
  // Airports
  [
    'a single bag',
    { ...services.airport_transfer, airportTransfer: { ...airport, bags: 1 } },
    [['airportTransfer.bags', 'too_few_bags']],
  ],
  [
    'an unknown airport',
    { ...services.airport_transfer, airportTransfer: { ...airport, airport: 'LGA', terminal: undefined } },
    [['airportTransfer.airport', 'unknown_airport']],
  ],
  [
    'an unknown terminal',
    { ...services.airport_transfer, airportTransfer: { ...airport, terminal: '99' } },
    [['airportTransfer.terminal', 'unknown_terminal']],
  ],
  [
    'a flight before the bags are there',
    { ...services.airport_transfer, airportTransfer: { ...airport, flightTime: '07:30' } },
    [['airportTransfer.flightTime', 'too_late_for_flight']],
  ],
  [
    'a flight on another day',
    { ...services.airport_transfer, airportTransfer: { ...airport, flightDate: '2027-05-20' } },
    [['airportTransfer.flightDate', 'flight_date_mismatch']],
  ],
  // Who and where
  [
    'the phone “call me”',
    { contact: { ...bookingRequest().contact, phone: 'call me' } },
    [['contact.phone', 'invalid_format']],
  ],
  [
    'no e-mail address',
    { contact: { ...bookingRequest().contact, email: 'jo@' } },
    [['contact.email', 'invalid_format']],
  ],
  [
    'a nameless customer',
    { contact: { ...bookingRequest().contact, firstName: '  ' } },
    [['contact.firstName', 'required']],
  ],
  [
    'a name without end',
    { contact: { ...bookingRequest().contact, lastName: 'x'.repeat(101) } },
    [['contact.lastName', 'too_long']],
  ],
  [
    'an empty address line',
    { pickupAddress: { ...bookingRequest().pickupAddress, line1: '' } },
    [['pickupAddress.line1', 'required']],
  ],
  [
    'the state “PA”',
    { pickupAddress: { ...bookingRequest().pickupAddress, state: 'PA' } },
    [['pickupAddress.state', 'invalid_value']],
  ],
  [
    'a long state',
    { pickupAddress: { ...bookingRequest().pickupAddress, state: 'New York State' } },
    [['pickupAddress.state', 'invalid_value']],
  ],
  [
    'an address elsewhere than priced',
    { pickupAddress: { ...bookingRequest().pickupAddress, zip: '10002' } },
    [['pickupAddress.zip', 'zip_mismatch']],
  ],
  // All at once
  [
    'many things at once',
    {
      pickupDate: '2027-04-01',
      pickupZip: 10001,
      pickupWindow: 'specific_hour',
      pickupHour: 8,
      miniMove: { package: 'petite', itemCount: 2.5, size: 1 },
      contact: { ...bookingRequest().contact, phone: 'call me' },
      pickupAddress: { ...bookingRequest().pickupAddress, state: 'PA' },
      extra: 1,
    },
    [
      ['pickupDate', 'past'],
      ['pickupZip', 'invalid_type'],
      ['miniMove.itemCount', 'invalid_type'],
      ['miniMove.size', 'unknown_field'],
      ['contact.phone', 'invalid_format'],
      ['pickupAddress.state', 'invalid_value'],
      ['extra', 'unknown_field'],
    ],
  ],
];

describe('a booking request', () => {
  it.each(Object.entries(services))('for %s passes', async (_, changes) => {
    await makeBooking(app, changes);
  });

  it.each(cases)('with %s is told so', async (_, changes, expected) => {
    const { status, body } = await app.api.post(
      '/api/v1/bookings',
      bookingRequest(changes),
      idempotencyKey(),
    );
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'invalid' });
    const found = body.errors.map(({ path, code }: any) => [path, code]);
    expect(found.toSorted()).toEqual(expected.toSorted());
    for (const { message } of body.errors) expect(message).toMatch(/^[A-Z].*\.$/);
  });

  it('takes a ZIP+4 and ignores the airport’s end', async () => {
    const made = await makeBooking(app, {
      ...services.airport_transfer,
      pickupZip: ' 10001-1234 ',
      pickupAddress: { ...bookingRequest().pickupAddress, zip: '10001' },
      deliveryZip: 42,
    });
    expect(made.totalCents).toBeGreaterThan(0);
  });

  it('prices a basket that no van could carry, but does not check it out', async () => {
    const made = await makeBooking(app, {
      ...services.specialty_item,
      specialtyItems: [{ item: 'peloton', quantity: 999 }],
    });
    const validation = await app.api.post(`${made.path}/validate`, undefined, made.headers);
    expect(validation.body).toMatchObject({ ready: false, errors: [{ code: 'exceeds_van' }] });
    expect(await checkOut(app, made)).toMatchObject({
      status: 422,
      body: { code: 'exceeds_van', errors: [{ path: 'specialtyItems', code: 'exceeds_van' }] },
    });
  });
});

describe('a request that is none', () => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    app.api.post('/api/v1/quotes', body, headers);

  it.each([
    ['no JSON', '{"service":', 400, 'malformed_json'],
    ['a list', '[]', 422, 'invalid'],
    ['null', 'null', 422, 'invalid'],
    ['a text', '"mini_move"', 422, 'invalid'],
    ['too large', JSON.stringify({ service: 'x'.repeat(256 * 1024) }), 413, 'body_too_large'],
    ['nested without end', `{"miniMove":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 400, 'bad_request'],
  ])('being %s', async (_, body, status, code) => {
    expect(await post(body)).toMatchObject({ status, body: { code } });
  });

  it('for its type', async () => {
    expect(
      await post('service=mini_move', { 'content-type': 'application/x-www-form-urlencoded' }),
    ).toMatchObject({
      status: 415,
      body: { code: 'unsupported_media_type' },
    });
  });

  it('for an address or method that is not there', async () => {
    expect(await app.api.get('/api/v1/nothing')).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await app.api.get('/api/v1/bookings/%E0%A4%A')).toMatchObject({
      status: 400,
      body: { code: 'bad_request' },
    });
    const wrong = await app.api.send('DELETE', '/api/v1/quotes');
    expect(wrong).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
    expect(wrong.headers.get('allow')).toBe('POST');
  });

  it.each([
    ['from=2027-04-01&to=2027-07-02&service=mini_move', [['to', 'range_too_long']]],
    ['from=2027-04-02&to=2027-04-01', [['to', 'before_from']]],
    [
      'to=2027-04-01&service=x',
      [
        ['from', 'required'],
        ['service', 'invalid_value'],
      ],
    ],
    ['from=2027-04-01&from=2027-04-02&to=2027-04-03', [['from', 'invalid_type']]],
    ['from=2027-04-01&to=2027-04-03&package=giant', [['package', 'unknown_package']]],
    ['from=2027-04-01&to=2027-04-03&specialtyItems=many', [['specialtyItems', 'invalid_format']]],
  ])('of the calendar: %s', async (query, expected) => {
    const { status, body } = await app.api.get(`/api/v1/availability?${query}`);
    expect(status).toBe(422);
    expect(body.errors.map(({ path, code }: any) => [path, code])).toEqual(expected);
  });

  it('of the service area', async () => {
    const { status, body } = await app.api.get('/api/v1/service-area/abc');
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ path: 'zip', code: 'invalid_format' }]);
  });
});

describe('a booking', () => {
  let made: Made;
  beforeAll(async () => {
    made = await makeBooking(app);
  });

  it.each([
    ['without a token', () => ({})],
    ['with a wrong token', () => ({ authorization: `Bearer ${'x'.repeat(43)}` })],
    ['with a token of another scheme', () => ({ authorization: `Basic ${made.token}` })],
  ])('is not there %s', async (_, headers) => {
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', {}],
      ['POST', '/validate', undefined],
      ['POST', '/checkout', { expectedTotalCents: 1 }],
    ] as const) {
      const answer = await app.api.send(method, made.path + path, body, {
        ...headers(),
        ...idempotencyKey(),
      });
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
  });

  it('is not there under a malformed id, another one, or another’s token', async () => {
    const other = await makeBooking(app);
    for (const id of ['1', 'abc', '00000000-0000-4000-8000-000000000000', `${made.id}'--`]) {
      const answer = await app.api.get(`/api/v1/bookings/${encodeURIComponent(id)}`, made.headers);
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
    expect(await app.api.get(made.path, other.headers)).toMatchObject({ status: 404 });
  });

  it('does not check out without saying the price', async () => {
    for (const [body, code] of [
      [{}, 'required'],
      [{ expectedTotalCents: '99500' }, 'invalid_type'],
      [{ expectedTotalCents: 995.5 }, 'invalid_type'],
      [{ expectedTotalCents: -1 }, 'too_small'],
    ] as const) {
      const answer = await app.api.post(`${made.path}/checkout`, body, {
        ...made.headers,
        ...idempotencyKey(),
      });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: 'expectedTotalCents', code }] } });
    }
  });

  it('refuses a PATCH with every violation, and stays as it was', async () => {
    const { status, body } = await app.api.patch(
      made.path,
      { pickupDate: '2027-04-01', miniMove: { package: 'petite', itemCount: 99 }, status: 'confirmed' },
      made.headers,
    );
    expect(status).toBe(422);
    expect(body.errors.map(({ path, code }: any) => [path, code]).toSorted()).toEqual([
      ['miniMove.itemCount', 'too_many_items'],
      ['pickupDate', 'past'],
      ['status', 'unknown_field'],
    ]);
    expect((await app.api.get(made.path, made.headers)).body).toMatchObject({
      pickupDate: '2027-05-12',
      status: 'inquiry',
    });
  });
});

describe('a webhook', () => {
  it.each([
    ['without a signature', {}],
    ['with a wrong signature', { 'stripe-signature': 't=1,v1=00' }],
  ])('%s is refused and not stored', async (_, headers) => {
    const answer = await app.api.post('/webhooks/stripe', { id: 'evt_1', type: 'x' }, headers);
    expect(answer).toMatchObject({ status: 400, body: { code: 'bad_signature' } });
    const [row] = await app.ctx.db.query(
      `select count(*)::int as count from webhook_events where external_id = 'evt_1'`,
    );
    expect(row).toEqual([{ count: 0 }]);
  });
});
