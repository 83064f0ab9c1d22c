import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { addDays, serviceDayOf } from '../../src/clock.ts';
import { Refusal } from '../../src/errors.ts';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { proveBooks } from '../../src/jobs/checks/prove-books.ts';
import { inTransaction } from '../../src/resources/_kit/in-transaction.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { approveRefund } from '../../src/resources/payments/approve-refund.ts';
import { askRefund } from '../../src/resources/payments/ask-refund.ts';
import { rejectRefund } from '../../src/resources/payments/reject-refund.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import { askStandIn, eventually } from '../support/bookings.ts';
import { actingAs, cancel, type Paid, paidBooking, reconcileNow } from '../support/refunds.ts';
import { type Chance, chanceOf } from './support/chance.ts';

/** Everything that moves money, at random and at once: no payment gives back more than it took, and the books are proven. */

const STEPS = 1_000;
const AT_ONCE = 12;
const FIRST = 40;
/** With everything else waiting at the same few workers. */
const PATIENCE_MS = 60_000;

interface World {
  readonly app: TestApplication;
  readonly chance: Chance;
  readonly paid: Paid[];
  readonly disputes: string[];
  readonly tally: Map<string, number>;
}

type Step = (world: World) => Promise<unknown>;

const charge: Step = async ({ app, paid }) => paid.push(await paidBooking(app, {}, PATIENCE_MS));

const ask: Step = async (world) => {
  const [payment] = await select<{ id: string }>(
    world.app.ctx,
    'select id from payments where booking_id = $1',
    [anyPaid(world).id],
  );
  await askRefund(await actingAs(world.app, 'staff'), {
    paymentId: payment?.id ?? '',
    amountCents: world.chance.pick([1, 500, 20_000, 50_000, 99_500]),
    reason: 'At random',
  });
};

const decide: Step = async ({ app, chance }) => {
  const waiting = await select<{ id: string }>(
    app.ctx,
    `select id from refunds where status in ('requested', 'needs_review') order by id`,
  );
  if (waiting.length === 0) return;
  const { id } = chance.pick(waiting);
  const admin = await actingAs(app, 'admin');
  await (chance.between(1, 4) === 1
    ? rejectRefund(admin, { refundId: id, reason: 'At random' })
    : approveRefund(admin, id));
};

const refundThere: Step = (world) =>
  askStandIn(world.app, 'POST', '/v1/refunds', {
    payment_intent: anyPaid(world).paymentIntentId,
    amount: String(world.chance.pick([100, 10_000, 60_000])),
  });

const dispute: Step = async (world) => {
  const opened = await askStandIn(world.app, 'POST', '/_simulate/disputes', {
    payment_intent: anyPaid(world).paymentIntentId,
    amount: world.chance.pick([1_000, 30_000]),
  });
  if (opened.id !== undefined) world.disputes.push(opened.id);
};

const judge: Step = async ({ app, chance, disputes }) => {
  if (disputes.length > 0)
    await askStandIn(
      app,
      'POST',
      `/_simulate/disputes/${chance.pick(disputes)}/${chance.pick(['win', 'lose'])}`,
    );
};

const failLate: Step = async ({ app, chance }) => {
  const sent = await select<{ id: string }>(
    app.ctx,
    `select stripe_refund_id as id from refunds where status = 'succeeded' order by id`,
  );
  if (sent.length > 0) await askStandIn(app, 'POST', `/_simulate/refunds/${chance.pick(sent).id}/fail`);
};

const cancelOne: Step = (world) => cancel(world.app, anyPaid(world));

const weights: readonly (readonly [Step, number])[] = [
  [charge, 10],
  [ask, 30],
  [decide, 22],
  [refundThere, 8],
  [dispute, 8],
  [judge, 10],
  [failLate, 6],
  [cancelOne, 6],
];
const steps = weights.flatMap(([step, weight]) => Array.from({ length: weight }, () => step));

function anyPaid({ chance, paid }: World): Paid {
  return chance.pick(paid);
}

/** What is refused in good order is part of the game; anything else is not. */
async function play(world: World, step: Step): Promise<void> {
  const say = (word: string) => world.tally.set(word, (world.tally.get(word) ?? 0) + 1);
  try {
    await step(world);
    say('done');
  } catch (error) {
    if (
      !(error instanceof Refusal) ||
      !['refund_too_large', 'move_not_allowed', 'conflict'].includes(error.code)
    )
      throw error;
    say(error.code);
  }
}

/** What goes back outside may be told before what failed of ours: while it plays, only our own must never be too much. */
const overpaidSql = (which: string) => `
  select p.id from payments p where p.captured_cents < (select coalesce(sum(r.amount_cents), 0) from refunds r
    where r.payment_id = p.id and ${which})`;
const ownSql = overpaidSql(
  `r.source <> 'external' and r.status in ('requested', 'approved', 'sent', 'succeeded')`,
);
const allSql = overpaidSql(`r.status = 'succeeded'`);

it('a thousand charges, refunds, disputes and cancels at once leave books that are proven', async () => {
  const app = await startTestApplication();
  onTestFinished(() => app.stop());
  const chance = chanceOf('random money');
  const world: World = { app, chance, paid: [], disputes: [], tally: new Map() };
  await Promise.all(Array.from({ length: FIRST }, () => charge(world)));

  let isOver = false;
  const overpaid: unknown[] = [];
  const watching = (async () => {
    while (!isOver) {
      overpaid.push(...(await select(app.ctx, ownSql)));
      await pause(100);
    }
  })();
  let left = STEPS;
  const player = async () => {
    for (; left > 0; left -= 1) await play(world, chance.pick(steps));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, player));
  for (const id of world.disputes) await askStandIn(app, 'POST', `/_simulate/disputes/${id}/win`);
  await eventually(async () => {
    await reconcileNow(app);
    expect(await select(app.ctx, `select from disputes where status = 'open'`)).toEqual([]);
    expect(await select(app.ctx, `select from refunds where status in ('approved', 'sent')`)).toEqual([]);
    expect(await select(app.ctx, 'select from outbox_messages')).toEqual([]);
    expect(
      await select(app.ctx, `select from webhook_events where status in ('received', 'failed')`),
    ).toEqual([]);
  }, PATIENCE_MS);
  isOver = true;
  await watching;
  process.stdout.write(`  ${[...world.tally].map(([word, many]) => `${many} × ${word}`).join(', ')}\n`);

  expect(overpaid).toEqual([]);
  expect(await select(app.ctx, allSql)).toEqual([]);
  expect(await checkInvariants(app.ctx)).toEqual([]);
  const today = serviceDayOf(new Date());
  const period = { from: addDays(today, -1), to: addDays(serviceDayOf(app.ctx.clock.now()), 1) };
  const proof = await proveBooks(app.ctx, period);
  expect(proof.findings).toEqual([]);
  expect(proof.moves).toBeGreaterThan(200);
  expect(proof.ledgerCents).toBe(proof.stripeCents);

  const victim = chance.pick(world.paid);
  await inTransaction(app.ctx, async (tx) => {
    await execute(tx, 'set local session_replication_role = replica');
    await execute(
      tx,
      'update payment_audits set amount_cents = amount_cents + 1 where booking_id = $1 and kind = $2',
      [victim.id, 'captured'],
    );
  });
  const { findings } = await proveBooks(app.ctx, period);
  expect(new Set(findings.map(({ bookingId }) => bookingId))).toEqual(new Set([victim.id]));
}, 300_000);
