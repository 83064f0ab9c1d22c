import { afterEach, describe, expect, it } from 'vitest';
import { addDays, serviceDayOf } from '../../src/clock.ts';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { proveBooks } from '../../src/jobs/checks/prove-books.ts';
import { inTransaction } from '../../src/resources/_kit/in-transaction.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { approveRefund } from '../../src/resources/payments/approve-refund.ts';
import { askRefund } from '../../src/resources/payments/ask-refund.ts';
import { keepReconciliation, startReconciliation } from '../../src/resources/payments/keep-reconciliation.ts';
import { reconcile } from '../../src/resources/payments/reconcile-payments.ts';
import { moneyAlone, startTestApplication, type TestApplication } from '../support/application.ts';
import {
  askStandIn,
  eventually,
  type Made,
  makeBooking,
  openPayment,
  readBooking,
} from '../support/bookings.ts';
import { actingAs, awaitRefunds, type Paid, paidBooking, refundsIn, reviewsOf } from '../support/refunds.ts';

/** Reconciling (`rules.md` §4): every fault of a month without a webhook is found and rightly classed, and nothing else. */

let app: TestApplication;
afterEach(() => app.stop());

const silence = () => askStandIn(app, 'POST', '/_faults', { dropWebhooks: 1_000_000 });
const confirm = (id: string) =>
  askStandIn(app, 'POST', `/v1/payment_intents/${id}/confirm`, { payment_method: 'pm_card_visa' });

async function unpaid(): Promise<Paid> {
  const made = await makeBooking(app);
  return { ...made, paymentIntentId: (await openPayment(app, made)).paymentIntentId };
}

async function paymentOf(made: Pick<Made, 'id'>): Promise<string> {
  const [row] = await select<{ id: string }>(app.ctx, 'select id from payments where booking_id = $1', [
    made.id,
  ]);
  return row?.id ?? '';
}

/** A refund of ten dollars that an admin has approved. */
async function approved(made: Paid): Promise<void> {
  const asked = { paymentId: await paymentOf(made), amountCents: 1_000, reason: 'Sorry' };
  const { id } = await askRefund(await actingAs(app, 'staff'), asked);
  await approveRefund(await actingAs(app, 'admin'), id);
}

const runs = () =>
  select<{ status: string; finding_count: number; healed: number; failure: string | null; counts: object }>(
    app.ctx,
    'select * from reconciliation_runs order by created_at',
  );

describe('a month with known faults', () => {
  it('has each found and rightly classed, and no false alarm on fifty invoices written elsewhere', async () => {
    app = await startTestApplication(moneyAlone);
    const quiet = [await paidBooking(app), await paidBooking(app)];
    const failing = await paidBooking(app);
    await approved(failing);
    const [late] = await awaitRefunds(app, failing, 'succeeded');
    const lost = await paidBooking(app);
    const [refundedThere, disputed] = [await paidBooking(app), await paidBooking(app)];
    await silence();

    const missed = await unpaid();
    await confirm(missed.paymentIntentId);
    await askStandIn(app, 'POST', '/v1/refunds', {
      payment_intent: refundedThere.paymentIntentId,
      amount: '2500',
    });
    await askStandIn(app, 'POST', '/_simulate/disputes', { payment_intent: disputed.paymentIntentId });
    const orphan = await askStandIn(app, 'POST', '/v1/payment_intents', {
      amount: '4200',
      currency: 'usd',
      'metadata[payment_id]': '0b9f6c1e-3a0e-4f4e-9d3e-0d6a52f0c001',
    });
    await confirm(orphan.id);
    const mismatch = await unpaid();
    await askStandIn(app, 'POST', `/v1/payment_intents/${mismatch.paymentIntentId}`, { amount: '99000' });
    await confirm(mismatch.paymentIntentId);
    await askStandIn(app, 'POST', `/_simulate/refunds/${late?.stripe_refund_id}/fail`);
    await askStandIn(app, 'POST', '/_faults', { timeoutAfterWork: 1, match: 'POST /v1/refunds' });
    await approved(lost);
    await eventually(async () =>
      expect(await askStandIn(app, 'GET', '/_faults')).toMatchObject({ timeoutAfterWork: 0 }),
    );
    for (let each = 0; each < 50; each += 1) {
      const invoice = await askStandIn(app, 'POST', '/_simulate/payment_intents', {});
      if (each % 10 === 0)
        await askStandIn(app, 'POST', '/v1/refunds', { payment_intent: invoice.id, amount: '500' });
      if (each % 10 === 5)
        await askStandIn(app, 'POST', '/_simulate/disputes', { payment_intent: invoice.id });
    }

    const { counts, findings, failures } = await reconcile(app.ctx);
    expect(failures).toEqual([]);
    expect(counts).toMatchObject({
      outside: 60,
      dashboard_refund: 1,
      dispute: 1,
      orphan: 1,
      amount_mismatch: 1,
    });
    expect(findings.map(({ as, stripeId, bookingId }) => [as, stripeId, bookingId])).toEqual(
      expect.arrayContaining([
        ['orphan', orphan.id, null],
        ['amount_mismatch', mismatch.paymentIntentId, mismatch.id],
        ['dashboard_refund', expect.any(String), refundedThere.id],
        ['dispute', expect.any(String), disputed.id],
      ]),
    );
    expect(findings).toHaveLength(4);

    expect(await readBooking(app, missed)).toMatchObject({ status: 'confirmed' });
    expect(await refundsIn(app, refundedThere)).toMatchObject([{ source: 'external', status: 'succeeded' }]);
    await awaitRefunds(app, lost, 'succeeded');
    expect((await reviewsOf(app, failing)).map(({ kind }) => kind)).toEqual(['refund_failed']);
    expect((await reviewsOf(app, mismatch)).map(({ kind }) => kind)).toEqual(['amount_mismatch']);
    expect((await reviewsOf(app, disputed)).map(({ kind }) => kind)).toEqual(['dispute_opened']);
    const open = await select<{ kind: string }>(
      app.ctx,
      'select kind from needs_reviews where resolved_at is null order by kind',
    );
    expect(open.map(({ kind }) => kind)).toEqual([
      'amount_mismatch',
      'dispute_opened',
      'orphan_payment',
      'refund_failed',
    ]);
    for (const made of quiet) expect(await reviewsOf(app, made)).toEqual([]);
    expect(await checkInvariants(app.ctx)).toEqual([]);

    const today = serviceDayOf(new Date());
    const proof = await proveBooks(app.ctx, { from: addDays(today, -1), to: addDays(today, 1) });
    expect(proof.findings.map(({ words }) => words)).toEqual([
      'Stripe has a payment that carries our marks and belongs to no booking over $42.00, the ledger has not.',
    ]);

    const again = await reconcile(app.ctx);
    expect(again).toMatchObject({ healed: 0, failures: [] });
  });
});

describe('a reconciliation that is kept', () => {
  it('runs one at a time: the schedule passes over its turn, what was asked for waits', async () => {
    app = await startTestApplication(moneyAlone);
    const admin = await actingAs(app, 'admin');
    let asked = '';
    // Somebody else holds the lock; the schedule's own first run may still be going.
    await eventually(() =>
      inTransaction(app.ctx, async (tx) => {
        const [lock] = await select<{ is_ours: boolean }>(
          tx,
          `select pg_try_advisory_xact_lock(hashtextextended('reconciliation', 0)) as is_ours`,
        );
        expect(lock?.is_ours).toBe(true);
        await keepReconciliation(app.ctx, {});
        asked = (await startReconciliation(admin)).id;
        await expect(keepReconciliation(app.ctx, { runId: asked })).rejects.toMatchObject({
          code: 'conflict',
        });
      }),
    );
    // Its own job may be first.
    await eventually(() => keepReconciliation(app.ctx, { runId: asked }));
    await eventually(async () => {
      const all = await runs();
      expect(new Set(all.map(({ status }) => status))).toEqual(new Set(['done']));
    });
  });

  it('that was cut off is shown so, and the next goes on at once', async () => {
    app = await startTestApplication(moneyAlone);
    await eventually(() =>
      execute(
        app.ctx,
        `insert into reconciliation_runs (status, started_at, created_at, updated_at) values ('running', $1, $1, $1)`,
        [app.ctx.clock.now()],
      ),
    );
    // The schedule's own may be the one that goes on, or not be over when ours is asked for.
    await eventually(async () => {
      await keepReconciliation(app.ctx, {});
      const all = await runs();
      expect(all.filter(({ failure }) => failure === 'It was cut off in the middle.')).toHaveLength(1);
      expect(all.at(-1)).toMatchObject({ status: 'done' });
    });
  });

  it('is started by admins alone', async () => {
    app = await startTestApplication(moneyAlone);
    for (const who of ['staff', 'viewer'])
      await expect(startReconciliation(await actingAs(app, who))).rejects.toMatchObject({
        code: 'forbidden',
      });
    await startReconciliation(await actingAs(app, 'admin'));
    await eventually(async () => expect((await runs()).at(-1)).toMatchObject({ status: 'done' }));
  });

  it('keeps its mark before what could not be worked, so that the next run meets it', async () => {
    app = await startTestApplication(moneyAlone);
    const made = await paidBooking(app);
    await silence();
    await askStandIn(app, 'POST', '/v1/refunds', { payment_intent: made.paymentIntentId, amount: '2500' });
    await execute(
      app.ctx,
      'alter table refunds add constraint broken check (amount_cents <> 2500) not valid',
    );
    await eventually(() => expect(keepReconciliation(app.ctx, {})).rejects.toThrow(/not reconciled yet/));
    expect((await runs()).at(-1)).toMatchObject({ status: 'failed' });
    await execute(app.ctx, 'alter table refunds drop constraint broken');
    await eventually(async () => {
      await keepReconciliation(app.ctx, {});
      const healing = (await runs()).filter(({ healed }) => healed === 1);
      expect(healing).toMatchObject([{ status: 'done', finding_count: 1 }]);
    });
    expect(await refundsIn(app, made)).toMatchObject([{ source: 'external', status: 'succeeded' }]);
  });
});
