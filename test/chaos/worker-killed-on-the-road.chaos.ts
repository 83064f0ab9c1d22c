import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { select } from '../../src/resources/_kit/sql.ts';
import { eventually, type Made, makeBooking, openPayment, pay } from '../support/bookings.ts';
import { allMails } from '../support/mail.ts';
import { cancel } from '../support/refunds.ts';
import { atOnfleet, type TaskRow } from '../support/road.ts';
import { inBooks } from './support/books.ts';
import { type Scene, setScene, startBoth } from './support/scene.ts';

/** The worker killed again and again while Onfleet is told of tasks and customers are written to (`product.md` §5, §7). */

const BOOKINGS = 70;
const AT_ONCE = 8;
const KILLS = 50;
/** For what the last killed worker has left. */
const PATIENCE_MS = 120_000;

it('fifty times during two hundred mails and a hundred tasks: each is there once', async () => {
  const scene = await setScene();
  const { worker } = await startBoth(scene);
  const { stripe, onfleet, mail } = (await scene.api.get('/local')).body;
  const outside = { api: scene.api, stripe: String(stripe), onfleet: String(onfleet), mail: String(mail) };

  const made: Made[] = [];
  let begun = 0;
  const customers = async () => {
    while (begun < BOOKINGS) {
      begun += 1;
      const each = await makeBooking(scene);
      made.push(each);
      await pay(outside, await openPayment(scene, each));
    }
  };
  let isOver = false;
  let kills = 0;
  const killing = (async () => {
    let victim = worker;
    while (kills < KILLS || !isOver) {
      await pause(scene.chance.between(50, 1_200));
      if (kills >= KILLS) continue;
      await victim.kill();
      kills += 1;
      victim = await scene.start('worker');
    }
  })();

  // Workers that live a second do what they can; patience begins with the one that lives on.
  const awaitLook = async (look: Look) => {
    while (kills < KILLS && !(await holds(scene, look))) await pause(250);
    await eventually(() => inBooks(scene, look), PATIENCE_MS);
  };

  await Promise.all(Array.from({ length: AT_ONCE }, customers));
  await awaitLook(expectAllTold);
  const tasks = await inBooks(scene, (ctx) => select<TaskRow>(ctx, 'select * from delivery_tasks'));
  expect(tasks.length).toBeGreaterThanOrEqual(2 * BOOKINGS);
  for (const task of tasks) {
    const there = await atOnfleet(outside, task);
    expect(there.map(({ id }) => id)).toEqual([task.onfleet_task_id]);
  }

  for (const each of made) await cancel(scene, each);
  await awaitLook(expectAllWithdrawn);
  isOver = true;
  await killing;
  for (const task of tasks) expect(await atOnfleet(outside, task)).toEqual([]);

  await awaitLook(expectAllWritten);
  const written = await inBooks(scene, (ctx) => select<{ id: string }>(ctx, 'select id from notifications'));
  const sent = (await allMails(outside)).map(({ tags }) => tags.notification_id?.[0]);
  expect(written.length).toBeGreaterThanOrEqual(200);
  expect(new Set(sent)).toEqual(new Set(written.map(({ id }) => id)));
  // SES gives no key: one that was sent when its worker died before it could say so is sent again, once for each death.
  const twice = sent.length - written.length;
  expect(twice).toBeLessThanOrEqual(KILLS);
  expect(kills).toBe(KILLS);
  expect(await inBooks(scene, checkInvariants)).toEqual([]);
  expect(await inBooks(scene, (ctx) => select(ctx, 'select kind, reason from needs_reviews'))).toEqual([]);
  process.stdout.write(
    `  ${kills} kills, ${tasks.length} tasks, ${written.length} mails, ${twice} of them sent twice\n`,
  );
});

type Look = Parameters<typeof inBooks<void>>[1];

function holds(scene: Scene, look: Look): Promise<boolean> {
  return inBooks(scene, look).then(
    () => true,
    () => false,
  );
}

const expectAllTold: Look = async (ctx) => {
  const waiting = await select(
    ctx,
    `select b.number from bookings b where status <> 'confirmed'
       or 2 <> (select count(*) from delivery_tasks t where t.booking_id = b.id and t.onfleet_task_id is not null)`,
  );
  expect(waiting).toEqual([]);
};

const expectAllWithdrawn: Look = async (ctx) => {
  const waiting = await select(
    ctx,
    `select from bookings where status <> 'cancelled' or refunded_cents <> captured_cents
     union all select from delivery_tasks where not is_gone`,
  );
  expect(waiting).toEqual([]);
};

const expectAllWritten: Look = async (ctx) => {
  expect(await select(ctx, `select from notifications where status <> 'sent'`)).toEqual([]);
};
