import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { approveRefund } from '../../src/resources/payments/approve-refund.ts';
import { askRefund } from '../../src/resources/payments/ask-refund.ts';
import { settleDispute } from '../../src/resources/payments/settle-dispute.ts';
import { moneyAlone, startTestApplication, type TestApplication } from '../support/application.ts';
import { askStandIn, eventually, makeBooking, openPayment, readBooking } from '../support/bookings.ts';
import {
  awaitDispute,
  decideDispute,
  disputesIn,
  kindsOf,
  moneyOf,
  openDispute,
} from '../support/disputes.ts';
import {
  actingAs,
  awaitRefunds,
  cancel,
  cancellation,
  paidBooking,
  paymentOf,
  reconcileNow,
  refundsIn,
  reviewsOf,
} from '../support/refunds.ts';

/** A bank asks for money back (`rules.md` §5): taken in, frozen meanwhile, won or lost, and the books hold all along. */

let app: TestApplication;
beforeAll(async () => {
  app = await startTestApplication(moneyAlone);
});
afterAll(() => app.stop());

async function expectTrueBooks(): Promise<void> {
  expect(await checkInvariants(app.ctx)).toEqual([]);
}

describe('a dispute', () => {
  it('that is lost takes its money, asks nobody for it again, and tells the office', async () => {
    const made = await paidBooking(app);
    const id = await openDispute(app, made);
    await awaitDispute(app, made, 'open');
    await eventually(async () => expect(await kindsOf(app, made)).toEqual(['captured', 'dispute_withdrawn']));
    expect(await moneyOf(app, made)).toEqual({ due: 0, credits: 99_500, lost: 99_500 });
    const [review] = await reviewsOf(app, made);
    expect(review).toMatchObject({ kind: 'dispute_opened' });
    expect(review?.reason).toMatch(/^A bank disputes \$995\.00 of TT-\d+: the cardholder did not/);
    await expectTrueBooks();

    await decideDispute(app, id, 'lose');
    await awaitDispute(app, made, 'lost');
    expect(await moneyOf(app, made)).toEqual({ due: 0, credits: 99_500, lost: 99_500 });
    expect(await reviewsOf(app, made)).toEqual([]);
    await expectTrueBooks();
  });

  it('that is won gives the money back, and takes its credit back', async () => {
    const made = await paidBooking(app);
    const id = await openDispute(app, made, 20_000);
    await eventually(async () =>
      expect(await moneyOf(app, made)).toEqual({ due: 0, credits: 20_000, lost: 20_000 }),
    );
    await decideDispute(app, id, 'win');
    await awaitDispute(app, made, 'won');
    await eventually(async () => expect(await moneyOf(app, made)).toEqual({ due: 0, credits: 0, lost: 0 }));
    expect(await kindsOf(app, made)).toEqual(['captured', 'dispute_withdrawn', 'dispute_reinstated']);
    expect(await readBooking(app, made)).toMatchObject({ status: 'confirmed', price: { amountDueCents: 0 } });
    await expectTrueBooks();
  });

  it('is taken in once, however often and at once it is told', async () => {
    const made = await paidBooking(app);
    const id = await openDispute(app, made);
    await awaitDispute(app, made, 'open');
    await decideDispute(app, id, 'win');
    await Promise.all(Array.from({ length: 12 }, () => settleDispute(app.ctx, { stripeDisputeId: id })));
    await awaitDispute(app, made, 'won');
    expect(await kindsOf(app, made)).toEqual(['captured', 'dispute_withdrawn', 'dispute_reinstated']);
    expect(await disputesIn(app, made)).toHaveLength(1);
    await expectTrueBooks();
  });

  it('known before its payment settles the payment first', async () => {
    const made = await makeBooking(app);
    await askStandIn(app, 'POST', '/_faults', { dropWebhooks: 1_000 });
    const { paymentIntentId } = await openPayment(app, made);
    await askStandIn(app, 'POST', `/v1/payment_intents/${paymentIntentId}/confirm`, {
      payment_method: 'pm_card_visa',
    });
    const id = await openDispute(app, { ...made, paymentIntentId });
    await askStandIn(app, 'DELETE', '/_faults');
    await settleDispute(app.ctx, { stripeDisputeId: id });
    expect(await kindsOf(app, made)).toEqual(['captured', 'dispute_withdrawn']);
    expect(await readBooking(app, made)).toMatchObject({ status: 'confirmed' });
    await expectTrueBooks();
  });

  it('that no webhook told of is found by reconciling, and asked about until it ends', async () => {
    const made = await paidBooking(app);
    await askStandIn(app, 'POST', '/_faults', { dropWebhooks: 1_000 });
    const id = await openDispute(app, made);
    await reconcileNow(app);
    await awaitDispute(app, made, 'open');
    await decideDispute(app, id, 'lose');
    await reconcileNow(app);
    await awaitDispute(app, made, 'lost');
    expect(await kindsOf(app, made)).toEqual(['captured', 'dispute_withdrawn']);
    await askStandIn(app, 'DELETE', '/_faults');
    await expectTrueBooks();
  });

  it('of what is not ours is quiet', async () => {
    const outside = await askStandIn(app, 'POST', '/_simulate/payment_intents', {});
    const opened = await askStandIn(app, 'POST', '/_simulate/disputes', { payment_intent: outside.id });
    await eventually(async () => {
      const events = await select<{ status: string }>(
        app.ctx,
        `select status from webhook_events where body -> 'data' -> 'object' ->> 'id' = $1`,
        [opened.id],
      );
      expect(events.length).toBeGreaterThan(0);
      expect(new Set(events.map(({ status }) => status))).toEqual(new Set(['ignored']));
    });
  });

  it('may take what was given back already', async () => {
    const made = await paidBooking(app);
    await cancel(app, made);
    await awaitRefunds(app, made, 'succeeded');
    await openDispute(app, made, 99_500);
    await eventually(async () => expect(await moneyOf(app, made)).toMatchObject({ due: 0, lost: 99_500 }));
    await expectTrueBooks();
  });
});

describe('while a payment is disputed', () => {
  it('nothing of it is asked for, and the database agrees', async () => {
    const made = await paidBooking(app);
    const paymentId = await paymentOf(app, made);
    const id = await openDispute(app, made, 1_000);
    await awaitDispute(app, made, 'open');
    const staff = await actingAs(app, 'staff');
    const ask = () => askRefund(staff, { paymentId, amountCents: 500, reason: 'Sorry' });
    await expect(ask()).rejects.toMatchObject({
      code: 'refund_too_large',
      detail: expect.stringContaining('until the dispute ends'),
    });
    await expect(
      execute(
        app.ctx,
        `insert into refunds (payment_id, booking_id, amount_cents, reason, status, source, rule, requested_at, created_at, updated_at)
         select id, booking_id, 500, 'x', 'approved', 'rule', 'late_payment', now(), now(), now() from payments where id = $1`,
        [paymentId],
      ),
    ).rejects.toThrow(/is disputed/);
    await decideDispute(app, id, 'win');
    await awaitDispute(app, made, 'won');
    expect(await ask()).toMatchObject({ status: 'requested' });
  });

  it('what was asked for waits for a person, who cannot approve it before the end', async () => {
    const made = await paidBooking(app);
    const asked = await askRefund(await actingAs(app, 'staff'), {
      paymentId: await paymentOf(app, made),
      amountCents: 500,
      reason: 'Sorry',
    });
    const id = await openDispute(app, made, 1_000);
    await awaitRefunds(app, made, 'needs_review');
    const admin = await actingAs(app, 'admin');
    await expect(approveRefund(admin, asked.id)).rejects.toMatchObject({ code: 'refund_too_large' });
    await expectTrueBooks();
    await decideDispute(app, id, 'win');
    await awaitDispute(app, made, 'won');
    await approveRefund(admin, asked.id);
    await awaitRefunds(app, made, 'succeeded');
    await expectTrueBooks();
  });

  it('a cancellation holds back what it freezes, and says so', async () => {
    const made = await paidBooking(app);
    await openDispute(app, made, 1_000);
    await awaitDispute(app, made, 'open');
    expect((await cancellation(app, made)).body).toMatchObject({
      refundCents: 0,
      steps: expect.arrayContaining([{ step: 'refund', status: 'needs_review' }]),
    });
    expect((await cancel(app, made)).body).toMatchObject({
      steps: expect.arrayContaining([{ step: 'refund', status: 'needs_review' }]),
    });
    expect(await refundsIn(app, made)).toEqual([]);
    expect((await reviewsOf(app, made)).map(({ kind }) => kind).sort()).toEqual([
      'dispute_opened',
      'refund_frozen',
    ]);
    await expectTrueBooks();
  });
});
