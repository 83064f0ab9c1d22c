import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, inject, it } from 'vitest';
import { select } from '../../src/resources/_kit/sql.ts';
import { eventually } from '../support/bookings.ts';
import { inBooks } from './support/books.ts';
import { gather, ofEach } from './support/crowd.ts';
import { type OwnRedis, ownRedis } from './support/own-redis.ts';
import { problemsAfter } from './support/problems.ts';
import { type Scene, setScene, startBoth, untilReady } from './support/scene.ts';

const AWAY_MS = 30_000;
const PATIENCE_MS = 60_000;

// Where redis-server is not installed the run has said so.
describe.skipIf(inject('redisUrl') === null)('Redis', () => {
  it('killed, and back after 30 s: nothing is lost and work goes on by itself', async () => {
    const problems = await problemsWhenGone(
      (redis) => redis.kill(),
      (redis) => redis.start(),
    );
    expect(problems).toEqual([]);
  });

  it('frozen for 30 s: nothing is lost and work goes on by itself', async () => {
    const problems = await problemsWhenGone(
      (redis) => redis.freeze(),
      (redis) => redis.thaw(),
    );
    expect(problems).toEqual([]);
  });
});

/** Customers before, during and after: all of them are served, and what they paid is settled without being asked for. */
async function problemsWhenGone(
  leave: (redis: OwnRedis) => unknown,
  comeBack: (redis: OwnRedis) => unknown,
): Promise<string[]> {
  const redis = await ownRedis();
  const scene = await setScene({ environment: { REDIS_URL: redis.url } });
  const { web, worker } = await startBoth(scene);
  const before = gather(scene, ofEach(scene, 5), 8);
  await pause(scene.chance.between(100, 500));
  await leave(redis);
  const during = gather(scene, ofEach(scene, 3), 4);
  await pause(AWAY_MS);
  await Promise.all([before.done, during.done]);
  await comeBack(redis);
  await untilReady(scene.api);
  const after = gather(scene, ofEach(scene, 3), 4);
  await after.done;
  const visits = [before, during, after].flatMap((crowd) => crowd.visits);
  const paid = visits.flatMap(({ bookingId, paidIntentId }) => (paidIntentId === null ? [] : bookingId));

  await eventually(async () => expect(await unsettled(scene, paid)).toEqual([]), PATIENCE_MS);
  for (const each of [web, worker]) expect(each.isAlive(), each.output()).toBe(true);
  const failures = [before, during, after].flatMap(({ answers }) => answers.failures());
  return [...(await problemsAfter(scene, visits)), ...failures];
}

/** Who paid has a confirmed booking, or has cancelled it since. */
async function unsettled(scene: Scene, bookingIds: readonly string[]): Promise<object[]> {
  return inBooks(scene, (ctx) =>
    select(
      ctx,
      `select number from bookings where id = any($1)
         and (status not in ('confirmed', 'cancelled') or captured_cents = 0)`,
      [bookingIds],
    ),
  );
}
