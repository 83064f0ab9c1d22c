import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type Crowd, gather } from './support/crowd.ts';
import type { Intention } from './support/customer.ts';
import { problemsAfter } from './support/problems.ts';
import { type Scene, setScene, startAlone } from './support/scene.ts';

const CHECKOUTS = 500;
const CONNECTIONS = 32;
const KILLS = 20;

it('500 checkouts at 32 connections with 20 kills', async () => {
  const scene = await setScene();
  let app = await startAlone(scene);
  const crowd = gather(scene, mostWhoPay(scene), CONNECTIONS);
  // Kills come by progress, so that a slow machine has all of them in the middle of customers too.
  let kills = 0;
  for (const checkouts of scene.chance.several(KILLS, 1, CHECKOUTS - CONNECTIONS)) {
    await untilAnswered(crowd, checkouts);
    await pause(scene.chance.between(0, 60));
    if (!crowd.isDone()) kills += 1;
    await app.kill();
    app = await scene.start('all');
  }
  await crowd.done;

  expect(await problemsAfter(scene, crowd.visits)).toEqual([]);
  expect(crowd.answers.failures()).toEqual([]);
  expect(kills).toBe(KILLS);
  expect(crowd.visits).toHaveLength(CHECKOUTS);
  process.stdout.write(`  ${crowd.answers.summary()}\n`);
});

/** Nobody who checks out twice: as many checkouts as customers. */
function mostWhoPay({ chance }: Scene): Intention[] {
  return Array.from({ length: CHECKOUTS }, () =>
    chance.pick<Intention>(['pays', 'pays', 'pays', 'is declined first', 'leaves']),
  );
}

async function untilAnswered(crowd: Crowd, checkouts: number): Promise<void> {
  while (crowd.answers.count('checkout 200') < checkouts && !crowd.isDone()) await pause(5);
}
