import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { settlePayment } from '../../src/resources/payments/settle-payment.ts';
import {
  type Backend,
  backends,
  moneyAlone,
  startTestApplication,
  type TestApplication,
} from '../support/application.ts';
import {
  askStandIn,
  awaitStatus,
  checkOut,
  eventually,
  makeBooking,
  openPayment,
  pay,
  readBooking,
} from '../support/bookings.ts';
import { awaitEvents } from '../support/stripe-events.ts';

describe.each(backends)('paying, with jobs on %s', (backend: Backend) => {
  let app: TestApplication;

  beforeAll(async () => {
    app = await startTestApplication(moneyAlone, backend);
  });
  afterAll(() => app.stop());

  it('confirms a booking when its card is charged', async () => {
    const made = await makeBooking(app);
    const { status, body } = await checkOut(app, made);
    expect(status).toBe(200);
    expect(body.booking).toMatchObject({
      status: 'pending_payment',
      payment: { status: 'pending', amountCents: 99_500 },
    });
    expect(body.payment).toMatchObject({ amountCents: 99_500, publishableKey: 'pk_test_local' });

    const intent = await pay(app, body.payment);

    expect(intent.status).toBe('succeeded');
    const booking = await awaitStatus(app, made, 'confirmed');
    expect(booking).toMatchObject({
      price: { totalCents: 99_500, amountDueCents: 0 },
      payment: { status: 'succeeded', amountCents: 99_500, holdExpiresAt: null },
      refundedCents: 0,
    });
    expect(booking.confirmedAt).not.toBeNull();
  });

  it('tells a decline plainly and takes a good card on the same intent', async () => {
    const made = await makeBooking(app);
    const payment = await openPayment(app, made);
    await pay(app, payment, 'pm_card_visa_chargeDeclinedInsufficientFunds');
    const declined = await eventually(async () => {
      const booking = await readBooking(app, made);
      expect(booking.payment.failure).toMatchObject({ code: 'insufficient_funds' });
      return booking;
    });
    expect(declined).toMatchObject({ status: 'pending_payment', payment: { attemptsLeft: 2 } });
    expect(declined.payment.failure.message).toMatch(/funds/i);

    await pay(app, payment);

    const booking = await awaitStatus(app, made, 'confirmed');
    expect(booking.payment).toMatchObject({ status: 'succeeded', failure: null });
  });

  it('puts a storm of declined cards before a person, once', async () => {
    await execute(
      app.ctx,
      `insert into audit_logs (at, actor_type, actor_name, action, subject_type, subject_id, changes)
       select $1, 'system', 'settle', 'payment.declined', 'payment', 'x', '{}' from generate_series(1, 19)`,
      [app.ctx.clock.now()],
    );
    const cases = () =>
      select<{ reason: string }>(app.ctx, `select reason from needs_reviews where kind = 'card_testing'`);
    for (const made of [await makeBooking(app), await makeBooking(app)]) {
      await pay(app, await openPayment(app, made), 'pm_card_visa_chargeDeclined');
      await eventually(async () => expect((await readBooking(app, made)).payment.attemptsLeft).toBe(2));
    }
    const told = await cases();
    expect(told).toHaveLength(1);
    expect(told[0]?.reason).toMatch(/^2\d cards of \d+ bookings were declined/);
  });

  it('ends after the third declined card, and takes no fourth', async () => {
    const made = await makeBooking(app);
    const payment = await openPayment(app, made);
    for (let attempt = 1; attempt <= 3; attempt += 1) await pay(app, payment, 'pm_card_visa_chargeDeclined');

    const booking = await awaitStatus(app, made, 'expired');

    expect(booking.payment).toMatchObject({ attemptsLeft: 0, holdExpiresAt: null });
    const again = await checkOut(app, made);
    expect(again).toMatchObject({ status: 409, body: { code: 'attempts_exhausted' } });
    expect((await askStandIn(app, 'GET', `/v1/payment_intents/${payment.paymentIntentId}`)).status).toBe(
      'canceled',
    );
  });

  it('waits for 3-D Secure and confirms once the customer has passed it', async () => {
    const made = await makeBooking(app);
    const payment = await openPayment(app, made);
    const intent = await pay(app, payment, 'pm_card_authenticationRequired', {
      return_url: 'http://localhost:3000/paid',
    });
    expect(intent).toMatchObject({ status: 'requires_action', next_action: { type: 'redirect_to_url' } });
    expect((await readBooking(app, made)).status).toBe('pending_payment');

    const page = await fetch(intent.next_action.redirect_to_url.url);
    expect(await page.text()).toContain('Complete');
    await fetch(intent.next_action.redirect_to_url.url, {
      method: 'POST',
      body: new URLSearchParams({ result: 'complete' }),
    });

    await awaitStatus(app, made, 'confirmed');
  });

  it('asks Stripe no more about what is known to have succeeded', async () => {
    const made = await makeBooking(app);
    const payment = await openPayment(app, made);
    await pay(app, payment);
    const { paymentIntentId } = payment as { paymentIntentId: string };
    const events = await awaitEvents(app, { paymentIntentId });
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['payment_intent.succeeded', 'charge.succeeded']),
    );
    const reads = async () =>
      ((await askStandIn(app, 'GET', '/_requests')) as { method: string; path: string }[]).filter(
        ({ method, path }) => method === 'GET' && path === `/v1/payment_intents/${paymentIntentId}`,
      ).length;
    const asked = await reads();
    expect(asked).toBeGreaterThan(0);
    await expect(settlePayment(app.ctx, { paymentIntentId })).resolves.toBe('already_settled');
    expect(await reads()).toBe(asked);
  });

  it('changes nothing when every webhook comes twenty times more', async () => {
    const made = await makeBooking(app);
    const payment = await openPayment(app, made);
    await pay(app, payment, 'pm_card_visa_chargeDeclined');
    await pay(app, payment);
    await awaitStatus(app, made, 'confirmed');
    const facts = () =>
      select(
        app.ctx,
        `select (select json_agg(b) from bookings b where id = $1) as booking,
           (select json_agg(p) from payments p where booking_id = $1) as payments,
           (select json_agg(a order by a.id) from payment_audits a where booking_id = $1) as ledger,
           (select count(*) from audit_logs where booking_id = $1 and subject_type in ('booking', 'payment')) as audits,
           (select count(*) from webhook_events where body::text like '%' || $2 || '%') as events`,
        [made.id, payment.paymentIntentId],
      );
    const own = await awaitEvents(app, { paymentIntentId: payment.paymentIntentId });
    const before = await facts();
    expect(own.length).toBeGreaterThanOrEqual(4);

    for (const { id } of own) await askStandIn(app, 'POST', '/_faults/redeliver', { eventId: id, times: 20 });

    expect(await facts()).toEqual(before);
  });

  it('gives the same live intent to a repeated checkout, and to twenty at once', async () => {
    const made = await makeBooking(app);
    const answers = await Promise.all(Array.from({ length: 20 }, () => checkOut(app, made)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.payment.paymentIntentId)).size).toBe(1);
    expect(new Set(answers.map(({ body }) => body.payment.clientSecret)).size).toBe(1);

    const { data } = await askStandIn(app, 'GET', '/v1/payment_intents?limit=100');
    expect(data.filter((intent: any) => intent.metadata.booking_id === made.id)).toHaveLength(1);
  });

  it('begins no payment beside one that is live, whatever the booking says', async () => {
    const made = await makeBooking(app);
    const [live] = await select<{ id: string }>(
      app.ctx,
      `insert into payments (id, booking_id, attempt, purpose, amount_cents, created_at, updated_at)
       values (gen_random_uuid(), $1, 1, 'booking', 99500, now(), now()) returning id`,
      [made.id],
    );
    expect(await checkOut(app, made)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(await readBooking(app, made)).toMatchObject({ status: 'inquiry' });
    expect(
      await select(app.ctx, 'select booking_id from capacity_takings where booking_id = $1', [made.id]),
    ).toEqual([]);
    await execute(app.ctx, `update payments set status = 'cancelled' where id = $1`, [live?.id]);
  });

  it('leaves every invariant standing', async () => {
    expect(await checkInvariants(app.ctx)).toEqual([]);
  });
});
