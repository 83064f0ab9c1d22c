import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Faults } from '../../src/local/stripe/faults.ts';
import { askStandIn, eventually } from '../support/bookings.ts';
import { type Crowd, gather, ofEach } from './support/crowd.ts';
import { problemsAfter } from './support/problems.ts';
import { type Scene, setScene, startBoth } from './support/scene.ts';
import { misbehave } from './support/stripe.ts';

/** The one answer that customers may be given while Stripe fails. */
const AWAY = 'payment_provider_unavailable';

/** More than the SDK tries by itself. */
const STRIKES = 8;

type Fault = 'error500' | 'dropConnection' | 'timeoutAfterWork';

const faults: readonly { readonly words: string; readonly fault: Fault }[] = [
  { words: 'answers 500 before the work', fault: 'error500' },
  { words: 'drops the connection before the work', fault: 'dropConnection' },
  { words: 'does the work and never answers', fault: 'timeoutAfterWork' },
];

describe('Stripe', () => {
  it.each(faults)('$words: on create, confirm and cancel', async ({ fault }) => {
    const scene = await setScene();
    await startBoth(scene);
    const crowd = gather(scene, ofEach(scene, 10), 8);
    const struck = await strikeWhile(scene, crowd, fault, [
      'POST /v1/payment_intents',
      '/confirm',
      '/cancel',
    ]);
    await crowd.done;
    // The holds that nobody paid lapse while nothing can be cancelled.
    await misbehave(scene, { match: '/cancel', [fault]: STRIKES });
    await scene.moveClock({ advance: 'PT31M' });
    await eventually(async () => {
      const left = await askStandIn(scene, 'GET', '/_faults');
      expect(left[fault], 'cancelling did fail').toBeLessThan(STRIKES);
    }, 30_000);
    await misbehave(scene, {});

    expect(await problemsAfter(scene, crowd.visits)).toEqual([]);
    expect(crowd.answers.failures([AWAY])).toEqual([]);
    expect(struck, 'it did fail').toBeGreaterThan(STRIKES);
  });

  it('answers later than we wait', async () => {
    const scene = await setScene();
    await startBoth(scene);
    await misbehave(scene, { match: 'POST /v1/payment_intents', delayMs: 11_500 });
    const crowd = gather(scene, ofEach(scene, 1));
    const tooLate = `checkout 503 ${AWAY}`;
    while (crowd.answers.count(tooLate) === 0 && !crowd.isDone()) await pause(100);
    await misbehave(scene, {});
    await crowd.done;

    expect(await problemsAfter(scene, crowd.visits)).toEqual([]);
    expect(crowd.answers.failures([AWAY])).toEqual([]);
    expect(crowd.answers.count(tooLate), 'we did not wait').toBeGreaterThan(0);
  });
});

/** Lets now these calls fail and now those, for as long as customers come. Gives how many failed. */
async function strikeWhile(
  scene: Scene,
  crowd: Crowd,
  fault: Fault,
  calls: readonly string[],
): Promise<number> {
  let struck = 0;
  let set = 0;
  const change = async (next: Partial<Faults>): Promise<void> => {
    const before = await misbehave(scene, next);
    struck += set - before[fault];
    set = next[fault] ?? 0;
  };
  while (!crowd.isDone()) {
    await change({ match: scene.chance.pick(calls), [fault]: scene.chance.between(1, STRIKES) });
    await pause(scene.chance.between(100, 400));
  }
  await change({});
  return struck;
}
