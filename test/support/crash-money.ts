import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { select } from '../../src/resources/_kit/sql.ts';
import { askStandIn, awaitStatus, checkOut, eventually, type Made, pay } from './bookings.ts';
import { contextOver } from './context.ts';
import { BOOKINGS, letTimePass, live, makeBookings, type Scene, setScene } from './crash.ts';
import type { AppProcess } from './process.ts';
import { cancel } from './refunds.ts';

/** `kill -9` where it hurts most, and under load: after the next start every cent adds up. */

/** Every other customer pays. */
const everyOther = (index: number) => index % 2 === 0;

/** Killed while customers check out and pay. */
export async function crashInCheckout(point: string): Promise<void> {
  const scene = await setScene();
  const first = await scene.start({ CRASH_AT: point });
  const made = await makeBookings(first);
  await live(first, made, everyOther);
  if (point.startsWith('expiry'))
    await first.api.post('/local/clock', { advance: 'PT31M' }).catch(() => null);
  if (point.startsWith('reconcile'))
    await first.api.post('/local/clock', { advance: 'PT11M' }).catch(() => null);
  expect(await first.exited).toBe('SIGKILL');

  const second = await scene.start();
  await letTimePass(second);

  await expectWhole(scene, second, made);
}

/** Killed after so many milliseconds of customers. */
export async function crashUnderLoad(moment: number): Promise<void> {
  const scene = await setScene();
  const first = await scene.start();
  const made = await makeBookings(first, BOOKINGS * 2);
  const living = live(first, made, everyOther);
  await pause(moment);
  await first.kill('SIGKILL');
  await living;

  const second = await scene.start();
  // The customers' apps ask again, with the keys they had.
  await live(second, made, everyOther);
  await letTimePass(second);

  await expectWhole(scene, second, made);
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

/** Killed while customers cancel what they paid. */
export async function crashInCancel(point: string): Promise<void> {
  const scene = await setScene();
  const first = await scene.start({ CRASH_AT: point });
  const made = await makeBookings(first);
  for (const each of made) await pay(first, (await checkOut(first, each)).body.payment);
  for (const each of made) await awaitStatus(first, each, 'confirmed');
  await cancelAll(first, made);
  expect(await first.exited).toBe('SIGKILL');

  const second = await scene.start();
  expect(await cancelAll(second, made)).toEqual(made.map(() => 200));
  await letTimePass(second);

  await expectGivenBack(scene, second, made);
}

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

/** Killed while banks dispute. */
export async function crashInDispute(point: string): Promise<void> {
  const scene = await setScene();
  const first = await scene.start({ CRASH_AT: point });
  const made = await makeBookings(first);
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
}

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
