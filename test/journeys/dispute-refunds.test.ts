import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceDay } from '../../src/clock.ts';
import type { Context } from '../../src/context.ts';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { select } from '../../src/resources/_kit/sql.ts';
import { cancelBooking } from '../../src/resources/bookings/cancel-booking.ts';
import { rescheduleBooking } from '../../src/resources/bookings/reschedule-booking.ts';
import { approveRefund } from '../../src/resources/payments/approve-refund.ts';
import { askRefund } from '../../src/resources/payments/ask-refund.ts';
import { openDifference } from '../../src/resources/payments/open-difference.ts';
import { settleDispute, settleDisputeAs } from '../../src/resources/payments/settle-dispute.ts';
import { settlePayment } from '../../src/resources/payments/settle-payment.ts';
import { type DisputeFacts, retrieveDispute } from '../../src/resources/payments/stripe/disputes.ts';
import { submitRefund } from '../../src/resources/payments/submit-refund.ts';
import { moneyAlone, startTestApplication, type TestApplication } from '../support/application.ts';
import { askStandIn, eventually, pay, readBooking } from '../support/bookings.ts';
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
  atStripe,
  awaitRefunds,
  cancel,
  cancellation,
  type Paid,
  paidBooking,
  paymentOf,
  refundsIn,
  reviewsOf,
} from '../support/refunds.ts';

/** Where a dispute meets refunds under way, new days and cancellations (`rules.md` §5). */

let app: TestApplication;
let staff: Context;
let admin: Context;
beforeAll(async () => {
  app = await startTestApplication(moneyAlone);
  staff = await actingAs(app, 'staff');
  admin = await actingAs(app, 'admin');
});
afterAll(() => app.stop());

const wednesday = '2027-06-02' as ServiceDay;
/** $149.25 more. */
const saturday = '2027-06-05' as ServiceDay;

const statusesOf = async (made: Paid) => (await refundsIn(app, made)).map(({ status }) => status);
const caseKinds = async (made: Paid) => (await reviewsOf(app, made)).map(({ kind }) => kind).toSorted();

async function ask(made: Paid, amountCents: number): Promise<string> {
  const paymentId = await paymentOf(app, made);
  return (await askRefund(staff, { paymentId, amountCents, reason: 'Sorry' })).id;
}

async function expectTrueBooks(): Promise<void> {
  expect(await checkInvariants(app.ctx)).toEqual([]);
}

/** A dispute as our books know it, without a word from Stripe since. */
async function quietDispute(made: Paid, amount?: number): Promise<DisputeFacts> {
  await askStandIn(app, 'POST', '/_faults', { dropWebhooks: 1_000 });
  const id = await openDispute(app, made, amount);
  return retrieveDispute(app.ctx, id);
}

describe('a refund put aside for a dispute', () => {
  it('of a new day keeps the old price until it is approved too', async () => {
    const made = await paidBooking(app, { pickupDate: wednesday });
    await rescheduleBooking(staff, { bookingId: made.id, pickupDate: saturday, priceChoice: 'charge' });
    const { payment: difference, clientSecret } = await openDifference(staff, made.id);
    const paymentIntentId = difference.stripePaymentIntentId ?? '';
    await pay(app, { paymentIntentId, clientSecret, publishableKey: 'pk_test_local' });
    await settlePayment(app.ctx, { paymentIntentId });
    const goodwill = await askRefund(staff, {
      paymentId: difference.id,
      amountCents: 10_000,
      reason: 'Sorry',
    });
    await approveRefund(admin, goodwill.id);
    await awaitRefunds(app, made, 'succeeded');

    await rescheduleBooking(staff, { bookingId: made.id, pickupDate: wednesday, priceChoice: 'refund' });
    const waiting = (await refundsIn(app, made)).filter(({ status }) => status === 'requested');
    expect(waiting.map(({ amount_cents: amount }) => amount).toSorted()).toEqual([10_000, 4_925].toSorted());
    const id = await openDispute(app, made, 1_000);
    await awaitDispute(app, made, 'open');
    const first = await paymentOf(app, made);
    const ofFirst = waiting.find(({ payment_id: paymentId }) => paymentId === first)?.id ?? '';
    const ofDifference = waiting.find(({ payment_id: paymentId }) => paymentId === difference.id)?.id ?? '';
    await approveRefund(admin, ofDifference);
    expect((await readBooking(app, made)).price.totalCents).toBe(114_425);
    await decideDispute(app, id, 'win');
    await awaitDispute(app, made, 'won');
    await approveRefund(admin, ofFirst);
    await awaitRefunds(app, made, 'succeeded');
    expect((await readBooking(app, made)).price).toMatchObject({ totalCents: 99_500, amountDueCents: 0 });
    await expectTrueBooks();
  });

  it('is withdrawn by a cancellation, which decides anew', async () => {
    const made = await paidBooking(app);
    await ask(made, 500);
    const id = await openDispute(app, made, 1_000);
    await awaitRefunds(app, made, 'needs_review');
    await cancel(app, made);
    expect(await statusesOf(made)).toEqual(['withdrawn']);
    await decideDispute(app, id, 'lose');
    await awaitDispute(app, made, 'lost');
    await expectTrueBooks();
  });

  it('is withdrawn by the next new day', async () => {
    const made = await paidBooking(app, { pickupDate: saturday });
    await rescheduleBooking(staff, { bookingId: made.id, pickupDate: wednesday, priceChoice: 'refund' });
    await openDispute(app, made, 1_000);
    await awaitRefunds(app, made, 'needs_review');
    await rescheduleBooking(staff, {
      bookingId: made.id,
      pickupDate: '2027-06-09' as ServiceDay,
      priceChoice: 'keep',
    });
    expect(await statusesOf(made)).toEqual(['withdrawn']);
    expect((await readBooking(app, made)).price).toMatchObject({ totalCents: 114_425, amountDueCents: 0 });
    await expectTrueBooks();
  });

  it('is not sent by the job that was on its way', async () => {
    const made = await paidBooking(app);
    const refundId = await ask(made, 500);
    // An inquiry: Stripe itself would still take a refund.
    const inquiry = { payment_intent: made.paymentIntentId, inquiry: 'true' };
    await askStandIn(app, 'POST', '/_simulate/disputes', inquiry);
    await awaitRefunds(app, made, 'needs_review');
    await submitRefund(app.ctx, { refundId });
    expect(await statusesOf(made)).toEqual(['needs_review']);
    expect(await atStripe(app, made.paymentIntentId)).toEqual([]);
  });
});

describe('a cancellation beside a dispute', () => {
  it('by staff who name the refund leaves no case about what the policy would give', async () => {
    const made = await paidBooking(app);
    await openDispute(app, made, 1_000);
    await awaitDispute(app, made, 'open');
    await cancelBooking(staff, { bookingId: made.id, reason: 'Agreed', refundCents: 0 });
    expect(await caseKinds(made)).toEqual(['dispute_opened']);
    await expectTrueBooks();
  });

  it('is told why nothing can be given when staff name a refund', async () => {
    const made = await paidBooking(app);
    await openDispute(app, made, 1_000);
    await awaitDispute(app, made, 'open');
    await expect(
      cancelBooking(staff, { bookingId: made.id, reason: 'Agreed', refundCents: 500 }),
    ).rejects.toMatchObject({ code: 'refund_too_large', detail: expect.stringContaining('disputes') });
    expect(await readBooking(app, made)).toMatchObject({ status: 'confirmed' });
  });

  it('after it was won, before its money is back, gives what is there and holds the rest', async () => {
    const made = await paidBooking(app);
    const facts = await quietDispute(made, 1_000);
    await settleDisputeAs(app.ctx, facts);
    await settleDisputeAs(app.ctx, { ...facts, standing: 'won', stripeStatus: 'won' });
    expect((await cancellation(app, made)).body).toMatchObject({ refundCents: 98_500 });
    const answer = await cancel(app, made);
    expect(answer.status).toBe(200);
    expect(await caseKinds(made)).toEqual(['refund_frozen']);
    await askStandIn(app, 'DELETE', '/_faults');
    await decideDispute(app, facts.id, 'win');
    await eventually(async () =>
      expect(await kindsOf(app, made)).toEqual(
        expect.arrayContaining(['dispute_withdrawn', 'dispute_reinstated']),
      ),
    );
    await expectTrueBooks();
  });
});

describe('what is told of a dispute', () => {
  it('late leaves alone what no longer stands in its way', async () => {
    const made = await paidBooking(app);
    const refundId = await ask(made, 500);
    const { id } = await quietDispute(made, 1_000);
    await decideDispute(app, id, 'win');
    await settleDispute(app.ctx, { stripeDisputeId: id });
    await askStandIn(app, 'DELETE', '/_faults');
    expect(await kindsOf(app, made)).toEqual(['captured', 'dispute_withdrawn', 'dispute_reinstated']);
    expect(await statusesOf(made)).toEqual(['requested']);
    expect(await reviewsOf(app, made)).toEqual([]);
    await approveRefund(admin, refundId);
    await awaitRefunds(app, made, 'succeeded');
    await expectTrueBooks();
  });

  it('lost at once puts aside only what no longer fits', async () => {
    const made = await paidBooking(app);
    await ask(made, 500);
    const { id } = await quietDispute(made, 99_100);
    await decideDispute(app, id, 'lose');
    await settleDispute(app.ctx, { stripeDisputeId: id });
    await askStandIn(app, 'DELETE', '/_faults');
    expect(await statusesOf(made)).toEqual(['needs_review']);
    expect(await caseKinds(made)).toEqual(['refund_collides']);
    await expectTrueBooks();
  });

  it('out of order never opens again what has ended', async () => {
    const made = await paidBooking(app);
    const open = await quietDispute(made);
    await decideDispute(app, open.id, 'win');
    const won = await retrieveDispute(app.ctx, open.id);
    const lost: DisputeFacts = { ...open, standing: 'lost', stripeStatus: 'lost' };
    for (const facts of [lost, won, lost, open]) await settleDisputeAs(app.ctx, facts);
    await askStandIn(app, 'DELETE', '/_faults');
    expect(await disputesIn(app, made)).toMatchObject([{ status: 'won' }]);
    expect(await kindsOf(app, made)).toEqual(['captured', 'dispute_withdrawn', 'dispute_reinstated']);
    expect(await moneyOf(app, made)).toEqual({ due: 0, credits: 0, lost: 0 });
    expect(await reviewsOf(app, made)).toEqual([]);
    await expectTrueBooks();
  });

  it('twelve times at once opens one', async () => {
    const made = await paidBooking(app);
    const facts = await quietDispute(made);
    await Promise.all(Array.from({ length: 12 }, () => settleDisputeAs(app.ctx, facts)));
    await askStandIn(app, 'DELETE', '/_faults');
    expect(await disputesIn(app, made)).toHaveLength(1);
    expect(await kindsOf(app, made)).toEqual(['captured', 'dispute_withdrawn']);
    expect(await caseKinds(made)).toEqual(['dispute_opened']);
    await expectTrueBooks();
  });

  it('anew is followed: its amount, and when evidence is due', async () => {
    const made = await paidBooking(app);
    const facts = await quietDispute(made, 1_000);
    await settleDisputeAs(app.ctx, facts);
    const evidenceDueBy = new Date('2027-05-01T12:00:00Z');
    await settleDisputeAs(app.ctx, { ...facts, amountCents: 900, evidenceDueBy });
    await askStandIn(app, 'DELETE', '/_faults');
    expect(await disputesIn(app, made)).toMatchObject([
      { amount_cents: 900, evidence_due_by: evidenceDueBy },
    ]);
  });
});

it('a lower price that was given back is taken off what came before the policy is applied', async () => {
  const made = await paidBooking(app, { pickupDate: saturday });
  await rescheduleBooking(staff, { bookingId: made.id, pickupDate: wednesday, priceChoice: 'refund' });
  const [refund] = await refundsIn(app, made);
  await approveRefund(admin, refund?.id ?? '');
  await awaitRefunds(app, made, 'succeeded');
  await app.moveClock({ now: '2027-06-01T04:00:00Z' });
  expect((await cancellation(app, made)).body).toMatchObject({
    refundBasisPoints: 5_000,
    refundCents: 49_750,
    keptCents: 49_750,
  });
  const [row] = await select<{ is_surplus: boolean }>(
    app.ctx,
    'select is_surplus from refunds where booking_id = $1',
    [made.id],
  );
  expect(row).toEqual({ is_surplus: true });
});
