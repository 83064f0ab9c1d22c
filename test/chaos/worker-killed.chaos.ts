import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { workerPoints } from './support/crash-points.ts';
import { gather, ofEach } from './support/crowd.ts';
import { problemsAfter } from './support/problems.ts';
import { setScene, startBoth } from './support/scene.ts';

const ROUNDS = 6;

describe('the worker killed beside a web process', () => {
  it.each(workerPoints)('twice at %s', async (point) => {
    const scene = await setScene();
    const { worker: first } = await startBoth(scene);
    await first.kill();
    const second = scene.launch('worker', { CRASH_AT: point });
    const crowd = gather(scene, ofEach(scene, 3));
    await crowd.done;
    if (point.startsWith('expiry')) await scene.moveClock({ advance: 'PT31M' });
    expect(await second.exited).toBe('SIGKILL');
    const third = scene.launch('worker', { CRASH_AT: point });
    expect(await third.exited).toBe('SIGKILL');
    await scene.start('worker');

    expect(await problemsAfter(scene, crowd.visits)).toEqual([]);
    expect(crowd.answers.failures()).toEqual([]);
  });

  it('at moments by chance while it settles', async () => {
    const scene = await setScene();
    const { web, worker } = await startBoth(scene);
    let victim = worker;
    const crowd = gather(scene, ofEach(scene, 15), 8);
    for (let round = 0; round < ROUNDS; round += 1) {
      await pause(scene.chance.between(20, 400));
      await victim.kill();
      victim = await scene.start('worker');
    }
    await crowd.done;

    expect(await problemsAfter(scene, crowd.visits)).toEqual([]);
    // Nobody at the door notices.
    expect(crowd.answers.failures()).toEqual([]);
    expect(crowd.answers.cuts).toBe(0);
    expect(web.isAlive()).toBe(true);
  });
});
