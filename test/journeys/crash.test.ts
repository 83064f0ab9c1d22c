import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { checkOut } from '../support/bookings.ts';
import { crashPoints, makeBookings, setScene } from '../support/crash.ts';
import { crashInCheckout } from '../support/crash-money.ts';

/** `kill -9` where most is at stake. `npm run chaos` does it at every crash point, and at many more moments. */

describe('killed', { timeout: 60_000 }, () => {
  it('at settle.before_commit, nothing is lost or half done', async () => {
    await expect(crashInCheckout('settle.before_commit')).resolves.toBeUndefined();
  });
});

it('every crash point that the source has is known', () => {
  const known = Object.values(crashPoints).flat();
  expect(pointsInSource()).toEqual([...new Set(known)].toSorted());
  expect(known.length).toBeGreaterThanOrEqual(20);
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
  const made = await makeBookings(app);
  const answers = Promise.allSettled(made.map((each) => checkOut(app, each)));
  await pause(20);
  await app.kill('SIGTERM');
  expect(await app.exited).toBe(0);
  const given = (await answers).flatMap((each) => (each.status === 'fulfilled' ? [each.value.status] : []));
  expect(given.length).toBeGreaterThan(0);
  expect(new Set(given)).toEqual(new Set([200]));
});
