import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { select } from '../../src/resources/_kit/sql.ts';
import { sendPaymentLink } from '../../src/resources/bookings/send-payment-link.ts';
import { moneyAlone, startTestApplication, type TestApplication } from '../support/application.ts';
import {
  awaitStatus,
  bookingRequest,
  checkOut,
  eventually,
  type Made,
  makeBooking,
  openPayment,
  pay,
  readBooking,
} from '../support/bookings.ts';
import { freshDatabase } from '../support/postgres.ts';
import { actingAs } from '../support/refunds.ts';

/** Whoever tries stolen cards over many bookings is stopped; who mistypes is not. Behind one proxy, as in production. */

const DECLINED = 'pm_card_chargeDeclined';

let database: Awaited<ReturnType<typeof freshDatabase>>;
/** One for all: each test has e-mails and addresses of its own. */
let app: TestApplication;
const start = (rateLimits: boolean) =>
  startTestApplication({ ...moneyAlone, rateLimits, trustedProxies: 1, databaseUrl: database.url });
beforeAll(async () => {
  database = await freshDatabase();
  app = await start(true);
});
afterAll(async () => {
  await app.stop();
  await database.drop();
});

async function customer(email: string, address: string): Promise<Made> {
  const from = { 'x-forwarded-for': address };
  const made = await makeBooking(app, { contact: { ...bookingRequest().contact, email } }, from);
  return { ...made, headers: { ...made.headers, ...from } };
}

/** Has cards of one booking declined, until all are heard of. */
async function decline(made: Made, times: number): Promise<void> {
  const payment = await openPayment(app, made);
  for (let each = 0; each < times; each += 1) await pay(app, payment, DECLINED);
  await eventually(async () => {
    const [row] = await select<{ used: number }>(
      app.ctx,
      'select payment_attempts_used as used from bookings where id = $1',
      [made.id],
    );
    expect(row?.used).toBe(times);
  });
}

describe('declined cards', () => {
  it('of one e-mail stop its next payment, from whatever address, and nobody else’s', async () => {
    await decline(await customer('thief@example.com', '203.0.113.1'), 3);
    await decline(await customer('thief@example.com', '203.0.113.2'), 3);

    const next = await customer('thief@example.com', '203.0.113.3');
    const refused = await checkOut(app, next);
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
    expect(refused.body.detail).toBe('That was a lot at once. Please wait a moment and try again.');
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(3_000);
    expect(wait).toBeLessThanOrEqual(3_600);
    expect(await readBooking(app, next)).toMatchObject({ status: 'inquiry' });

    const other = await customer('jo@example.com', '203.0.113.1');
    expect((await checkOut(app, other)).status).toBe(200);
    const counters = await select<{ key: string }>(app.ctx, 'select key from rate_limit_counters');
    expect(counters.filter(({ key }) => key.includes('thief@example.com'))).toEqual([]);
  });

  it('from one address stop the next at once and behind a restart, not another address', async () => {
    const thieves = await Promise.all(
      [1, 2, 3, 4].map((each) => customer(`thief${each}@example.com`, '203.0.113.9')),
    );
    await Promise.all(thieves.map((each) => decline(each, 3)));
    await app.stop();
    app = await start(true);

    const next = await Promise.all(
      [5, 6, 7].map((each) => customer(`thief${each}@example.com`, '203.0.113.9')),
    );
    const refused = await Promise.all(next.map((each) => checkOut(app, each)));
    expect(refused.map(({ status }) => status)).toEqual([429, 429, 429]);
    const elsewhere = await customer('max@example.com', '203.0.113.10');
    expect((await checkOut(app, elsewhere)).status).toBe(200);
  });

  it('of who mistypes twice stop neither this payment nor the next booking', async () => {
    const made = await customer('ann@example.com', '203.0.113.21');
    await decline(made, 2);
    await pay(app, await openPayment(app, made));
    await awaitStatus(app, made, 'confirmed');

    const again = await customer('ann@example.com', '203.0.113.21');
    expect((await checkOut(app, again)).status).toBe(200);
  });

  it('do not stop the payment link that staff send', async () => {
    for (const address of ['203.0.113.31', '203.0.113.32'])
      await decline(await customer('ida@example.com', address), 3);
    const made = await customer('ida@example.com', '203.0.113.33');
    expect((await checkOut(app, made)).status).toBe(429);

    const { url } = await sendPaymentLink(await actingAs(app, 'staff'), made.id);
    const page = await fetch(app.api.address + new URL(url).pathname);
    expect(page.status).toBe(200);
    await awaitStatus(app, made, 'pending_payment');
  });

  it('are not counted with limits off', async () => {
    await app.stop();
    app = await start(false);
    for (const address of ['203.0.113.41', '203.0.113.42'])
      await decline(await customer('ben@example.com', address), 3);
    const made = await customer('ben@example.com', '203.0.113.43');
    expect((await checkOut(app, made)).status).toBe(200);
  });
});
