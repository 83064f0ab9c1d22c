import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { inTransaction } from '../../src/resources/_kit/in-transaction.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { lockBooking } from '../../src/resources/bookings/find-booking.ts';
import { approveRefund } from '../../src/resources/payments/approve-refund.ts';
import { requestRefunds } from '../../src/resources/payments/request-refund.ts';
import { settleRefund, settleRefundsOf } from '../../src/resources/payments/settle-refund.ts';
import { submitRefund } from '../../src/resources/payments/submit-refund.ts';
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
import {
  actingAs,
  atStripe,
  awaitRefunds,
  cancel,
  expectBalanced,
  ledgerOf,
  paidBooking,
  type RefundRow,
  reconcileNow,
  refundsIn,
  reviewsOf,
} from '../support/refunds.ts';
import { awaitEvents } from '../support/stripe-events.ts';

/** A refund is sent once, whatever happens on the way, and the books follow Stripe (`rules.md` §5). */

let app: TestApplication;
beforeAll(async () => {
  app = await startTestApplication(moneyAlone);
});
afterEach(() => askStandIn(app, 'DELETE', '/_faults'));
afterAll(() => app.stop());

/** A refund that staff asked for and an admin approved, without the job that would send it. */
async function approved(made: Made, amountCents: number): Promise<RefundRow> {
  const staff = await actingAs(app, 'staff');
  await inTransaction(staff, async (tx) => {
    const booking = await lockBooking(tx, made.id);
    const staffId = staff.actor.type === 'staff' ? staff.actor.id : '';
    await requestRefunds(tx, booking, { amountCents, reason: 'Kindness', by: { staffId } });
  });
  const manager = await actingAs(app, 'manager');
  await execute(
    app.ctx,
    `update refunds set status = 'approved', approved_by = $2, approved_at = requested_at
     where booking_id = $1 and status = 'requested'`,
    [made.id, manager.actor.type === 'staff' ? manager.actor.id : ''],
  );
  return (await refundsIn(app, made)).at(-1) as RefundRow;
}

const refundAtStripe = (body: Record<string, unknown>) => askStandIn(app, 'POST', '/v1/refunds', body);

describe('a refund', () => {
  it('submitted twenty times at once is one at Stripe, one in the ledger, and one credit', async () => {
    const made = await paidBooking(app);
    const { id } = await approved(made, 30_000);
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, () => submitRefund(app.ctx, { refundId: id })),
    );
    expect(tries.some(({ status }) => status === 'fulfilled')).toBe(true);
    await awaitRefunds(app, made, 'succeeded');
    expect(await atStripe(app, made.paymentIntentId)).toMatchObject([{ amount: 30_000 }]);
    expect(await ledgerOf(app, made)).toEqual([
      { kind: 'captured', amount_cents: 99_500 },
      { kind: 'refunded', amount_cents: 30_000 },
    ]);
    expect(await readBooking(app, made)).toMatchObject({
      status: 'confirmed',
      refundedCents: 30_000,
      price: { creditsCents: 30_000, amountDueCents: 0 },
    });
  });

  it('whose answer is lost is found again at Stripe, not made again', async () => {
    const made = await paidBooking(app);
    const { id } = await approved(made, 10_000);
    // As if the key were forgotten: it was made under none.
    await refundAtStripe({
      payment_intent: made.paymentIntentId,
      amount: 10_000,
      'metadata[refund_id]': id,
    });
    await submitRefund(app.ctx, { refundId: id });
    await awaitRefunds(app, made, 'succeeded');
    expect(await atStripe(app, made.paymentIntentId)).toHaveLength(1);
  });

  it('goes out when Stripe is back: errors, cut connections and lost answers are tried again', async () => {
    for (const fault of ['error500', 'dropConnection', 'timeoutAfterWork']) {
      const made = await paidBooking(app);
      await askStandIn(app, 'POST', '/_faults', { match: 'POST /v1/refunds', [fault]: 4 });
      await cancel(app, made);
      await eventually(() => awaitRefunds(app, made, 'succeeded'), 20_000);
      expect(await atStripe(app, made.paymentIntentId)).toHaveLength(1);
      await expectBalanced(app, made);
    }
  });

  it('that waits at the bank counts when it is there', async () => {
    await askStandIn(app, 'POST', '/_faults', { pendingRefund: 1 });
    const made = await paidBooking(app);
    await cancel(app, made);
    const [sent] = await eventually(async () => {
      const rows = await awaitRefunds(app, made, 'sent');
      expect(rows[0]?.stripe_refund_id).not.toBeNull();
      return rows;
    });
    expect((await readBooking(app, made)).refundedCents).toBe(0);
    await askStandIn(app, 'POST', `/_simulate/refunds/${sent?.stripe_refund_id}/succeed`);
    await awaitRefunds(app, made, 'succeeded');
    await expectBalanced(app, made);
  });

  it.each([true, false])(
    'that fails (having succeeded first: %s) frees its amount and asks a person',
    async (first) => {
      await askStandIn(app, 'POST', '/_faults', { pendingRefund: first ? 0 : 1 });
      const made = await paidBooking(app);
      await cancel(app, made);
      const [refund] = await eventually(async () => {
        const rows = await awaitRefunds(app, made, first ? 'succeeded' : 'sent');
        expect(rows[0]?.stripe_refund_id).not.toBeNull();
        return rows;
      });
      await askStandIn(app, 'POST', `/_simulate/refunds/${refund?.stripe_refund_id}/fail`);
      await awaitRefunds(app, made, 'failed');
      expect(await reviewsOf(app, made)).toMatchObject([
        { kind: 'refund_failed', reason: expect.stringContaining('$995.00') },
      ]);
      expect(await ledgerOf(app, made)).toEqual([
        { kind: 'captured', amount_cents: 99_500 },
        ...(first
          ? [
              { kind: 'refunded', amount_cents: 99_500 },
              { kind: 'refund_failed', amount_cents: 99_500 },
            ]
          : []),
      ]);
      expect(await readBooking(app, made)).toMatchObject({
        refundedCents: 0,
        price: { creditsCents: 0, amountDueCents: 0 },
      });
      // The money may be given back another time.
      await approved(made, 99_500);
      await reconcileNow(app);
      await eventually(async () => expect((await readBooking(app, made)).refundedCents).toBe(99_500));
      await expectBalanced(app, made);
    },
  );

  it('changes nothing when each of its webhooks comes ten times more, in any order', async () => {
    const made = await paidBooking(app);
    await cancel(app, made);
    const [refund] = await awaitRefunds(app, made, 'succeeded');
    const facts = () =>
      select(
        app.ctx,
        `select (select json_agg(b) from bookings b where id = $1) as booking,
           (select json_agg(r) from refunds r where booking_id = $1) as refunds,
           (select json_agg(c) from credits c where booking_id = $1) as credits,
           (select json_agg(a order by a.sequence) from payment_audits a where booking_id = $1) as ledger,
           (select count(*) from audit_logs
             where booking_id = $1 and subject_type in ('booking', 'payment', 'refund')) as audits`,
        [made.id],
      );
    const own = await awaitEvents(app, made);
    const before = await facts();
    expect(own.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['refund.created', 'charge.refunded']),
    );
    for (const { id } of own) await askStandIn(app, 'POST', '/_faults/redeliver', { eventId: id, times: 10 });
    await Promise.all([
      settleRefund(app.ctx, { stripeRefundId: refund?.stripe_refund_id ?? '' }),
      settleRefundsOf(app.ctx, { paymentIntentId: made.paymentIntentId }),
      submitRefund(app.ctx, { refundId: refund?.id ?? '' }),
    ]);
    expect(await facts()).toEqual(before);
  });

  it('of more than is left is refused, in one step or in many', async () => {
    const made = await paidBooking(app);
    await approved(made, 60_000);
    await expect(approved(made, 39_501)).rejects.toMatchObject({ code: 'refund_too_large' });
    const tries = await Promise.allSettled(Array.from({ length: 6 }, () => approved(made, 10_000)));
    const ends = tries.map((each) => (each.status === 'fulfilled' ? 'approved' : each.reason.code));
    expect(ends.toSorted()).toEqual([
      ...Array.from({ length: 3 }, () => 'approved'),
      ...Array.from({ length: 3 }, () => 'refund_too_large'),
    ]);
    await reconcileNow(app);
    await awaitRefunds(app, made, 'succeeded');
    expect((await readBooking(app, made)).refundedCents).toBe(90_000);
  });
});

describe('money that went back at Stripe, not here', () => {
  it('is taken in, and credited, also when its webhooks are lost', async () => {
    for (const dropWebhooks of [0, 1_000]) {
      const made = await paidBooking(app);
      await askStandIn(app, 'POST', '/_faults', { dropWebhooks });
      await refundAtStripe({ payment_intent: made.paymentIntentId, amount: 20_000 });
      if (dropWebhooks > 0) await reconcileNow(app);
      expect(await awaitRefunds(app, made, 'succeeded')).toMatchObject([
        { source: 'external', amount_cents: 20_000 },
      ]);
      expect(await readBooking(app, made)).toMatchObject({
        status: 'confirmed',
        refundedCents: 20_000,
        price: { creditsCents: 20_000, amountDueCents: 0 },
      });
    }
  });

  it('puts what no longer fits beside it before a person', async () => {
    const made = await paidBooking(app);
    const mine = await approved(made, 90_000);
    await refundAtStripe({ payment_intent: made.paymentIntentId, amount: 20_000 });
    await eventually(async () => {
      const rows = await refundsIn(app, made);
      expect(rows.map(({ status }) => status).sort()).toEqual(['needs_review', 'succeeded']);
    });
    await submitRefund(app.ctx, { refundId: mine.id });
    expect(await atStripe(app, made.paymentIntentId)).toHaveLength(1);
    expect(await reviewsOf(app, made)).toMatchObject([{ kind: 'refund_collides' }]);
    await expect(approveRefund(await actingAs(app, 'admin'), mine.id)).rejects.toMatchObject({
      code: 'refund_too_large',
    });
  });

  it('that we do not know of yet: Stripe refuses ours, and a person looks', async () => {
    const made = await paidBooking(app);
    await askStandIn(app, 'POST', '/_faults', { dropWebhooks: 1_000 });
    await refundAtStripe({ payment_intent: made.paymentIntentId });
    await cancel(app, made);
    await awaitRefunds(app, made, 'needs_review');
    expect(await reviewsOf(app, made)).toMatchObject([{ kind: 'refund_refused' }]);
    await reconcileNow(app);
    expect((await refundsIn(app, made)).map(({ source, status }) => [source, status])).toEqual([
      ['rule', 'needs_review'],
      ['external', 'succeeded'],
    ]);
    await expectBalanced(app, made);
  });

  it('of a payment of nobody here is quiet', async () => {
    const stranger = await askStandIn(app, 'POST', '/v1/payment_intents', {
      amount: 500,
      currency: 'usd',
      confirm: 'true',
      payment_method: 'pm_card_visa',
      return_url: 'http://localhost:3000',
    });
    const { id } = await refundAtStripe({ payment_intent: stranger.id });
    expect(await settleRefund(app.ctx, { stripeRefundId: id })).toBe('not_ours');
    expect(await settleRefundsOf(app.ctx, { paymentIntentId: stranger.id })).toBe('not_ours');
  });

  it('before we knew that it had come: first it comes, then it goes', async () => {
    const made = await makeBooking(app);
    const payment = await openPayment(app, made);
    await askStandIn(app, 'POST', '/_faults', { dropWebhooks: 1_000 });
    await pay(app, payment);
    const { id } = await refundAtStripe({ payment_intent: payment.paymentIntentId });
    expect(await settleRefund(app.ctx, { stripeRefundId: id })).toBe('settled');
    expect((await ledgerOf(app, made)).map(({ kind }) => kind)).toEqual(['captured', 'refunded']);
  });
});

it('leaves every invariant standing', async () => {
  expect(await checkInvariants(app.ctx)).toEqual([]);
});
