import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { crashPoints } from './support/crash-points.ts';
import { gather, ofEach } from './support/crowd.ts';
import { problemsAfter } from './support/problems.ts';
import { setScene, startAlone } from './support/scene.ts';

const ROUNDS = 5;

describe('the whole application killed', () => {
  it.each(crashPoints)('twice at %s', async (point) => {
    const scene = await setScene();
    const first = await startAlone(scene, { CRASH_AT: point });
    const crowd = gather(scene, ofEach(scene, 3));
    expect(await first.exited).toBe('SIGKILL');
    const second = scene.launch('all', { CRASH_AT: point });
    expect(await second.exited).toBe('SIGKILL');
    await scene.start('all');
    await crowd.done;

    expect(await problemsAfter(scene, crowd.visits)).toEqual([]);
    expect(crowd.answers.failures()).toEqual([]);
  });

  it('at moments by chance', async () => {
    const scene = await setScene();
    let process = await startAlone(scene);
    const crowd = gather(scene, ofEach(scene, 10), 12);
    for (let round = 0; round < ROUNDS; round += 1) {
      await pause(scene.chance.between(20, 600));
      await process.kill();
      process = await scene.start('all');
    }
    await crowd.done;

    expect(await problemsAfter(scene, crowd.visits)).toEqual([]);
    expect(crowd.answers.failures()).toEqual([]);
    expect(crowd.answers.cuts).toBeGreaterThan(0);
  });
});
