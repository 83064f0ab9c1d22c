import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { select } from '../../src/resources/_kit/sql.ts';
import {
  askStandIn,
  awaitStatus,
  checkOut,
  eventually,
  type Made,
  makeBooking,
  pay,
} from '../support/bookings.ts';
import { contextOver } from '../support/context.ts';
import { freshDatabase } from '../support/postgres.ts';
import { type AppProcess, freePort, startProcess } from '../support/process.ts';
import { cancel } from '../support/refunds.ts';
import { enlargeVans } from '../support/vans.ts';

/** `kill -9` where it hurts most, and at seeded moments under load: after the next start everything adds up. */

const points = [
  'checkout.reserved',
  'checkout.intent_created',
  'checkout.intent_stored',
  'settle.fetched',
  'settle.before_commit',
  'settle.committed',
  'expiry.intent_cancelled',
  'webhook.stored',
  'webhook.worked',
  'relay.added',
  'reconcile.before_mark',
];
const momentsMs = [40, 130, 310];

const BOOKINGS = 4;
const NOW = '2027-04-05T14:00:00Z';

let cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const each of cleanUp.toReversed()) await each();
  cleanUp = [];
});

interface Scene {
  readonly databaseUrl: string;
  start(more?: Record<string, string>): Promise<AppProcess>;
}

async function setScene(): Promise<Scene> {
  const database = await freshDatabase();
  const directory = mkdtempSync(join(tmpdir(), 'totetaxi-crash-'));
  const PORT = String(await freePort());
  cleanUp.push(async () => {
    await database.drop();
    rmSync(directory, { recursive: true, force: true });
  });
  return {
    databaseUrl: database.url,
    async start(more = {}) {
      const app = await startProcess({ DATABASE_URL: database.url, DATA_DIR: directory, PORT, ...more });
      cleanUp.push(() => app.kill('SIGKILL'));
      await enlargeVans(database.url);
      return app;
    },
  };
}

/** Books, checks out and pays as customers do, whatever becomes of the server meanwhile. */
async function live(app: AppProcess, made: readonly Made[]): Promise<void> {
  await Promise.allSettled(
    made.map(async (each, index) => {
      const { body } = await checkOut(app, each, { key: `checkout-${each.id}` });
      if (index % 2 === 0) await pay(app, body.payment);
    }),
  );
}

async function expectWhole(scene: Scene, app: AppProcess, made: readonly Made[]): Promise<void> {
  const { ctx, close } = contextOver(scene.databaseUrl);
  try {
    await eventually(async () => {
      const open = await select(
        ctx,
        `select from payments where status in ('created', 'pending', 'processing')`,
      );
      const held = await select(ctx, `select from bookings where status = 'pending_payment'`);
      const waiting = await select(ctx, 'select from outbox_messages');
      expect({ open: open.length, held: held.length, waiting: waiting.length }).toEqual({
        open: 0,
        held: 0,
        waiting: 0,
      });
    }, 20_000);
    const { data: intents } = await askStandIn(app, 'GET', '/v1/payment_intents?limit=100');
    const ids = made.map(({ id }) => id);
    const bookings = await select<{ id: string; status: string; captured_cents: number }>(
      ctx,
      'select id, status, captured_cents from bookings where id = any($1)',
      [ids],
    );
    expect(bookings).toHaveLength(made.length);
    for (const booking of bookings) {
      const own = intents.filter((intent: any) => intent.metadata.booking_id === booking.id);
      const succeeded = own.filter((intent: any) => intent.status === 'succeeded');
      expect(succeeded.length).toBeLessThanOrEqual(1);
      const isPaid = succeeded.length === 1;
      expect({ ...booking, isConfirmed: booking.status === 'confirmed' }).toMatchObject({
        isConfirmed: isPaid,
        captured_cents: isPaid ? 99_500 : 0,
      });
      // What is not paid can no longer be paid.
      expect(own.every((intent: any) => ['succeeded', 'canceled'].includes(intent.status))).toBe(true);
    }
    expect(await checkInvariants(ctx)).toEqual([]);
    expect(await select(ctx, 'select from needs_reviews')).toEqual([]);
  } finally {
    await close();
  }
}

/** The schedules run: reconciling, and the end of the holds that nobody paid. */
async function letTimePass(app: AppProcess): Promise<void> {
  await app.api.post('/local/clock', { advance: 'PT11M' });
  await pause(500);
  await app.api.post('/local/clock', { advance: 'PT61M' });
}

describe('killed', () => {
  it.each(points)('at %s, nothing is lost or half done', async (point) => {
    const scene = await setScene();
    const first = await scene.start({ CRASH_AT: point });
    await first.api.post('/local/clock', { now: NOW });
    const made = await Promise.all(Array.from({ length: BOOKINGS }, () => makeBooking(first)));
    await live(first, made);
    if (point.startsWith('expiry'))
      await first.api.post('/local/clock', { advance: 'PT31M' }).catch(() => null);
    if (point.startsWith('reconcile'))
      await first.api.post('/local/clock', { advance: 'PT11M' }).catch(() => null);
    expect(await first.exited).toBe('SIGKILL');

    const second = await scene.start();
    await letTimePass(second);

    await expectWhole(scene, second, made);
  });

  it.each(momentsMs)('after %i ms of customers, nothing is lost or half done', async (moment) => {
    const scene = await setScene();
    const first = await scene.start();
    await first.api.post('/local/clock', { now: NOW });
    const made = await Promise.all(Array.from({ length: BOOKINGS * 2 }, () => makeBooking(first)));
    const living = live(first, made);
    await pause(moment);
    await first.kill('SIGKILL');
    await living;

    const second = await scene.start();
    // The customers' apps ask again, with the keys they had.
    await live(second, made);
    await letTimePass(second);

    await expectWhole(scene, second, made);
  });
});

const cancelPoints = [
  'cancel.committed',
  'refund.sent',
  'refund.created',
  'refund.fetched',
  'refund.before_commit',
  'refund.committed',
];

/** All of them, by customers who ask again with the key they had. */
async function cancelAll(app: AppProcess, made: readonly Made[]): Promise<number[]> {
  const answers = await Promise.allSettled(
    made.map((each) => cancel(app, each, { key: `cancel-${each.id}` })),
  );
  return answers.map((each) => (each.status === 'fulfilled' ? each.value.status : 0));
}

async function expectGivenBack(scene: Scene, app: AppProcess, made: readonly Made[]): Promise<void> {
  const { ctx, close } = contextOver(scene.databaseUrl);
  try {
    const ids = made.map(({ id }) => id);
    await eventually(async () => {
      const bookings = await select(
        ctx,
        'select status, captured_cents, refunded_cents, credits_cents from bookings where id = any($1)',
        [ids],
      );
      const whole = {
        status: 'cancelled',
        captured_cents: 99_500,
        refunded_cents: 99_500,
        credits_cents: 99_500,
      };
      expect(bookings).toEqual(made.map(() => whole));
    }, 20_000);
    const { data: refunds } = await askStandIn(app, 'GET', '/v1/refunds?limit=100');
    expect(refunds.map(({ metadata }: any) => metadata.booking_id).sort()).toEqual(ids.toSorted());
    expect(refunds.every(({ amount }: any) => amount === 99_500)).toBe(true);
    expect(await checkInvariants(ctx)).toEqual([]);
    expect(await select(ctx, 'select from needs_reviews')).toEqual([]);
  } finally {
    await close();
  }
}

describe('killed while bookings are cancelled', () => {
  it.each(cancelPoints)('at %s, every cent goes back, once', { timeout: 60_000 }, async (point) => {
    const scene = await setScene();
    const first = await scene.start({ CRASH_AT: point });
    await first.api.post('/local/clock', { now: NOW });
    const made = await Promise.all(Array.from({ length: BOOKINGS }, () => makeBooking(first)));
    for (const each of made) await pay(first, (await checkOut(first, each)).body.payment);
    for (const each of made) await awaitStatus(first, each, 'confirmed');
    await cancelAll(first, made);
    expect(await first.exited).toBe('SIGKILL');

    const second = await scene.start();
    expect(await cancelAll(second, made)).toEqual(made.map(() => 200));
    await letTimePass(second);

    await expectGivenBack(scene, second, made);
  });
});

const disputePoints = ['dispute.fetched', 'dispute.before_commit', 'dispute.committed'];

describe('killed while banks dispute', () => {
  it.each(disputePoints)(
    'at %s, what they take is in the books, once',
    { timeout: 60_000 },
    async (point) => {
      const scene = await setScene();
      const first = await scene.start({ CRASH_AT: point });
      await first.api.post('/local/clock', { now: NOW });
      const made = await Promise.all(Array.from({ length: BOOKINGS }, () => makeBooking(first)));
      const intents = new Map<string, string>();
      for (const each of made) {
        const { payment } = (await checkOut(first, each)).body;
        await pay(first, payment);
        intents.set(each.id, payment.paymentIntentId);
      }
      for (const each of made) await awaitStatus(first, each, 'confirmed');
      const dispute = (app: AppProcess, intent: string) =>
        askStandIn(app, 'POST', '/_simulate/disputes', { payment_intent: intent });
      for (const intent of intents.values()) await dispute(first, intent).catch(() => null);
      expect(await first.exited).toBe('SIGKILL');

      const second = await scene.start();
      // Those that the stand-in, killed as well, had not taken yet; it refuses the others.
      for (const intent of intents.values()) await dispute(second, intent);
      await letTimePass(second);

      await expectDisputed(scene, made);
    },
  );
});

async function expectDisputed(scene: Scene, made: readonly Made[]): Promise<void> {
  const { ctx, close } = contextOver(scene.databaseUrl);
  try {
    await eventually(async () => {
      const disputed = await select<{ id: string; status: string; taken: number; due: number }>(
        ctx,
        `select b.id, d.status, (select sum(amount_cents)::int from payment_audits where dispute_id = d.id) as taken,
           b.total_cents - b.credits_cents - b.captured_cents + b.lost_dispute_cents as due
         from disputes d join bookings b on b.id = d.booking_id order by b.id`,
      );
      const expected = made.map(({ id }) => ({ id, status: 'open', taken: 99_500, due: 0 }));
      expect(disputed).toEqual(expected.toSorted((one, other) => (one.id < other.id ? -1 : 1)));
    }, 20_000);
    expect(await checkInvariants(ctx)).toEqual([]);
    const cases = await select<{ kind: string }>(ctx, 'select kind from needs_reviews');
    expect(cases.map(({ kind }) => kind)).toEqual(made.map(() => 'dispute_opened'));
  } finally {
    await close();
  }
}

it('every crash point that the source has is hit', () => {
  const tried = [...points, ...cancelPoints, ...disputePoints];
  expect(pointsInSource()).toEqual([...new Set(tried)].toSorted());
  expect(tried.length).toBeGreaterThanOrEqual(20);
});

/** The names of all `crashPoint(…)` in `src`. */
function pointsInSource(): string[] {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const names = files.flatMap((name) => {
    const text = readFileSync(join('src', name), 'utf8');
    return [...text.matchAll(/crashPoint\([\w.#]+, '([\w.]+)'\)/g)].map(([, point = '']) => point);
  });
  return [...new Set(names)].toSorted();
}

it('stopped in the middle of customers, it drains: every answer that was begun is given', async () => {
  const scene = await setScene();
  const app = await scene.start();
  await app.api.post('/local/clock', { now: NOW });
  const made = await Promise.all(Array.from({ length: BOOKINGS }, () => makeBooking(app)));
  const answers = Promise.allSettled(made.map((each) => checkOut(app, each)));
  await pause(20);
  await app.kill('SIGTERM');
  expect(await app.exited).toBe(0);
  const given = (await answers).flatMap((each) => (each.status === 'fulfilled' ? [each.value.status] : []));
  expect(given.length).toBeGreaterThan(0);
  expect(new Set(given)).toEqual(new Set([200]));
});
