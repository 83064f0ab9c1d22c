import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import { checkInvariants, invariants } from '../../src/jobs/checks/invariants.ts';
import { inTransaction } from '../../src/resources/_kit/in-transaction.ts';
import { execute } from '../../src/resources/_kit/sql.ts';
import { askStandIn } from '../support/bookings.ts';
import { inBooks } from './support/books.ts';
import { type Crowd, gather } from './support/crowd.ts';
import type { Visit } from './support/customer.ts';
import { problemsAfter, problemsNow } from './support/problems.ts';
import { type Scene, setScene, startAlone } from './support/scene.ts';

/** A proof that cannot fail proves nothing: each violation is planted, with the database's guards off, and found. */

interface Plant {
  readonly words: string;
  /** Statements about a booking that is paid, `$1`. */
  readonly sql: readonly string[];
  /** The invariants that it breaks. */
  readonly breaks: readonly string[];
}

const long = "'2020-01-01T00:00:00Z'";
const refundOf = (status: string, cents: string, at = 'now()'): string =>
  `insert into refunds (payment_id, booking_id, amount_cents, reason, status, source, rule, requested_at, created_at, updated_at)
   select id, booking_id, ${cents}, 'Planted', ${status}, 'rule', 'late_payment', ${at}, ${at}, ${at}
   from payments where booking_id = $1 and status = 'succeeded'`;
const disputeOf = (status: string): string =>
  `insert into disputes (payment_id, booking_id, amount_cents, status, reason, stripe_dispute_id, stripe_status, opened_at,
     closed_at, created_at, updated_at)
   select id, booking_id, 100, '${status}', 'fraudulent', 'du_planted', '${status}', now(),
     case when '${status}' <> 'open' then now() end, now(), now()
   from payments where booking_id = $1 and status = 'succeeded'`;
const plants: readonly Plant[] = [
  {
    words: 'one cent more in the ledger',
    sql: ['update payment_audits set amount_cents = amount_cents + 1 where booking_id = $1'],
    breaks: ['payment_sums', 'booking_sums'],
  },
  {
    words: "one cent less in a payment's sum",
    sql: ['update payments set captured_cents = captured_cents - 1 where booking_id = $1'],
    breaks: ['payment_sums'],
  },
  {
    words: 'a succeeded payment without its ledger row',
    sql: ['delete from payment_audits where booking_id = $1'],
    breaks: ['payment_without_ledger', 'payment_sums', 'booking_sums'],
  },
  {
    words: 'a confirmed booking whose money is gone from every book',
    sql: [
      'delete from payment_audits where booking_id = $1',
      'delete from payments where booking_id = $1',
      'update bookings set captured_cents = 0 where id = $1',
    ],
    breaks: ['confirmed_but_unpaid'],
  },
  {
    words: 'money for a booking that does not run',
    sql: [`update bookings set status = 'expired' where id = $1`],
    breaks: ['money_without_booking', 'taking_without_booking'],
  },
  {
    words: 'a cancelled booking of which more is due than nothing',
    sql: [
      'delete from payment_audits where booking_id = $1',
      'delete from payments where booking_id = $1',
      `update bookings set status = 'cancelled', captured_cents = 0 where id = $1`,
    ],
    breaks: ['cancelled_but_open', 'taking_without_booking'],
  },
  {
    words: 'a refund paid out that the ledger does not know',
    sql: [refundOf("'succeeded'", 'captured_cents')],
    breaks: ['refund_without_ledger'],
  },
  {
    words: 'a cent more asked for than came',
    sql: [refundOf("'requested'", 'captured_cents + 1')],
    breaks: ['refunded_too_much'],
  },
  {
    words: 'a refund that waits while its payment is disputed',
    sql: [refundOf("'requested'", '1'), disputeOf('open')],
    breaks: ['refund_despite_dispute'],
  },
  {
    words: 'a lost dispute that took nothing',
    sql: [disputeOf('lost')],
    breaks: ['dispute_without_ledger'],
  },
  {
    words: 'a refund that never reached Stripe',
    sql: [refundOf("'approved'", '1', "'2020-01-01T00:00:00Z'")],
    breaks: ['refund_half_done'],
  },
  {
    words: 'a booking whose places in a van are gone',
    sql: ['delete from capacity_takings where booking_id = $1'],
    breaks: ['booking_without_van'],
  },
  {
    words: 'a payment that never had its intent',
    sql: [
      `update payments set status = 'created', settled_at = null, created_at = ${long} where booking_id = $1`,
    ],
    breaks: ['payment_without_ledger', 'payment_half_done'],
  },
  {
    words: 'a hold that nobody ended',
    sql: [
      'delete from payment_audits where booking_id = $1',
      'delete from payments where booking_id = $1',
      `update bookings set status = 'pending_payment', captured_cents = 0, updated_at = ${long},
         hold_started_at = ${long}, hold_expires_at = ${long} where id = $1`,
    ],
    breaks: ['hold_without_payment', 'hold_overdue'],
  },
];

describe('a planted violation is found', () => {
  it('in the books, each by its booking, and none is overlooked', async () => {
    const { scene, crowd } = await quietScene();
    const [visit] = crowd.visits;
    const broken = await inBooks(scene, async (ctx) => {
      const found: string[] = [];
      for (const plant of plants) {
        const findings = await planted(ctx, visit, plant);
        expect(new Set(findings.map(({ name }) => name)), plant.words).toEqual(new Set(plant.breaks));
        expect(new Set(findings.map(({ bookingId }) => bookingId)), plant.words).toEqual(
          new Set([visit?.bookingId]),
        );
        found.push(...plant.breaks);
      }
      return found;
    });
    // What no plant breaks could not be seen to fail.
    expect([...new Set(broken)].sort()).toEqual(invariants.map(({ name }) => name).sort());
    expect(await problemsNow(scene, crowd.visits)).toEqual([]);
  });

  it('by what is asked after each scenario', async () => {
    const { scene, crowd } = await quietScene();
    const [visit] = crowd.visits;
    const bookingId = visit?.bookingId ?? '';
    const found = () => problemsNow(scene, crowd.visits);
    expect(await found()).toEqual([]);

    const stray = await askStandIn(scene, 'POST', '/v1/payment_intents', {
      amount: '99500',
      currency: 'usd',
      'metadata[booking_id]': bookingId,
    });
    expect(await found()).toEqual([`no payment knows the intent ${stray.id}`]);
    await askStandIn(scene, 'POST', `/v1/payment_intents/${stray.id}/confirm`, {
      payment_method: 'pm_card_visa',
    });
    expect((await found()).join('\n')).toContain('was paid 2 times');

    const lost: Visit = { ...crowd.visits[0], number: 'TT-LOST' } as Visit;
    expect((await problemsNow(scene, [lost])).join('\n')).toContain('TT-LOST');
    expect(await problemsNow(scene, [])).toContain('0 customers have 2 bookings');
    await inBooks(scene, (ctx) =>
      unguarded(ctx, `update bookings set status = 'expired' where id = $1`, bookingId),
    );
    expect((await found()).join('\n')).toContain('is expired but paid');
  });
});

/** Two customers who have paid, and nothing under way. */
async function quietScene(): Promise<{ scene: Scene; crowd: Crowd }> {
  const scene = await setScene();
  await startAlone(scene);
  const crowd = gather(scene, ['pays', 'pays']);
  await crowd.done;
  expect(await problemsAfter(scene, crowd.visits)).toEqual([]);
  return { scene, crowd };
}

/** What the checks find in the moment between a plant and its being taken back. */
async function planted(ctx: Context, visit: Visit | undefined, { sql }: Plant) {
  class TakenBack extends Error {}
  let findings: Awaited<ReturnType<typeof checkInvariants>> = [];
  await inTransaction(ctx, async (tx) => {
    await execute(tx, 'set local session_replication_role = replica');
    for (const statement of sql) await execute(tx, statement, [visit?.bookingId]);
    findings = await checkInvariants(tx);
    throw new TakenBack();
  }).catch((error: unknown) => {
    if (!(error instanceof TakenBack)) throw error;
  });
  return findings;
}

async function unguarded(ctx: Context, sql: string, bookingId: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    await execute(tx, 'set local session_replication_role = replica');
    await execute(tx, sql, [bookingId]);
  });
}
