import { expect } from 'vitest';
import { parseInstant } from '../../src/clock.ts';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { select } from '../../src/resources/_kit/sql.ts';
import { eraseCustomer } from '../../src/resources/bookings/erase-customer.ts';
import { awaitStatus, eventually, type Made } from './bookings.ts';
import { contextOver } from './context.ts';
import { letTimePass, live, makeBookings, NOW, setScene } from './crash.ts';
import { allMails } from './mail.ts';
import type { AppProcess } from './process.ts';
import { actingAs, cancel } from './refunds.ts';
import { atOnfleet, drive, type TaskRow, tasksOf } from './road.ts';

const PATIENCE_MS = 20_000;

/**
 * Killed while Onfleet is told of tasks, tells of them, and customers are written to (`product.md` §5, §7): every task is
 * there once, and every mail.
 */
export async function crashOnTheRoad(point: string): Promise<void> {
  const scene = await setScene();
  const { ctx, close } = contextOver(scene.databaseUrl);
  try {
    const isCancelling = point === 'delivery.withdrawn';
    const isDriving = point.startsWith('task.');
    const first = await scene.start({ CRASH_AT: isDriving ? '' : point });
    const made = await makeBookings(first);
    await live(first, made);
    if (isDriving) {
      for (const each of made) await eventually(() => knownTasks({ ctx }, each), PATIENCE_MS);
      await eventually(() => expectHeard({ ctx }));
      await first.kill('SIGTERM');
      const driven = await scene.start({ CRASH_AT: point });
      const [pickup] = await tasksOf({ ctx }, made[0] as Made);
      await drive(driven, pickup as TaskRow, 'assign');
      expect(await driven.exited).toBe('SIGKILL');
    }
    if (isCancelling) await cancelWhenKnown({ ctx }, first, made);
    if (!isDriving) expect(await first.exited).toBe('SIGKILL');

    const second = await scene.start();
    if (isCancelling) await cancelWhenKnown({ ctx }, second, made);
    await letTimePass(second);

    for (const each of made) await awaitStatus(second, each, isCancelling ? 'cancelled' : 'confirmed');
    if (isDriving)
      await eventually(async () =>
        expect((await tasksOf({ ctx }, made[0] as Made))[0]).toMatchObject({
          status: 'assigned',
          driver_id: expect.any(String),
        }),
      );
    for (const each of made)
      await (isCancelling ? expectWithdrawn({ ctx }, second, each) : expectTold({ ctx }, second, each));
    await expectWritten({ ctx }, second, point === 'mail.sent' ? 1 : 0);
    expect(await checkInvariants(ctx)).toEqual([]);
    expect(await select(ctx, 'select kind, reason from needs_reviews')).toEqual([]);
  } finally {
    await close();
  }
}

/** Killed while Onfleet is made to forget a person whose bookings are over (`rules.md` §6): it forgets them all the same. */
export async function crashInErasure(point: string): Promise<void> {
  const scene = await setScene();
  const { ctx, close } = contextOver(scene.databaseUrl);
  try {
    const first = await scene.start({ CRASH_AT: point });
    const made = await makeBookings(first, 2);
    await live(first, made);
    for (const each of made) {
      for (const task of await eventually(() => knownTasks({ ctx }, each), PATIENCE_MS))
        for (const verb of ['assign', 'start', 'complete'] as const) await drive(first, task, verb);
      await awaitStatus(first, each, 'completed');
    }
    await eventually(() => expectHeard({ ctx }), PATIENCE_MS);
    const [customer] = await select<{ id: string }>(
      ctx,
      'select distinct customer_id as id from bookings where id = any($1::uuid[])',
      [made.map(({ id }) => id)],
    );
    const clock = { now: () => parseInstant(NOW) };
    await eraseCustomer({ ...(await actingAs({ ctx }, 'admin')), clock }, customer?.id ?? '');
    expect(await first.exited).toBe('SIGKILL');

    const second = await scene.start();
    for (const each of made) await eventually(() => expectForgotten({ ctx }, second, each), PATIENCE_MS);
    expect(await checkInvariants(ctx)).toEqual([]);
    expect(await select(ctx, 'select kind, reason from needs_reviews')).toEqual([]);
  } finally {
    await close();
  }
}

type Over = Pick<ReturnType<typeof contextOver>, 'ctx'>;

/** Both tasks, once Onfleet knows them. */
async function knownTasks(over: Over, made: Made): Promise<TaskRow[]> {
  const tasks = await tasksOf(over, made);
  expect(tasks.map(({ onfleet_task_id }) => onfleet_task_id)).toEqual([
    expect.any(String),
    expect.any(String),
  ]);
  return tasks;
}

/** By customers who ask again with the key they had. */
async function cancelWhenKnown(over: Over, app: AppProcess, made: readonly Made[]): Promise<void> {
  for (const each of made) await eventually(() => knownTasks(over, each), PATIENCE_MS);
  await Promise.allSettled(made.map((each) => cancel(app, each, { key: `cancel-${each.id}` })));
}

/** All that Onfleet and SES told so far was taken in. */
async function expectHeard({ ctx }: Over): Promise<void> {
  expect(await select(ctx, `select from webhook_events where status = 'received'`)).toEqual([]);
}

async function expectTold(over: Over, app: AppProcess, made: Made): Promise<void> {
  const tasks = await eventually(() => knownTasks(over, made), PATIENCE_MS);
  for (const task of tasks)
    expect((await atOnfleet(app, task)).map(({ id }) => id)).toEqual([task.onfleet_task_id]);
}

async function expectWithdrawn(over: Over, app: AppProcess, made: Made): Promise<void> {
  const tasks = await eventually(async () => {
    const found = await tasksOf(over, made);
    expect(found.map(({ status, is_gone }) => ({ status, is_gone }))).toEqual(
      Array.from({ length: 2 }, () => ({ status: 'withdrawn', is_gone: true })),
    );
    return found;
  }, PATIENCE_MS);
  for (const task of tasks) expect(await atOnfleet(app, task)).toEqual([]);
}

/** Of every task, and written down once. */
async function expectForgotten({ ctx }: Over, app: AppProcess, made: Made): Promise<void> {
  const tasks = await tasksOf({ ctx }, made);
  for (const task of tasks)
    expect(await atOnfleet(app, task)).toMatchObject([
      {
        notes: '',
        recipients: [{ name: 'Erased customer', notes: '', phone: expect.stringMatching(/^\+1000/) }],
      },
    ]);
  const told = await select<{ id: string }>(
    ctx,
    `select subject_id as id from audit_logs where booking_id = $1 and action = 'deliveryTask.stripped'`,
    [made.id],
  );
  expect(told.map(({ id }) => id).toSorted()).toEqual(tasks.map(({ id }) => id).toSorted());
}

/** SES takes no key: a mail goes twice when we die between its yes and our mark, and for no other reason. */
async function expectWritten({ ctx }: Over, app: AppProcess, twice: number): Promise<void> {
  const rows = await eventually(async () => {
    const found = await select<{ id: string; status: string }>(
      ctx,
      'select id, status from notifications where scheduled_for is null',
    );
    expect(found.filter(({ status }) => status !== 'sent')).toEqual([]);
    return found;
  }, PATIENCE_MS);
  expect(rows.length).toBeGreaterThan(0);
  const sent = (await allMails(app)).map(({ tags }) => tags.notification_id?.[0]);
  expect(new Set(sent)).toEqual(new Set(rows.map(({ id }) => id)));
  expect(sent).toHaveLength(rows.length + twice);
}
