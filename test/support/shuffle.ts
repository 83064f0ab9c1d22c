import type { Chance } from '../chaos/support/chance.ts';

/** All whole numbers below a length in an order by chance, about half of them twice. */
export function shuffledTwice(chance: Chance, length: number): number[] {
  const all = Array.from({ length }, (_, index) => index);
  const again = all.filter(() => chance.between(0, 1) === 1);
  const drawn = [...all, ...again];
  for (let last = drawn.length - 1; last > 0; last -= 1) {
    const other = chance.between(0, last);
    [drawn[last], drawn[other]] = [drawn[other] as number, drawn[last] as number];
  }
  return drawn;
}
