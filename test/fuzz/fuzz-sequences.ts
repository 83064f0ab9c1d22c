import fc from 'fast-check';
import type { TestApplication } from '../support/application.ts';
import { asSource } from './as-source.ts';
import { play } from './play.ts';
import { anySequence, type Step } from './steps.ts';

interface Run {
  readonly sequences: number;
  readonly seed: number;
  /** Looks for the shortest sequence that fails, too, which takes as long again many times over. */
  readonly shrink: boolean;
}

/**
 * Plays so many sequences, the same ones for a seed. Throws at the first that does not keep to the rules, as source text
 * for `kept.test.ts`. Returns how many steps of each kind were taken.
 */
export async function fuzzSequences(
  app: TestApplication,
  { sequences, seed, shrink }: Run,
): Promise<ReadonlyMap<string, number>> {
  const taken = new Map<string, number>();
  const property = fc.asyncProperty(anySequence, async (steps) => {
    for (const step of steps.flatMap(single)) taken.set(step.do, (taken.get(step.do) ?? 0) + 1);
    await play(app, steps);
  });
  const run = await fc.check(property, { numRuns: sequences, seed, endOnFailure: !shrink });
  if (run.failed) {
    const [steps] = run.counterexample ?? [];
    throw new Error(`Sequence ${run.numRuns} of seed ${seed}. Keep it: ${asSource(steps)}`, {
      cause: run.errorInstance,
    });
  }
  return taken;
}

function single(step: Step): readonly Step[] {
  return step.do === 'both' ? step.steps : [step];
}
