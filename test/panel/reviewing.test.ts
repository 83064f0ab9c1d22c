import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { select } from '../../src/resources/_kit/sql.ts';
import { approveRefund } from '../../src/resources/payments/approve-refund.ts';
import { withdrawRefund } from '../../src/resources/payments/ask-refund.ts';
import { rejectRefund } from '../../src/resources/payments/reject-refund.ts';
import { settlePayment } from '../../src/resources/payments/settle-payment.ts';
import { moneyAlone, startTestApplication, type TestApplication } from '../support/application.ts';
import { askStandIn, type Made, makeBooking, openPayment, readBooking } from '../support/bookings.ts';
import { type Panel, signedIn, type Who } from '../support/panel.ts';
import { actingAs, awaitRefunds, refundsIn, reviewsOf } from '../support/refunds.ts';

/** What a person decides about money that does not match (`rules.md` §4), from the panel. */

let app: TestApplication;
const panels = {} as Record<Who, Panel>;
beforeAll(async () => {
  app = await startTestApplication({ ...moneyAlone, panel: true });
  for (const who of ['admin', 'staff'] as const) panels[who] = await signedIn(app, who);
});
afterAll(() => app.stop());

/** A booking of $995.00 for which another sum came, and its case. */
async function mismatched(cents: number): Promise<{ made: Made; caseId: string }> {
  const made = await makeBooking(app);
  const { paymentIntentId } = await openPayment(app, made);
  await askStandIn(app, 'POST', `/v1/payment_intents/${paymentIntentId}`, { amount: String(cents) });
  await askStandIn(app, 'POST', `/v1/payment_intents/${paymentIntentId}/confirm`, {
    payment_method: 'pm_card_visa',
  });
  await settlePayment(app.ctx, { paymentIntentId });
  const [review] = await select<{ id: string }>(
    app.ctx,
    'select id from needs_reviews where booking_id = $1',
    [made.id],
  );
  return { made, caseId: review?.id ?? '' };
}

const verb = (who: Who, id: string, name: string, body: object = {}) =>
  panels[who].record('needsReviews', id, name, body);

describe('a payment of another sum', () => {
  it('that is too small is accepted: the rest is written off and the booking confirmed', async () => {
    const { made, caseId } = await mismatched(99_000);
    const { body } = await verb('staff', caseId, 'accept', { preview: true });
    expect(body.record.verb.consequences[0]).toMatch(/^Writes off the \$5\.00 that TT-\d+ still owes\.$/);
    expect((await verb('staff', caseId, 'accept')).body.notice.type).toBe('success');
    expect(await readBooking(app, made)).toMatchObject({ status: 'confirmed', price: { amountDueCents: 0 } });
    expect(await reviewsOf(app, made)).toEqual([]);
    expect(await checkInvariants(app.ctx)).toEqual([]);
  });

  it('that is too large is accepted: what is too much goes back once an admin agrees', async () => {
    const { made, caseId } = await mismatched(100_000);
    await verb('staff', caseId, 'accept');
    const [refund] = await refundsIn(app, made);
    expect(refund).toMatchObject({ status: 'requested', amount_cents: 500 });
    await approveRefund(await actingAs(app, 'admin'), refund?.id ?? '');
    await awaitRefunds(app, made, 'succeeded');
    expect(await readBooking(app, made)).toMatchObject({ status: 'confirmed', price: { amountDueCents: 0 } });
    expect(await checkInvariants(app.ctx)).toEqual([]);
  });

  it.each(['rejected', 'withdrawn'] as const)(
    'that is too large, and whose refund is %s, is before a person again',
    async (how) => {
      const { made, caseId } = await mismatched(100_000);
      await verb('staff', caseId, 'accept');
      expect(await reviewsOf(app, made)).toEqual([]);
      const [refund] = await refundsIn(app, made);
      const refundId = refund?.id ?? '';
      if (how === 'withdrawn') await withdrawRefund(await actingAs(app, 'staff'), refundId);
      else await rejectRefund(await actingAs(app, 'admin'), { refundId, reason: 'Wait' });
      expect(await refundsIn(app, made)).toMatchObject([{ status: how }]);
      expect(await reviewsOf(app, made)).toMatchObject([{ kind: 'amount_mismatch' }]);
      expect(await checkInvariants(app.ctx)).toEqual([]);
    },
  );

  it('is refunded whole: the day is free, and a rejection puts the money before a person again', async () => {
    const { made, caseId } = await mismatched(99_000);
    await verb('staff', caseId, 'refund');
    expect(await readBooking(app, made)).toMatchObject({ status: 'expired' });
    const [refund] = await refundsIn(app, made);
    expect(refund).toMatchObject({ status: 'requested', amount_cents: 99_000 });
    await rejectRefund(await actingAs(app, 'admin'), { refundId: refund?.id ?? '', reason: 'Wait' });
    expect(await reviewsOf(app, made)).toMatchObject([{ kind: 'amount_mismatch' }]);
    expect(await checkInvariants(app.ctx)).toEqual([]);
    const [again] = await select<{ id: string }>(
      app.ctx,
      'select id from needs_reviews where booking_id = $1 and resolved_at is null',
      [made.id],
    );
    const refused = await verb('staff', again?.id ?? '', 'accept');
    expect(JSON.stringify(refused.body)).toContain('does not run any more');
    await verb('staff', again?.id ?? '', 'refund');
    const all = await refundsIn(app, made);
    await approveRefund(await actingAs(app, 'admin'), all.at(-1)?.id ?? '');
    expect(await checkInvariants(app.ctx)).toEqual([]);
  });

  it('is decided once of many times at once', async () => {
    const { made, caseId } = await mismatched(99_000);
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        verb(index % 2 ? 'staff' : 'admin', caseId, index % 3 ? 'accept' : 'refund'),
      ),
    );
    expect(answers.filter(({ body }) => body.notice?.type === 'success')).toHaveLength(1);
    expect((await refundsIn(app, made)).length).toBeLessThan(2);
    expect(await checkInvariants(app.ctx)).toEqual([]);
  });
});

describe('a case', () => {
  it('is closed with a note, and opened again', async () => {
    const { made, caseId } = await mismatched(99_000);
    expect((await verb('staff', caseId, 'resolve', { resolution: ' ' })).body.record.errors).toHaveProperty(
      'resolution',
    );
    await verb('staff', caseId, 'resolve', { resolution: 'Talked to Jo' });
    expect(await reviewsOf(app, made)).toEqual([]);
    expect((await verb('staff', caseId, 'reopen')).body.notice.type).toBe('success');
    expect(await reviewsOf(app, made)).toMatchObject([{ kind: 'amount_mismatch' }]);
    const twice = await verb('staff', caseId, 'reopen');
    expect(JSON.stringify(twice.body)).toContain('open already');
  });
});
