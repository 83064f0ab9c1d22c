import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { approveRefund } from '../../src/resources/payments/approve-refund.ts';
import { askRefund } from '../../src/resources/payments/ask-refund.ts';
import { settleDispute } from '../../src/resources/payments/settle-dispute.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import { askStandIn, eventually, makeBooking, openPayment, readBooking } from '../support/bookings.ts';
import {
  actingAs,
  awaitRefunds,
  cancel,
  cancellation,
  ledgerOf,
  type Paid,
  paidBooking,
  reconcileNow,
  refundsIn,
  reviewsOf,
} from '../support/refunds.ts';

/** A bank asks for money back (`rules.md` §5): taken in, frozen meanwhile, won or lost, and the books hold all along. */

let app: TestApplication;
beforeAll(async () => {
  app = await startTestApplication();
});
afterAll(() => app.stop());

interface Row {
  readonly id: string;
  readonly status: string;
  readonly amount_cents: number;
  readonly stripe_dispute_id: string;
}

const disputesIn = (made: Pick<Paid, 'id'>): Promise<Row[]> =>
  select(app.ctx, 'select * from disputes where booking_id = $1 order by created_at', [made.id]);

async function dispute(made: Paid, amount?: number): Promise<string> {
  const opened = await askStandIn(app, 'POST', '/_simulate/disputes', {
    payment_intent: made.paymentIntentId,
    ...(amount !== undefined && { amount }),
  });
  return opened.id;
}

const decide = (id: string, verdict: 'win' | 'lose') =>
  askStandIn(app, 'POST', `/_simulate/disputes/${id}/${verdict}`);

async function awaitDispute(made: Pick<Paid, 'id'>, status: string): Promise<Row> {
  return eventually(async () => {
    const [row] = await disputesIn(made);
    expect(row).toMatchObject({ status });
    return row as Row;
  });
}

const kindsOf = async (made: Paid) => (await ledgerOf(app, made)).map(({ kind }) => kind);

async function moneyOf(made: Paid) {
  const [row] = await select<{ due: number; credits: number; lost: number }>(
    app.ctx,
    `select total_cents - credits_cents - captured_cents + refunded_cents + lost_dispute_cents as due,
       credits_cents as credits, lost_dispute_cents as lost from bookings where id = $1`,
    [made.id],
  );
  return row;
}

async function expectTrueBooks(): Promise<void> {
  expect(await checkInvariants(app.ctx)).toEqual([]);
}

describe('a dispute', () => {
  it('that is lost takes its money, asks nobody for it again, and tells the office', async () => {
    const made = await paidBooking(app);
    const id = await dispute(made);
    await awaitDispute(made, 'open');
    await eventually(async () => expect(await kindsOf(made)).toEqual(['captured', 'dispute_withdrawn']));
    expect(await moneyOf(made)).toEqual({ due: 0, credits: 99_500, lost: 99_500 });
    const [review] = await reviewsOf(app, made);
    expect(review).toMatchObject({ kind: 'dispute_opened' });
    expect(review?.reason).toMatch(/^A bank disputes \$995\.00 of TT-\d+: the cardholder did not/);
    await expectTrueBooks();

    await decide(id, 'lose');
    await awaitDispute(made, 'lost');
    expect(await moneyOf(made)).toEqual({ due: 0, credits: 99_500, lost: 99_500 });
    expect(await reviewsOf(app, made)).toEqual([]);
    await expectTrueBooks();
  });

  it('that is won gives the money back, and takes its credit back', async () => {
    const made = await paidBooking(app);
    const id = await dispute(made, 20_000);
    await eventually(async () =>
      expect(await moneyOf(made)).toEqual({ due: 0, credits: 20_000, lost: 20_000 }),
    );
    await decide(id, 'win');
    await awaitDispute(made, 'won');
    await eventually(async () => expect(await moneyOf(made)).toEqual({ due: 0, credits: 0, lost: 0 }));
    expect(await kindsOf(made)).toEqual(['captured', 'dispute_withdrawn', 'dispute_reinstated']);
    expect(await readBooking(app, made)).toMatchObject({ status: 'confirmed', price: { amountDueCents: 0 } });
    await expectTrueBooks();
  });

  it('is taken in once, however often and at once it is told', async () => {
    const made = await paidBooking(app);
    const id = await dispute(made);
    await awaitDispute(made, 'open');
    await decide(id, 'win');
    await Promise.all(Array.from({ length: 12 }, () => settleDispute(app.ctx, { stripeDisputeId: id })));
    await awaitDispute(made, 'won');
    expect(await kindsOf(made)).toEqual(['captured', 'dispute_withdrawn', 'dispute_reinstated']);
    expect(await disputesIn(made)).toHaveLength(1);
    await expectTrueBooks();
  });

  it('known before its payment settles the payment first', async () => {
    const made = await makeBooking(app);
    await askStandIn(app, 'POST', '/_faults', { dropWebhooks: 1_000 });
    const { paymentIntentId } = await openPayment(app, made);
    await askStandIn(app, 'POST', `/v1/payment_intents/${paymentIntentId}/confirm`, {
      payment_method: 'pm_card_visa',
    });
    const id = await dispute({ ...made, paymentIntentId });
    await askStandIn(app, 'DELETE', '/_faults');
    await settleDispute(app.ctx, { stripeDisputeId: id });
    expect(await kindsOf({ ...made, paymentIntentId })).toEqual(['captured', 'dispute_withdrawn']);
    expect(await readBooking(app, made)).toMatchObject({ status: 'confirmed' });
    await expectTrueBooks();
  });

  it('that no webhook told of is found by reconciling, and asked about until it ends', async () => {
    const made = await paidBooking(app);
    await askStandIn(app, 'POST', '/_faults', { dropWebhooks: 1_000 });
    const id = await dispute(made);
    await reconcileNow(app);
    await awaitDispute(made, 'open');
    await decide(id, 'lose');
    await reconcileNow(app);
    await awaitDispute(made, 'lost');
    expect(await kindsOf(made)).toEqual(['captured', 'dispute_withdrawn']);
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
    await dispute(made, 99_500);
    await eventually(async () => expect(await moneyOf(made)).toMatchObject({ due: 0, lost: 99_500 }));
    await expectTrueBooks();
  });
});

describe('while a payment is disputed', () => {
  async function paymentOf(made: Paid): Promise<string> {
    const [row] = await select<{ id: string }>(app.ctx, 'select id from payments where booking_id = $1', [
      made.id,
    ]);
    return row?.id ?? '';
  }

  it('nothing of it is asked for, and the database agrees', async () => {
    const made = await paidBooking(app);
    const paymentId = await paymentOf(made);
    const id = await dispute(made, 1_000);
    await awaitDispute(made, 'open');
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
    await decide(id, 'win');
    await awaitDispute(made, 'won');
    expect(await ask()).toMatchObject({ status: 'requested' });
  });

  it('what was asked for waits for a person, who cannot approve it before the end', async () => {
    const made = await paidBooking(app);
    const asked = await askRefund(await actingAs(app, 'staff'), {
      paymentId: await paymentOf(made),
      amountCents: 500,
      reason: 'Sorry',
    });
    const id = await dispute(made, 1_000);
    await awaitRefunds(app, made, 'needs_review');
    const admin = await actingAs(app, 'admin');
    await expect(approveRefund(admin, asked.id)).rejects.toMatchObject({ code: 'refund_too_large' });
    await expectTrueBooks();
    await decide(id, 'win');
    await awaitDispute(made, 'won');
    await approveRefund(admin, asked.id);
    await awaitRefunds(app, made, 'succeeded');
    await expectTrueBooks();
  });

  it('a cancellation holds back what it freezes, and says so', async () => {
    const made = await paidBooking(app);
    await dispute(made, 1_000);
    await awaitDispute(made, 'open');
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
