import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays, realNow, type ServiceDay, serviceDayOf } from '../../src/clock.ts';
import { keepProof } from '../../src/jobs/checks/keep-proof.ts';
import { type Proof, proveBooks } from '../../src/jobs/checks/prove-books.ts';
import { inTransaction } from '../../src/resources/_kit/in-transaction.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { startProof } from '../../src/resources/payments/start-proof.ts';
import { moneyAlone, startTestApplication, type TestApplication } from '../support/application.ts';
import { askStandIn, eventually, readBooking } from '../support/bookings.ts';
import {
  actingAs,
  awaitRefunds,
  cancel,
  ledgerOf,
  type Paid,
  paidBooking,
  reviewsOf,
} from '../support/refunds.ts';

/** The proof of the books (`rules.md` §5): holds over everything that moves money, and names whatever does not add up. */

let app: TestApplication;
let kept: Paid;
let cancelled: Paid;
let disputed: Paid;
beforeAll(async () => {
  app = await startTestApplication(moneyAlone);
  kept = await paidBooking(app);
  cancelled = await paidBooking(app);
  await cancel(app, cancelled);
  await awaitRefunds(app, cancelled, 'succeeded');
  disputed = await paidBooking(app);
  const won = await askStandIn(app, 'POST', '/_simulate/disputes', {
    payment_intent: disputed.paymentIntentId,
  });
  await askStandIn(app, 'POST', `/_simulate/disputes/${won.id}/win`);
  await eventually(async () => expect(await ledgerOf(app, disputed)).toHaveLength(3));
  const invoices = Array.from({ length: 3 }, () => askStandIn(app, 'POST', '/_simulate/payment_intents', {}));
  await Promise.all(invoices);
});
afterAll(() => app.stop());

const ours = () => serviceDayOf(app.ctx.clock.now());
const stripes = () => serviceDayOf(realNow());
/** Stripe's own clock is not ours, but ahead or behind: both days are looked at. */
function days(): { from: ServiceDay; to: ServiceDay } {
  const [first, last] = [ours(), stripes()].sort() as [ServiceDay, ServiceDay];
  return { from: addDays(first, -1), to: addDays(last, 1) };
}
const prove = (): Promise<Proof> => proveBooks(app.ctx, days());

async function numberOf(made: Paid): Promise<string> {
  return (await readBooking(app, made)).number;
}

/** What a proof finds while a plant stands, with the guards off. */
async function planted(...statements: readonly string[]): Promise<Proof> {
  class TakenBack extends Error {}
  let proof: Proof | undefined;
  await inTransaction(app.ctx, async (tx) => {
    await execute(tx, 'set local session_replication_role = replica');
    for (const sql of statements) await execute(tx, sql);
    proof = await proveBooks(tx, days());
    throw new TakenBack();
  }).catch((error: unknown) => {
    if (!(error instanceof TakenBack)) throw error;
  });
  return proof as Proof;
}

describe('the proof', () => {
  it('holds after payments, refunds and disputes, and invoices written elsewhere are quiet', async () => {
    const proof = await prove();
    expect(proof.findings).toEqual([]);
    expect(proof).toMatchObject({ bookings: 1, payments: 3, moves: 6 });
    expect(proof.ledgerCents).toBe(2 * 99_500);
    expect(proof.stripeCents).toBe(2 * 99_500);
  });

  it.each([
    ['bookings', 'captured_cents', 'where id'],
    ['bookings', 'credits_cents', 'where id'],
    ['bookings', 'refunded_cents', 'where id'],
    ['payments', 'captured_cents', 'where booking_id'],
    ['payments', 'refunded_cents', 'where booking_id'],
    ['payments', 'lost_dispute_cents', 'where booking_id'],
    ['payment_audits', 'amount_cents', 'where booking_id'],
  ])('names the booking when one cent of %s.%s is another', async (table, column, where) => {
    const { findings } = await planted(
      `update ${table} set ${column} = ${column} + 1 ${where} = '${kept.id}'`,
    );
    expect(findings.length).toBeGreaterThan(0);
    expect(new Set(findings.map(({ bookingNumber }) => bookingNumber))).toEqual(
      new Set([await numberOf(kept)]),
    );
    expect(findings.map(({ words }) => words).join(' ')).toContain('$0.01 apart');
  });

  it('names a cancelled booking that keeps another sum than it charges', async () => {
    const { findings } = await planted(
      `update bookings set credits_cents = credits_cents - 1 where id = '${cancelled.id}'`,
    );
    expect(findings.map(({ words }) => words)).toContain(
      `${await numberOf(cancelled)} charges $0.01, but holds $0.00: $0.01 apart.`,
    );
  });

  it('names what Stripe has and the ledger has not, and the other way round', async () => {
    await app.moveClock({ now: new Date(Date.now() + 3_600_000).toISOString() });
    const gone = await planted(
      `delete from payment_audits where booking_id = '${kept.id}'`,
      `update payments set captured_cents = 0 where booking_id = '${kept.id}'`,
      `update bookings set captured_cents = 0 where id = '${kept.id}'`,
    );
    await app.moveClock({ now: '2027-04-05T14:00:00Z' });
    const number = await numberOf(kept);
    expect(gone.findings.map(({ words }) => words)).toEqual([
      `Stripe has a payment of ${number} over $995.00, the ledger has not.`,
    ]);
    const invented = await planted(
      `update payment_audits set stripe_object_id = 'ch_invented' where booking_id = '${kept.id}'`,
    );
    expect(invented.findings.map(({ words }) => words)).toContain(
      `The ledger has a payment of ${number} over $995.00, Stripe has not.`,
    );
  });
});

describe('a proof that is kept', () => {
  const runs = () =>
    select<{ status: string; finding_count: number; failure: string | null }>(
      app.ctx,
      'select status, finding_count, failure from proof_runs order by created_at',
    );

  it('opens a case for the booking, and the next one that holds closes it', async () => {
    const spoil = (by: number) =>
      inTransaction(app.ctx, async (tx) => {
        await execute(tx, 'set local session_replication_role = replica');
        await execute(tx, `update payments set captured_cents = captured_cents + $2 where booking_id = $1`, [
          kept.id,
          by,
        ]);
      });
    await spoil(1);
    await keepProof(app.ctx, {});
    // The nightly check of the invariants may have looked as well.
    const isDisagreed = async () =>
      (await reviewsOf(app, kept)).some(({ kind }) => kind === 'books_disagree');
    expect(await isDisagreed()).toBe(true);
    await spoil(-1);
    await keepProof(app.ctx, {});
    expect(await isDisagreed()).toBe(false);
    expect((await runs()).slice(-2)).toMatchObject([
      { status: 'broken', finding_count: 1 },
      { status: 'holds' },
    ]);
  });

  it('is started by an admin alone, and made by its job once', async () => {
    const period = { from: addDays(ours(), -1), to: ours() };
    await expect(startProof(await actingAs(app, 'staff'), period)).rejects.toMatchObject({
      code: 'forbidden',
    });
    const admin = await actingAs(app, 'admin');
    await expect(startProof(admin, { from: ours(), to: addDays(ours(), -1) })).rejects.toMatchObject({
      code: 'invalid',
    });
    const run = await startProof(admin, period);
    await eventually(async () => expect((await runs()).at(-1)).toMatchObject({ status: 'holds' }));
    await keepProof(app.ctx, { proofRunId: run.id });
    expect((await runs()).filter(({ status }) => status === 'running')).toEqual([]);
  });

  it('says that it could not look when Stripe is away, and goes on where it was cut off', async () => {
    await askStandIn(app, 'POST', '/_faults', { error500: 50, match: 'balance_transactions' });
    await expect(keepProof(app.ctx, {})).rejects.toMatchObject({ code: 'payment_provider_unavailable' });
    await askStandIn(app, 'DELETE', '/_faults');
    expect((await runs()).at(-1)).toMatchObject({ status: 'failed' });
    const [cut] = await select<{ id: string }>(
      app.ctx,
      `insert into proof_runs (status, from_day, to_day, started_at, created_at, updated_at)
       values ('running', $1, $1, $2, $2, $2) returning id`,
      [ours(), app.ctx.clock.now()],
    );
    await app.moveClock({ advance: 'PT2H' });
    await keepProof(app.ctx, { proofRunId: cut?.id });
    expect((await runs()).at(-1)).toMatchObject({ status: 'holds' });
    await app.moveClock({ now: '2027-04-05T14:00:00Z' });
  });

  it('is tried again by its job when Stripe was away', async () => {
    const run = await startProof(await actingAs(app, 'admin'), { from: ours(), to: ours() });
    const standing = () => select(app.ctx, 'select status, failure from proof_runs where id = $1', [run.id]);
    await eventually(async () => expect(await standing()).toEqual([{ status: 'holds', failure: null }]));
    await execute(
      app.ctx,
      `update proof_runs set status = 'failed', failure = 'away', ended_at = started_at where id = $1`,
      [run.id],
    );
    await keepProof(app.ctx, { proofRunId: run.id });
    expect(await standing()).toEqual([{ status: 'holds', failure: null }]);
  });

  it('leaves what Stripe has and we have not to a person, whichever days the next one looks at', async () => {
    const orphan = await askStandIn(app, 'POST', '/v1/payment_intents', {
      amount: '4200',
      currency: 'usd',
      'metadata[payment_id]': '0b9f6c1e-3a0e-4f4e-9d3e-0d6a52f0c001',
    });
    await askStandIn(app, 'POST', `/v1/payment_intents/${orphan.id}/confirm`, {
      payment_method: 'pm_card_visa',
    });
    const admin = await actingAs(app, 'admin');
    const cases = () =>
      select(app.ctx, `select from needs_reviews where kind = 'stripe_disagrees' and resolved_at is null`);
    await startProof(admin, { from: stripes(), to: addDays(stripes(), 1) });
    await eventually(async () => expect(await cases()).toHaveLength(1));
    const { id } = await startProof(admin, { from: ours(), to: ours() });
    await eventually(async () =>
      expect(await select(app.ctx, 'select status from proof_runs where id = $1', [id])).toEqual([
        { status: 'holds' },
      ]),
    );
    expect(await cases()).toHaveLength(1);
  });
});
