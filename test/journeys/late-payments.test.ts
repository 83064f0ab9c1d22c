import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { settlePayment } from '../../src/resources/payments/settle-payment.ts';
import { settleRefund } from '../../src/resources/payments/settle-refund.ts';
import { moneyAlone, startTestApplication, type TestApplication } from '../support/application.ts';
import {
  askStandIn,
  eventually,
  type Made,
  makeBooking,
  openPayment,
  pay,
  readBooking,
} from '../support/bookings.ts';
import { atStripe, awaitRefunds, ledgerOf, type RefundRow } from '../support/refunds.ts';

/** `rules.md` §4: what money does that comes when its booking has moved on, or in another sum. */

let app: TestApplication;

beforeAll(async () => {
  app = await startTestApplication(moneyAlone);
  // Webhooks are left out: each test settles at the moment it means.
  await askStandIn(app, 'POST', '/_faults', { dropWebhooks: 1_000_000 });
});
afterAll(() => app.stop());

interface Paid {
  readonly made: Made;
  readonly payment: Record<string, any>;
  readonly settle: () => Promise<string>;
}

/** A booking whose card was charged, which nobody here knows yet. */
async function paidUnknown(): Promise<Paid> {
  const made = await makeBooking(app);
  const payment = await openPayment(app, made);
  expect((await pay(app, payment)).status).toBe('succeeded');
  return {
    made,
    payment,
    settle: () => settlePayment(app.ctx, { paymentIntentId: payment.paymentIntentId }),
  };
}

async function putInto(made: Made, status: string, more = ''): Promise<void> {
  await execute(app.ctx, `update payments set status = 'cancelled' where booking_id = $1`, [made.id]);
  await execute(
    app.ctx,
    `update bookings set status = $2, hold_started_at = null, hold_expires_at = null,
       cancelled_at = case when $2 = 'cancelled' then updated_at end ${more} where id = $1`,
    [made.id, status],
  );
}

async function reviewsOf(made: Made): Promise<{ kind: string; reason: string; suggested_step: string }[]> {
  return select(app.ctx, 'select kind, reason, suggested_step from needs_reviews where booking_id = $1', [
    made.id,
  ]);
}

describe('a payment that comes late', () => {
  it('revives an expired booking whose day is still to come', async () => {
    const { made, settle } = await paidUnknown();
    await putInto(made, 'expired');
    expect(await settle()).toBe('settled');
    expect(await readBooking(app, made)).toMatchObject({
      status: 'confirmed',
      payment: { status: 'succeeded' },
    });
    expect(await reviewsOf(made)).toEqual([]);
  });

  it.each([
    [
      'expired, when its day has passed',
      'expired',
      `, pickup_date = '2027-04-01'`,
      'late_payment',
      /day has passed/,
    ],
    [
      'expired, when its price is another',
      'expired',
      ', total_cents = total_cents + 100, subtotal_cents = subtotal_cents + 100',
      'late_payment',
      /price/,
    ],
    ['an inquiry again', 'inquiry', '', 'late_payment', /changed since/],
    ['cancelled', 'cancelled', '', 'cancelled_payment', /cancelled/],
  ])('for a booking that is %s goes back in full', async (_, status, more, rule, words) => {
    const { made, payment, settle } = await paidUnknown();
    await putInto(made, status, more);
    const { amountDueCents } = (await readBooking(app, made)).price;

    await settle();

    const [refund, ...others] = await awaitRefunds(app, made, 'succeeded');
    expect(others).toEqual([]);
    expect(refund).toMatchObject({
      rule,
      source: 'rule',
      amount_cents: 99_500,
      reason: expect.stringMatching(words),
    });
    expect(await atStripe(app, payment.paymentIntentId)).toMatchObject([{ amount: 99_500 }]);
    expect(await ledgerOf(app, made)).toEqual([
      { kind: 'captured', amount_cents: 99_500 },
      { kind: 'refunded', amount_cents: 99_500 },
    ]);
    const booking = await readBooking(app, made);
    expect(booking).toMatchObject({ status, refundedCents: 99_500 });
    // What was never sold is asked for anew; a cancelled booking owes nothing.
    expect(booking.price.amountDueCents).toBe(status === 'cancelled' ? 0 : amountDueCents);
    expect(await reviewsOf(made)).toEqual([]);
  });

  it('buys nothing while it goes back: a new checkout asks for the whole price again', async () => {
    const { made, settle } = await paidUnknown();
    await putInto(made, 'inquiry');
    await askStandIn(app, 'POST', '/_faults', { pendingRefund: 1 });
    await settle();
    const { stripe_refund_id: refundId } = await eventually(async () => {
      const [refund] = await awaitRefunds(app, made, 'sent');
      expect(refund?.stripe_refund_id).not.toBeNull();
      return refund as RefundRow;
    });
    const again = await openPayment(app, made);
    expect(again.amountCents).toBe(99_500);
    await pay(app, again);
    await settlePayment(app.ctx, { paymentIntentId: again.paymentIntentId });
    expect((await readBooking(app, made)).status).toBe('confirmed');
    await askStandIn(app, 'POST', `/_simulate/refunds/${refundId}/succeed`);
    await settleRefund(app.ctx, { stripeRefundId: refundId ?? '' });
    expect(await readBooking(app, made)).toMatchObject({
      status: 'confirmed',
      refundedCents: 99_500,
      price: { creditsCents: 0, amountDueCents: 0 },
    });
  });

  it('and is another sum than was due keeps the hold and asks a person', async () => {
    const { made, payment, settle } = await paidUnknown();
    await execute(
      app.ctx,
      'update bookings set total_cents = total_cents + 500, subtotal_cents = subtotal_cents + 500 where id = $1',
      [made.id],
    );
    await settle();
    expect(await readBooking(app, made)).toMatchObject({ status: 'pending_payment' });
    expect(await reviewsOf(made)).toMatchObject([{ kind: 'amount_mismatch' }]);
    expect(payment.amountCents).toBe(99_500);

    await app.moveClock({ advance: 'PT45M' });
    expect((await readBooking(app, made)).status).toBe('pending_payment');
  });

  it('a second time for a paid booking is a duplicate', async () => {
    const { made, settle } = await paidUnknown();
    await settle();
    const extra = await askStandIn(app, 'POST', '/v1/payment_intents', {
      amount: 99_500,
      currency: 'usd',
      confirm: 'true',
      payment_method: 'pm_card_visa',
      return_url: 'http://localhost:3000',
    });
    await execute(
      app.ctx,
      `insert into payments (booking_id, attempt, purpose, amount_cents, status, stripe_payment_intent_id, created_at, updated_at)
       values ($1, 2, 'booking', 99500, 'cancelled', $2, $3, $3)`,
      [made.id, extra.id, app.ctx.clock.now()],
    );
    await settlePayment(app.ctx, { paymentIntentId: extra.id });
    expect(await awaitRefunds(app, made, 'succeeded')).toMatchObject([
      { rule: 'duplicate_payment', amount_cents: 99_500 },
    ]);
    expect(await atStripe(app, extra.id)).toHaveLength(1);
    expect(await reviewsOf(made)).toEqual([]);
    expect(await readBooking(app, made)).toMatchObject({
      status: 'confirmed',
      refundedCents: 99_500,
      price: { creditsCents: 0, amountDueCents: 0 },
    });
  });
});

describe('money that is not ours', () => {
  it('without our marks is quiet', async () => {
    const stranger = await askStandIn(app, 'POST', '/v1/payment_intents', {
      amount: 500,
      currency: 'usd',
      confirm: 'true',
      payment_method: 'pm_card_visa',
      return_url: 'http://localhost:3000',
    });
    expect(await settlePayment(app.ctx, { paymentIntentId: stranger.id })).toBe('not_ours');
    expect(await select(app.ctx, 'select from needs_reviews where subject = $1', [stranger.id])).toEqual([]);
  });

  it('with our marks, but no row, is put before a person', async () => {
    const orphan = await askStandIn(app, 'POST', '/v1/payment_intents', {
      amount: 500,
      currency: 'usd',
      confirm: 'true',
      payment_method: 'pm_card_visa',
      return_url: 'http://localhost:3000',
      'metadata[payment_id]': '00000000-0000-4000-8000-000000000000',
    });
    expect(await settlePayment(app.ctx, { paymentIntentId: orphan.id })).toBe('not_ours');
    expect(await select(app.ctx, 'select kind from needs_reviews where subject = $1', [orphan.id])).toEqual([
      { kind: 'orphan_payment' },
    ]);
  });

  it("cannot pay another's booking: an intent counts for its own row only", async () => {
    const cheap = await paidUnknown();
    const made = await makeBooking(app);
    const payment = await openPayment(app, made);
    await cheap.settle();
    expect((await readBooking(app, made)).status).toBe('pending_payment');
    expect(await settlePayment(app.ctx, { paymentIntentId: payment.paymentIntentId })).toBe('open');
    expect((await readBooking(app, made)).status).toBe('pending_payment');
  });
});

it('leaves every invariant standing', async () => {
  expect(await checkInvariants(app.ctx)).toEqual([]);
});
