import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { select } from '../../src/resources/_kit/sql.ts';
import { askSignIn } from '../../src/resources/accounts/ask-sign-in.ts';
import { sendPaymentLink } from '../../src/resources/bookings/send-payment-link.ts';
import { flushQuoteCounts } from '../../src/resources/crm/count-quotes.ts';
import { idempotencyKey } from '../support/api.ts';
import { backends, moneyAlone, startTestApplication, type TestApplication } from '../support/application.ts';
import { bookingRequest, checkOut, eventually, makeBooking } from '../support/bookings.ts';
import { findStrings } from '../support/find-strings.ts';
import { actingAs } from '../support/refunds.ts';

let app: TestApplication;

beforeAll(async () => {
  app = await startTestApplication(moneyAlone);
});
afterAll(() => app.stop());

describe('every answer', () => {
  it('carries a request id, the client’s own when it is a UUID', async () => {
    const own = '6f0b8f1e-8f57-4c58-9c1f-0a2b4a6f7d11';
    expect((await app.api.get('/api/v1/catalog', { 'x-request-id': own })).headers.get('x-request-id')).toBe(
      own,
    );
    const other = await app.api.get('/api/v1/nothing', { 'x-request-id': 'evil\u00e9' });
    expect(other.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(other.body.requestId).toBe(other.headers.get('x-request-id'));
  });

  it.each([
    ['given', '/api/v1/catalog'],
    ['refused', '/api/v1/nothing'],
    ['of no operation', '/healthz'],
  ])('%s tells nothing of its maker and lets no page frame it', async (_what, path) => {
    const { headers } = await app.api.get(path);
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('of the API tells caches that it depends on who asks, and names the header once', async () => {
    for (const path of ['/api/v1/catalog', '/api/v1/nothing'])
      expect((await app.api.get(path)).headers.get('vary')).toBe('Origin');
  });

  it('that sets a header of its own has no other beside it', async () => {
    const { headers } = await app.api.get('/api/docs');
    expect(headers.get('content-security-policy')?.match(/default-src/g)).toHaveLength(1);
  });
});

describe('the catalogue', () => {
  it('has a strong ETag and is not sent twice', async () => {
    const first = await app.api.get('/api/v1/catalog');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{20,}"$/);
    const second = await app.api.get('/api/v1/catalog', { 'if-none-match': etag });
    expect(second).toMatchObject({ status: 304, body: { text: '' } });
  });

  it('is the rate card, without its surcharge rules and codes', async () => {
    const { body } = await app.api.get('/api/v1/catalog');
    const card = JSON.parse(
      readFileSync(new URL('../../seeders/reference/rate-card.json', import.meta.url), 'utf8'),
    );
    expect(body.packages.map(({ code, priceCents }: any) => [code, priceCents])).toEqual(
      card.miniMovePackages.map(({ code, priceCents }: any) => [code, priceCents]),
    );
    expect(body.airports.map(({ code }: any) => code)).toEqual(['JFK', 'EWR']);
    expect(JSON.stringify(body)).not.toMatch(/discountCode|surchargeRule/);
  });

  it('follows a change at once, for quotes too', async () => {
    const before = (await app.api.get('/api/v1/catalog')).body;
    await app.ctx.db.query(`update specialty_items set price_cents = price_cents + 1 where code = 'peloton'`);
    await eventually(async () => {
      const { body } = await app.api.get('/api/v1/catalog');
      expect(body.rateCardVersion).toBe(before.rateCardVersion + 1);
    });
    await app.ctx.db.query(`update specialty_items set price_cents = price_cents - 1 where code = 'peloton'`);
  });
});

describe('the service area', () => {
  it.each([
    ['10001', { zip: '10001', served: true, zone: 'core', feeCents: 0 }],
    ['10001-1234', { zip: '10001', served: true, zone: 'core', feeCents: 0 }],
    ['99999', { zip: '99999', served: false, zone: null, feeCents: 0 }],
  ])('of %s', async (zip, expected) => {
    expect((await app.api.get(`/api/v1/service-area/${zip}`)).body).toEqual(expected);
  });
});

describe('availability', () => {
  const calendar = async (from: string, to: string, more = '&service=mini_move') =>
    (await app.api.get(`/api/v1/availability?from=${from}&to=${to}${more}`)).body.days;

  it('knows past days, the cut-off and the horizon', async () => {
    const near = await calendar('2027-04-04', '2027-04-06');
    expect(near.map(({ available, reason }: any) => [available, reason])).toEqual([
      [false, 'past'],
      [false, 'cut_off'],
      [true, undefined],
    ]);
    const far = await calendar('2027-10-02', '2027-10-03');
    expect(far.map(({ reason }: any) => reason)).toEqual([undefined, 'beyond_horizon']);
  });

  it('names the surcharges of weekends, and a day on which every van is closed', async () => {
    await app.ctx.db.query(
      `insert into van_schedules (van_id, day, open, created_at, updated_at) select id, '2027-05-14', false, now(), now() from vans`,
    );
    await eventually(async () => {
      const days = await calendar('2027-05-14', '2027-05-15');
      expect(days).toEqual([
        { date: '2027-05-14', available: false, reason: 'closed', surcharges: [] },
        {
          date: '2027-05-15',
          available: true,
          surcharges: [{ code: expect.any(String), label: expect.stringMatching(/15/) }],
        },
      ]);
    });
  });

  it('answers ninety-two days at most', async () => {
    expect(await calendar('2027-04-06', '2027-07-06')).toHaveLength(92);
  });

  const cutOffs: { now: string; pickupDate: string; bookable: boolean }[] = JSON.parse(
    readFileSync(new URL('../fixtures/cutoff-examples.json', import.meta.url), 'utf8'),
  );
  it('cuts off by business time, right on both days of a clock change, and a booking with it', async () => {
    expect(cutOffs.length).toBeGreaterThan(5);
    for (const { now, pickupDate, bookable } of cutOffs) {
      await app.moveClock({ now });
      const [day] = await calendar(pickupDate, pickupDate);
      const booked = await app.api.post('/api/v1/bookings', bookingRequest({ pickupDate }), idempotencyKey());
      expect({ now, pickupDate, bookable: day.available, status: booked.status }).toEqual({
        now,
        pickupDate,
        bookable,
        status: bookable ? 201 : 422,
      });
    }
  });
});

describe('a quote', () => {
  it('stores nothing of what was asked', async () => {
    // Jobs of the tests before may still write: what is counted is what this request could have left.
    const requestId = 'b7d1f3a2-5a0e-4d53-9f0e-2b8a5a4f1c77';
    const stored = () =>
      select(
        app.ctx,
        `select (select count(*) from bookings) as bookings, (select count(*) from customers) as customers,
           (select count(*) from audit_logs where request_id = $1) as audits`,
        [requestId],
      );
    const before = await stored();
    const { contact, pickupAddress, deliveryAddress, ...quote } = bookingRequest();
    const { status, headers, body } = await app.api.post(
      '/api/v1/quotes',
      { ...quote, discountCode: 'NOSUCH' },
      { 'x-request-id': requestId },
    );
    expect(status).toBe(200);
    expect(headers.get('x-request-id')).toBe(requestId);
    expect(body).toMatchObject({
      totalCents: 99_500,
      discount: { code: 'NOSUCH', applied: false, reason: 'not_valid' },
    });
    expect(await stored()).toEqual(before);
    expect(before).toMatchObject([{ audits: 0 }]);
    await flushQuoteCounts(app.ctx);
    const [counted] = await select<{ count: number }>(
      app.ctx,
      `select sum(count)::int as count from daily_counts where name = 'quotes'`,
    );
    expect(counted?.count).toBe(1);
  });
});

describe('the docs', () => {
  it('are served without asking anyone outside', async () => {
    const document = await app.api.get('/api/openapi.json');
    expect(document.body.openapi).toBe('3.1.0');
    const page = (await app.api.get('/api/docs')).body.text as string;
    const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
    expect(links.length).toBeGreaterThan(2);
    for (const link of links) {
      expect(link).toMatch(/^\/api\/docs\//);
      expect((await app.api.get(link)).status).toBe(200);
    }
  });
});

describe('health', () => {
  it('tells that the process runs, that it can serve, and its figures', async () => {
    expect((await app.api.get('/healthz')).body).toEqual({ status: 'ok' });
    expect((await app.api.get('/readyz')).body).toMatchObject({
      status: 'ok',
      checks: { database: 'ok', queue: 'ok', rateCard: 'ok' },
    });
    expect((await app.api.get('/metrics')).body.text).toContain(
      'http_request_duration_seconds_count{method="GET",route="/api/v1/catalog"',
    );
  });
});

describe.each(backends)('limits, when they are on, counted in %s', (backend) => {
  let limited: TestApplication;
  beforeAll(async () => {
    limited = await startTestApplication({ ...moneyAlone, rateLimits: true }, backend);
  });
  afterAll(() => limited.stop());

  it('stop a client’s twenty-first booking, and a booking’s seventh checkout of a minute', async () => {
    const made = [];
    for (let count = 0; count < 20; count += 1)
      made.push(
        await makeBooking(limited, {
          contact: { ...bookingRequest().contact, email: `jo${count}@example.com` },
        }),
      );
    await expect(makeBooking(limited)).rejects.toThrow(/too_many_requests/);
    const first = made[0] ?? (await makeBooking(limited));
    for (let count = 0; count < 6; count += 1) expect((await checkOut(limited, first)).status).toBe(200);
    const refused = await checkOut(limited, first);
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('take no seventh try to pay by a link within a minute, and keep no token for that', async () => {
    const [made] = await select<{ id: string }>(
      limited.ctx,
      `select id from bookings where status = 'inquiry' order by number desc limit 1`,
    );
    const { url } = await sendPaymentLink(await actingAs(limited, 'staff'), made?.id ?? '');
    const { pathname } = new URL(url);
    const statuses = [];
    for (let count = 0; count < 7; count += 1) {
      const body = new URLSearchParams({ card: 'pm_card_chargeDeclined' });
      const answer = await fetch(limited.api.address + pathname, {
        method: 'POST',
        redirect: 'manual',
        body,
      });
      statuses.push(answer.status);
    }
    expect(statuses.slice(0, 3)).toEqual([303, 303, 303]);
    expect(statuses.at(-1)).toBe(429);
    const token = pathname.split('/').at(-1) ?? '';
    expect(await findStrings(limited.ctx, [token])).toEqual([]);
  });

  it('send five sign-in links within a quarter of an hour for an address and for a client, whoever is known', async () => {
    for (const email of ['jo0@example.com', 'stranger@example.com']) {
      for (let count = 0; count < 5; count += 1) await askSignIn(limited.ctx, { email });
      await expect(askSignIn(limited.ctx, { email })).rejects.toMatchObject({ code: 'too_many_requests' });
    }
    const ask = (count: number) =>
      limited.api.post('/api/v1/customer/sign-in', { email: `new${count}@example.com` });
    for (let count = 0; count < 5; count += 1) expect((await ask(count)).status).toBe(202);
    expect((await ask(5)).status).toBe(429);
    const guess = () => limited.api.post('/api/v1/customer/session', { token: 'guess' });
    for (let count = 0; count < 5; count += 1) expect((await guess()).status).toBe(401);
    expect((await guess()).status).toBe(429);
    expect(await findStrings(limited.ctx, ['stranger@example.com'])).toEqual([]);
  });

  it('let an e-mail hold three days at once', async () => {
    const other = await startTestApplication({ ...moneyAlone, rateLimits: true }, backend);
    const made = [];
    for (let count = 0; count < 4; count += 1) made.push(await makeBooking(other));
    const answers = [];
    for (const each of made) answers.push(await checkOut(other, each));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers[3]?.body.code).toBe('too_many_holds');
    await other.stop();
  });
});
