import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { moneyAlone, startTestApplication, type TestApplication } from '../support/application.ts';
import {
  askStandIn,
  awaitStatus,
  bookingRequest,
  checkOut,
  eventually,
  makeBooking,
  openPayment,
  pay,
  readBooking,
} from '../support/bookings.ts';
import { TEST_NOW } from '../support/context.ts';

let app: TestApplication;

beforeAll(async () => {
  app = await startTestApplication(moneyAlone);
  const codes = [
    { code: 'TENOFF', percent_basis_points: 1_000 },
    { code: 'ONCE', amount_cents: 5_000, maximum_uses: 1 },
    { code: 'GIFT', percent_basis_points: 10_000 },
    { code: 'NEARLY', amount_cents: 99_460 },
  ];
  await execute(
    app.ctx,
    `insert into discount_codes (code, percent_basis_points, amount_cents, maximum_uses, minimum_order_cents, active, created_at, updated_at)
     select code, percent_basis_points, amount_cents, maximum_uses, 0, true, $2, $2
     from jsonb_to_recordset($1::jsonb) as c (code text, percent_basis_points int, amount_cents int, maximum_uses int)`,
    [JSON.stringify(codes), app.ctx.clock.now()],
  );
  await eventually(async () => {
    const { body } = await app.api.post('/api/v1/quotes', quoteOf({ discountCode: 'TENOFF' }));
    expect(body.discount).toEqual({ code: 'TENOFF', applied: true });
  });
});
beforeEach(() => app.moveClock({ now: TEST_NOW }));
afterAll(() => app.stop());

function quoteOf(changes: Record<string, unknown> = {}) {
  const { contact, pickupAddress, deliveryAddress, ...quote } = bookingRequest(changes);
  return quote;
}

const intentOf = (paymentIntentId: string) =>
  askStandIn(app, 'GET', `/v1/payment_intents/${paymentIntentId}`);

describe('a hold', () => {
  it('expires after half an hour: the intent is cancelled first, and the booking can be paid again', async () => {
    const made = await makeBooking(app);
    const payment = await openPayment(app, made);
    await app.moveClock({ advance: 'PT29M' });
    expect((await readBooking(app, made)).status).toBe('pending_payment');

    await app.moveClock({ advance: 'PT2M' });

    const expired = await awaitStatus(app, made, 'expired');
    expect(expired.payment).toMatchObject({ status: 'cancelled', holdExpiresAt: null });
    expect((await intentOf(payment.paymentIntentId)).status).toBe('canceled');
    const again = await openPayment(app, made);
    expect(again.paymentIntentId).not.toBe(payment.paymentIntentId);
    await pay(app, again);
    await awaitStatus(app, made, 'confirmed');
  });

  it('is prolonged by a repeated checkout, at most to an hour from the first', async () => {
    const made = await makeBooking(app);
    const first = await openPayment(app, made);
    const start = Date.parse(TEST_NOW);
    expect(minutesFrom(start, first.holdExpiresAt)).toBe(30);
    await app.moveClock({ advance: 'PT20M' });
    const second = await openPayment(app, made);
    expect(second.paymentIntentId).toBe(first.paymentIntentId);
    expect(minutesFrom(start, second.holdExpiresAt)).toBe(50);
    await app.moveClock({ advance: 'PT25M' });
    const third = await openPayment(app, made);
    expect(minutesFrom(start, third.holdExpiresAt)).toBe(60);
  });

  it('stays while Stripe cannot be reached, and ends once it can', async () => {
    const made = await makeBooking(app);
    const payment = await openPayment(app, made);
    await askStandIn(app, 'POST', '/_faults', { match: '/cancel', error500: 1_000 });
    await app.moveClock({ advance: 'PT31M' });
    await eventually(async () => {
      const calls: any[] = await askStandIn(app, 'GET', '/_requests');
      expect(
        calls.filter(
          ({ path, status }) => path.includes(`${payment.paymentIntentId}/cancel`) && status === 500,
        ).length,
      ).toBeGreaterThan(0);
    });
    expect((await readBooking(app, made)).status).toBe('pending_payment');

    await askStandIn(app, 'DELETE', '/_faults');
    await app.moveClock({ advance: 'PT31S' });

    await awaitStatus(app, made, 'expired');
  });

  it('settles instead when the card was charged just before it lapsed', async () => {
    const made = await makeBooking(app);
    const payment = await openPayment(app, made);
    await askStandIn(app, 'POST', '/_faults', { dropWebhooks: 100 });
    await pay(app, payment);
    await app.moveClock({ advance: 'PT31M' });
    await awaitStatus(app, made, 'confirmed');
    await askStandIn(app, 'DELETE', '/_faults');
  });
});

describe('a price', () => {
  it('stays locked for a day although the rate card changes', async () => {
    const made = await makeBooking(app);
    await withPetiteAt(109_500, async () => {
      await app.moveClock({ advance: 'PT23H' });
      const { status, body } = await checkOut(app, made);
      expect(status).toBe(200);
      expect(body.payment.amountCents).toBe(99_500);
    });
  });

  it('is made anew after the lock, told once, and charged when agreed to', async () => {
    const made = await makeBooking(app);
    await withPetiteAt(109_500, async () => {
      await app.moveClock({ advance: 'PT25H' });
      const refused = await checkOut(app, made);
      expect(refused).toMatchObject({
        status: 409,
        body: { code: 'price_changed', price: { totalCents: 109_500 } },
      });
      expect((await readBooking(app, made)).price.totalCents).toBe(99_500);
      const agreed = await checkOut(app, made, { expectedTotalCents: 109_500 });
      expect(agreed.body.payment.amountCents).toBe(109_500);
      expect(agreed.body.booking.price.totalCents).toBe(109_500);
    });
  });

  it('must be the one that the customer saw', async () => {
    const made = await makeBooking(app);
    for (const expectedTotalCents of [99_499, 100, 0]) {
      const refused = await checkOut(app, made, { expectedTotalCents });
      expect(refused).toMatchObject({
        status: 409,
        body: { code: 'price_changed', price: { totalCents: 99_500 } },
      });
    }
    expect((await readBooking(app, made)).status).toBe('inquiry');
  });

  it('is lowered by a code, whose use is given back when the hold lapses', async () => {
    const made = await makeBooking(app, { discountCode: 'once' });
    expect(made.totalCents).toBe(94_500);
    const other = await makeBooking(app, { discountCode: 'ONCE' });
    await openPayment(app, made);
    expect(await checkOut(app, other)).toMatchObject({
      status: 422,
      body: { code: 'discount_not_valid', errors: [{ path: 'discountCode' }] },
    });
    const late = await makeBooking(app, { discountCode: 'ONCE' });
    expect(late.totalCents).toBe(99_500);
    expect((await readBooking(app, late)).price.discount).toEqual({
      code: 'ONCE',
      applied: false,
      reason: 'not_valid',
    });
    expect((await checkOut(app, late)).status).toBe(200);

    await app.moveClock({ advance: 'PT31M' });
    await awaitStatus(app, made, 'expired');

    const payment = await openPayment(app, other);
    expect(payment.amountCents).toBe(94_500);
  });

  it('of nothing confirms at checkout, also when the answer was lost and the request repeated', async () => {
    const made = await makeBooking(app, { discountCode: 'GIFT' });
    expect(made.totalCents).toBe(0);
    const answer = await checkOut(app, made, { key: 'free' });
    expect(answer).toMatchObject({ status: 200, body: { booking: { status: 'confirmed' }, payment: null } });
    await execute(app.ctx, `update idempotency_keys set answer = null, status = null where key = 'free'`);
    expect(await checkOut(app, made, { key: 'free' })).toMatchObject({
      status: 200,
      body: { payment: null },
    });
    expect(await checkOut(app, made)).toMatchObject({ status: 409, body: { code: 'already_paid' } });
  });

  it('below what Stripe takes is waived as a credit', async () => {
    const made = await makeBooking(app, { discountCode: 'NEARLY' });
    expect(made.totalCents).toBe(40);
    const { status, body } = await checkOut(app, made);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      payment: null,
      booking: { status: 'confirmed', price: { totalCents: 40, creditsCents: 40, amountDueCents: 0 } },
    });
  });
});

describe('a PATCH', () => {
  it('of what has a price makes it an inquiry again and cancels the intent first', async () => {
    const made = await makeBooking(app);
    const payment = await openPayment(app, made);

    const { status, body } = await app.api.patch(
      made.path,
      { miniMove: { package: 'standard', itemCount: 20 } },
      made.headers,
    );

    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'inquiry',
      price: { totalCents: 172_500 },
      payment: { status: 'cancelled' },
    });
    expect((await intentOf(payment.paymentIntentId)).status).toBe('canceled');
    const next = await checkOut(app, made, { expectedTotalCents: 172_500 });
    expect(next.body.payment.amountCents).toBe(172_500);
    expect(next.body.payment.paymentIntentId).not.toBe(payment.paymentIntentId);
    await pay(app, next.body.payment);
    await awaitStatus(app, made, 'confirmed');
  });

  it('of contact and notes keeps status, intent and hold', async () => {
    const made = await makeBooking(app);
    const payment = await openPayment(app, made);
    const { body } = await app.api.patch(
      made.path,
      {
        instructions: 'Ring twice',
        contact: { firstName: 'Joe', lastName: 'Doe', email: 'JOE@example.com', phone: '212-555-0101' },
      },
      made.headers,
    );
    expect(body).toMatchObject({
      status: 'pending_payment',
      instructions: 'Ring twice',
      contact: { email: 'joe@example.com', phone: '+12125550101' },
    });
    expect((await openPayment(app, made)).paymentIntentId).toBe(payment.paymentIntentId);
  });

  it('when the card was charged in that moment answers already_paid and confirms', async () => {
    const made = await makeBooking(app);
    const payment = await openPayment(app, made);
    await askStandIn(app, 'POST', '/_faults', { dropWebhooks: 100 });
    await pay(app, payment);
    const refused = await app.api.patch(made.path, { pickupDate: '2027-05-13' }, made.headers);
    expect(refused).toMatchObject({ status: 409, body: { code: 'already_paid' } });
    expect(await readBooking(app, made)).toMatchObject({ status: 'confirmed', pickupDate: '2027-05-12' });
    await askStandIn(app, 'DELETE', '/_faults');
    expect(await app.api.patch(made.path, { instructions: 'x' }, made.headers)).toMatchObject({
      status: 409,
      body: { code: 'not_editable' },
    });
  });

  it('takes optional fields away with null, and drops the sections of another service', async () => {
    const made = await makeBooking(app, { discountCode: 'TENOFF' });
    const { body } = await app.api.patch(
      made.path,
      { service: 'standard_delivery', standardDelivery: { itemCount: 3 }, discountCode: null },
      made.headers,
    );
    expect(body).toMatchObject({
      service: 'standard_delivery',
      discountCode: null,
      standardDelivery: { itemCount: 3 },
    });
    expect(body.miniMove).toBeUndefined();
    expect(body.price.discount).toBeUndefined();
  });

  it('revives an expired booking as an inquiry', async () => {
    const made = await makeBooking(app);
    await openPayment(app, made);
    await app.moveClock({ advance: 'PT31M' });
    await awaitStatus(app, made, 'expired');
    const { body } = await app.api.patch(made.path, { pickupDate: '2027-05-13' }, made.headers);
    expect(body).toMatchObject({ status: 'inquiry', pickupDate: '2027-05-13' });
  });
});

describe('an inquiry', () => {
  it('can be completed step by step, and says what is missing', async () => {
    const made = await makeBooking(app, {
      contact: undefined,
      pickupAddress: undefined,
      deliveryAddress: undefined,
      miniMove: { package: 'petite' },
    });
    const missing = ['contact', 'pickupAddress', 'deliveryAddress', 'miniMove.itemCount'];
    const validation = await app.api.post(`${made.path}/validate`, undefined, made.headers);
    expect(validation.body.ready).toBe(false);
    expect(validation.body.errors.map(({ path }: any) => path).toSorted()).toEqual(missing.toSorted());
    const refused = await checkOut(app, made);
    expect(refused).toMatchObject({ status: 422, body: { code: 'incomplete' } });
    expect(refused.body.errors.map(({ path }: any) => path).toSorted()).toEqual(missing.toSorted());

    const { contact, pickupAddress, deliveryAddress, miniMove } = bookingRequest();
    await app.api.patch(made.path, { contact, pickupAddress, deliveryAddress, miniMove }, made.headers);

    expect((await app.api.post(`${made.path}/validate`, undefined, made.headers)).body).toEqual({
      ready: true,
      errors: [],
    });
    expect((await checkOut(app, made)).status).toBe(200);
  });

  it('that was cancelled is neither checked out nor changed', async () => {
    const made = await makeBooking(app);
    await execute(app.ctx, `update bookings set status = 'cancelled', cancelled_at = $2 where id = $1`, [
      made.id,
      app.ctx.clock.now(),
    ]);
    expect(await checkOut(app, made)).toMatchObject({ status: 409, body: { code: 'booking_cancelled' } });
    expect(await app.api.patch(made.path, { instructions: 'x' }, made.headers)).toMatchObject({
      status: 409,
      body: { code: 'not_editable' },
    });
  });

  it('that is archived is gone for its customer', async () => {
    const made = await makeBooking(app);
    await execute(app.ctx, 'update bookings set archived_at = $2 where id = $1', [
      made.id,
      app.ctx.clock.now(),
    ]);
    expect((await app.api.get(made.path, made.headers)).status).toBe(404);
    expect((await checkOut(app, made)).status).toBe(404);
  });

  it('expires after thirty days untouched', async () => {
    const made = await makeBooking(app, { pickupDate: '2027-09-01' });
    await app.moveClock({ advance: 'P31D' });
    await awaitStatus(app, made, 'expired');
  });

  it('cannot be checked out when its day can no longer be booked', async () => {
    const made = await makeBooking(app, { pickupDate: '2027-04-07' });
    await app.moveClock({ now: '2027-04-06T22:00:01Z' });
    expect(await checkOut(app, made)).toMatchObject({
      status: 409,
      body: { code: 'date_unavailable', reason: 'cut_off' },
    });
  });
});

it('leaves every invariant standing', async () => {
  expect(await checkInvariants(app.ctx)).toEqual([]);
  const live = await select(
    app.ctx,
    `select booking_id from payments where status in ('created', 'pending', 'processing') group by booking_id having count(*) > 1`,
  );
  expect(live).toEqual([]);
});

async function withPetiteAt(cents: number, work: () => Promise<void>): Promise<void> {
  const price = (amount: number) =>
    execute(app.ctx, `update mini_move_packages set price_cents = $1 where code = 'petite'`, [amount]);
  const shown = (amount: number) =>
    eventually(async () => {
      const { body } = await app.api.get('/api/v1/catalog');
      expect(body.packages[0].priceCents).toBe(amount);
    });
  await price(cents);
  try {
    await shown(cents);
    await work();
  } finally {
    await price(99_500);
    await shown(99_500);
  }
}

function minutesFrom(start: number, instant: string): number {
  return Math.round((Date.parse(instant) - start) / 60_000);
}
