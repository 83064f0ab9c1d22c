import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { cancelBooking } from '../../src/resources/bookings/cancel-booking.ts';
import { approveRefund } from '../../src/resources/payments/approve-refund.ts';
import { rejectRefund } from '../../src/resources/payments/reject-refund.ts';
import { settlePayment } from '../../src/resources/payments/settle-payment.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import {
  askStandIn,
  checkOut,
  eventually,
  makeBooking,
  openPayment,
  pay,
  readBooking,
} from '../support/bookings.ts';
import { TEST_NOW } from '../support/context.ts';
import {
  actingAs,
  atStripe,
  awaitRefunds,
  cancel,
  cancellation,
  expectBalanced,
  ledgerOf,
  paidBooking,
  refundsIn,
  reviewsOf,
} from '../support/refunds.ts';
import { awaitTasks } from '../support/road.ts';

/** Cancelling (`rules.md` §1, §4, §5): by its customer, by staff, at once, in flight, with Stripe away. */

let app: TestApplication;
beforeAll(async () => {
  app = await startTestApplication();
});
afterEach(async () => {
  await askStandIn(app, 'DELETE', '/_faults');
  await app.moveClock({ now: TEST_NOW });
});
afterAll(() => app.stop());

const done = { status: 'done' };

describe('its customer', () => {
  it('sees the plan first, which changes nothing, then carries it out', async () => {
    const made = await paidBooking(app);
    await awaitTasks(app, made);
    const plan = await cancellation(app, made);
    expect(plan).toMatchObject({
      status: 200,
      body: {
        booking: { status: 'confirmed' },
        refundBasisPoints: 10_000,
        refundCents: 99_500,
        keptCents: 0,
        steps: [
          { step: 'booking', status: 'pending' },
          { step: 'capacity', status: 'pending' },
          { step: 'refund', status: 'pending' },
          { step: 'tasks', status: 'pending' },
        ],
      },
    });
    expect(await refundsIn(app, made)).toEqual([]);

    const { status, body } = await cancel(app, made, { reason: ' We stay ' });

    expect(status).toBe(200);
    expect(body).toMatchObject({ booking: { status: 'cancelled' }, refundCents: 99_500, keptCents: 0 });
    expect(body.booking.cancelledAt).not.toBeNull();
    const [refund, ...others] = await awaitRefunds(app, made, 'succeeded');
    expect(others).toEqual([]);
    expect(refund).toMatchObject({ amount_cents: 99_500, source: 'rule', rule: 'customer_cancellation' });
    expect(await atStripe(app, made.paymentIntentId)).toMatchObject([
      { amount: 99_500, metadata: { refund_id: refund?.id } },
    ]);
    expect(await readBooking(app, made)).toMatchObject({ status: 'cancelled', refundedCents: 99_500 });
    await eventually(async () =>
      expect((await cancellation(app, made)).body.steps).toMatchObject([done, done, done, done, done]),
    );
    expect(await select(app.ctx, 'select cancel_reason from bookings where id = $1', [made.id])).toEqual([
      { cancel_reason: 'We stay' },
    ]);
    await expectBalanced(app, made);
  });

  it.each([
    ['2027-05-10T11:00:00Z', 10_000, 99_500],
    ['2027-05-10T13:00:00Z', 5_000, 49_750],
    ['2027-05-11T13:00:00Z', 0, 0],
  ])('gets back at %s what the policy says (%i)', async (now, rate, cents) => {
    const made = await paidBooking(app);
    await app.moveClock({ now });
    const { body } = await cancel(app, made);
    expect(body).toMatchObject({ refundBasisPoints: rate, refundCents: cents, keptCents: 99_500 - cents });
    if (cents > 0) await awaitRefunds(app, made, 'succeeded');
    expect((await readBooking(app, made)).refundedCents).toBe(cents);
    await expectBalanced(app, made);
  });

  it('cancels an inquiry: nothing to give back, its code is free again, and nothing can be done with it', async () => {
    const made = await makeBooking(app, { discountCode: 'SPRING10' });
    await checkOut(app, made);
    const uses = () => select(app.ctx, 'select from discount_redemptions where booking_id = $1', [made.id]);
    expect(await uses()).toHaveLength(1);
    expect((await cancel(app, made)).body).toMatchObject({ refundCents: 0, keptCents: 0 });
    expect(await uses()).toEqual([]);
    expect(await refundsIn(app, made)).toEqual([]);
    expect(await cancel(app, made)).toMatchObject({ status: 409, body: { code: 'booking_cancelled' } });
    expect(await checkOut(app, made)).toMatchObject({ status: 409, body: { code: 'booking_cancelled' } });
    expect(await app.api.patch(made.path, { coi: true }, made.headers)).toMatchObject({
      status: 409,
      body: { code: 'not_editable' },
    });
    await expectBalanced(app, made);
  });

  it('is refused once the move has begun, and told what is wrong with a request', async () => {
    const made = await paidBooking(app);
    expect(await app.api.post(`${made.path}/cancel`, {}, made.headers)).toMatchObject({
      status: 400,
      body: { code: 'idempotency_key_required' },
    });
    expect((await cancel(app, made, { reason: 'x'.repeat(2_001) })).body.errors).toMatchObject([
      { path: 'reason', code: 'too_long' },
    ]);
    expect((await cancel(app, { ...made, headers: {} })).status).toBe(404);
    for (const status of ['in_progress', 'completed']) {
      await execute(app.ctx, 'update bookings set status = $2 where id = $1', [made.id, status]);
      for (const answer of [await cancel(app, made), await cancellation(app, made)])
        expect(answer).toMatchObject({ status: 409, body: { code: 'not_cancellable' } });
    }
    expect(await refundsIn(app, made)).toEqual([]);
  });

  it('asking again with the same key gets the same answer, and with another body is refused', async () => {
    const made = await paidBooking(app);
    const first = await cancel(app, made, { key: 'once' });
    await awaitRefunds(app, made, 'succeeded');
    const again = await cancel(app, made, { key: 'once' });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.body).toEqual(first.body);
    expect((await cancel(app, made, { key: 'once', reason: 'Other' })).body.code).toBe(
      'idempotency_key_reused',
    );
    expect(await refundsIn(app, made)).toHaveLength(1);
  });

  it('ten times at once is one cancellation and one refund', async () => {
    const made = await paidBooking(app);
    const answers = await Promise.all(Array.from({ length: 10 }, () => cancel(app, made)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(409)]);
    expect(new Set(answers.map(({ body }) => body.code))).toEqual(new Set([undefined, 'booking_cancelled']));
    await awaitRefunds(app, made, 'succeeded');
    expect(await atStripe(app, made.paymentIntentId)).toHaveLength(1);
    const same = await paidBooking(app);
    const keyed = await Promise.all(Array.from({ length: 5 }, () => cancel(app, same, { key: 'same' })));
    expect(new Set(keyed.map(({ status }) => status))).toEqual(new Set([200]));
    await awaitRefunds(app, same, 'succeeded');
    expect(await refundsIn(app, same)).toHaveLength(1);
  });
});

describe('with a payment under way', () => {
  it('its intent is cancelled, and no card can be charged any more', async () => {
    const made = await makeBooking(app);
    const payment = await openPayment(app, made);
    expect((await cancellation(app, made)).body.steps).toContainEqual({ step: 'payment', status: 'pending' });
    const { body } = await cancel(app, made);
    expect(body.steps).toMatchObject([done, done, { step: 'payment', status: 'done' }]);
    expect((await askStandIn(app, 'GET', `/v1/payment_intents/${payment.paymentIntentId}`)).status).toBe(
      'canceled',
    );
    expect((await pay(app, payment)).error).toBeDefined();
    await expectBalanced(app, made);
  });

  it('that Stripe calls succeeded in that moment, the plan gives it back whole', async () => {
    await askStandIn(app, 'POST', '/_faults', { dropWebhooks: 1_000 });
    const made = await makeBooking(app, { pickupDate: '2027-04-07' });
    const payment = await openPayment(app, made);
    await app.moveClock({ now: '2027-04-05T14:10:00Z' });
    await pay(app, payment);
    const { status, body } = await cancel(app, made);
    expect(status).toBe(200);
    // By the policy it would be half: less than 48 hours are left.
    expect(body).toMatchObject({ refundBasisPoints: 5_000, refundCents: 99_500, keptCents: 0 });
    expect(await awaitRefunds(app, made, 'succeeded')).toMatchObject([
      { amount_cents: 99_500, rule: 'cancelled_payment' },
    ]);
    expect(await ledgerOf(app, made)).toEqual([
      { kind: 'captured', amount_cents: 99_500 },
      { kind: 'refunded', amount_cents: 99_500 },
    ]);
    expect(await reviewsOf(app, made)).toEqual([]);
    await expectBalanced(app, made);
  });

  it('while Stripe is away: cancelled at once, the rest goes on when it is back', async () => {
    const made = await makeBooking(app);
    const payment = await openPayment(app, made);
    await askStandIn(app, 'POST', '/_faults', { match: '/cancel', error500: 8 });
    const { status, body } = await cancel(app, made);
    expect({ status, booking: body.booking.status }).toEqual({ status: 200, booking: 'cancelled' });
    expect(body.steps).toContainEqual({ step: 'payment', status: 'pending' });
    await eventually(async () => {
      expect((await cancellation(app, made)).body.steps).toContainEqual({ step: 'payment', status: 'done' });
    }, 20_000);
    expect((await askStandIn(app, 'GET', `/v1/payment_intents/${payment.paymentIntentId}`)).status).toBe(
      'canceled',
    );
  });

  it('cancelled against the settling of its payment, it ends cancelled with every cent back', async () => {
    const bookings = await Promise.all(Array.from({ length: 8 }, () => makeBooking(app)));
    await Promise.all(
      bookings.map(async (made) => {
        const payment = await openPayment(app, made);
        const paid = pay(app, payment);
        const settled = paid.then(() =>
          settlePayment(app.ctx, { paymentIntentId: payment.paymentIntentId }).catch(() => null),
        );
        const [answer] = await Promise.all([cancel(app, made), settled]);
        expect(answer.status).toBe(200);
      }),
    );
    for (const made of bookings) {
      await eventually(async () => {
        const booking = await readBooking(app, made);
        const captured = booking.payment.status === 'succeeded' ? 99_500 : 0;
        expect(booking).toMatchObject({ status: 'cancelled', refundedCents: captured });
      });
      await expectBalanced(app, made);
    }
  });
});

describe('staff', () => {
  it('cancel, and the refund waits for an admin who is not the one who asked', async () => {
    const made = await paidBooking(app);
    const admin = await actingAs(app, 'admin');
    const manager = await actingAs(app, 'manager');
    const staff = await actingAs(app, 'staff');
    const plan = await cancelBooking(admin, { bookingId: made.id, reason: 'They called' });
    expect(plan.steps).toContainEqual({ step: 'refund', status: 'pending' });
    const [refund] = await refundsIn(app, made);
    expect(refund).toMatchObject({ status: 'requested', source: 'staff', amount_cents: 99_500 });
    const id = refund?.id ?? '';

    for (const ctx of [admin, staff]) {
      await expect(approveRefund(ctx, id)).rejects.toMatchObject({ code: 'forbidden' });
      await expect(rejectRefund(ctx, { refundId: id, reason: 'No' })).rejects.toMatchObject({
        code: 'forbidden',
      });
    }
    const tries = await Promise.allSettled(Array.from({ length: 5 }, () => approveRefund(manager, id)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await awaitRefunds(app, made, 'succeeded');
    expect(await atStripe(app, made.paymentIntentId)).toHaveLength(1);
    await expect(rejectRefund(manager, { refundId: id, reason: 'No' })).rejects.toMatchObject({
      code: 'move_not_allowed',
    });
    await expectBalanced(app, made);
  });

  it('may give back another sum, up to what is left, and cancel a move that has begun', async () => {
    const made = await paidBooking(app);
    await execute(app.ctx, `update bookings set status = 'in_progress' where id = $1`, [made.id]);
    const staff = await actingAs(app, 'staff');
    const asked = { bookingId: made.id, reason: 'Broken van' };
    await expect(cancelBooking(staff, { ...asked, refundCents: 99_501 })).rejects.toMatchObject({
      code: 'refund_too_large',
    });
    expect(await readBooking(app, made)).toMatchObject({ status: 'in_progress' });
    await cancelBooking(staff, { ...asked, refundCents: 20_000 });
    const [refund] = await refundsIn(app, made);
    expect(refund).toMatchObject({ amount_cents: 20_000, status: 'requested' });
    await rejectRefund(await actingAs(app, 'admin'), { refundId: refund?.id ?? '', reason: 'No' });
    expect((await cancellation(app, made)).body).toMatchObject({ refundCents: 0, keptCents: 99_500 });
    await expectBalanced(app, made);
  });

  it('withdraws what was asked for before, and a viewer cancels nothing', async () => {
    const made = await paidBooking(app);
    const [payment] = await select<{ id: string }>(app.ctx, 'select id from payments where booking_id = $1', [
      made.id,
    ]);
    const staff = await actingAs(app, 'staff');
    await execute(
      app.ctx,
      `insert into refunds (payment_id, booking_id, amount_cents, reason, source, requested_by, requested_at, created_at, updated_at)
       values ($1, $2, 90000, 'Kindness', 'staff', $3, $4, $4, $4)`,
      [payment?.id, made.id, staff.actor.type === 'staff' ? staff.actor.id : '', app.ctx.clock.now()],
    );
    await expect(
      cancelBooking(await actingAs(app, 'viewer'), { bookingId: made.id, reason: 'x' }),
    ).rejects.toMatchObject({ code: 'forbidden' });
    await cancel(app, made);
    await eventually(async () => {
      const rows = await refundsIn(app, made);
      expect(rows.map(({ status, amount_cents: amount }) => [status, amount])).toEqual([
        ['withdrawn', 90_000],
        ['succeeded', 99_500],
      ]);
    });
  });
});

it('leaves every invariant standing', async () => {
  expect(await checkInvariants(app.ctx)).toEqual([]);
});
