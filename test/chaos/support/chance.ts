import { createHash } from 'node:crypto';

/** Draws that are the same for the same seed and scenario, whichever other scenarios run. */
export interface Chance {
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  pick<T>(choices: readonly T[]): T;
  /** That many different whole numbers from `least` to `most`, in order. */
  several(count: number, least: number, most: number): number[];
}

const DEFAULT_SEED = 20_270_405;

/** `CHAOS_SEED`, a whole number. */
export const chaosSeed: number = readSeed(process.env.CHAOS_SEED);

export function chanceOf(scenario: string): Chance {
  const next = stream(createHash('sha256').update(`${chaosSeed}/${scenario}`).digest().readUInt32BE());
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    between,
    pick(choices) {
      const chosen = choices[between(0, choices.length - 1)];
      if (chosen === undefined) throw new RangeError('there is nothing to choose from');
      return chosen;
    },
    several(count, least, most) {
      if (count > most - least + 1) throw new RangeError('there are not so many numbers');
      const drawn = new Set<number>();
      while (drawn.size < count) drawn.add(between(least, most));
      return [...drawn].sort((a, b) => a - b);
    },
  };
}

function readSeed(given: string | undefined): number {
  if (given === undefined || given === '') return DEFAULT_SEED;
  if (!/^\d{1,15}$/.test(given)) throw new RangeError(`CHAOS_SEED is a whole number, not ${given}`);
  return Number(given);
}

/** Mulberry32: from 0 up to but not including 1. */
function stream(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
