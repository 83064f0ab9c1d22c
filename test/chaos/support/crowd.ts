import { Answers } from './answers.ts';
import { type Intention, intentions, type Visit, visit } from './customer.ts';
import type { Scene } from './scene.ts';

/** Customers who come at once, on so many connections. */
export interface Crowd {
  readonly answers: Answers;
  /** Those who have done what they meant to do. */
  readonly visits: readonly Visit[];
  isDone(): boolean;
  /** Resolves when all have; rejects with everyone who was refused for good. */
  readonly done: Promise<void>;
}

export function gather(scene: Scene, meaning: readonly Intention[], connections = meaning.length): Crowd {
  const answers = new Answers();
  const visits: Visit[] = [];
  const failures: unknown[] = [];
  const waiting = [...meaning];
  let isDone = false;
  const serve = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await visit(scene, next, answers).then(
        (made) => visits.push(made),
        (error: unknown) => failures.push(error),
      );
    }
  };
  const done = Promise.all(Array.from({ length: connections }, serve)).then(() => {
    isDone = true;
    if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('\n'));
  });
  // It may end before anybody waits for it.
  done.catch(() => undefined);
  return { answers, visits, done, isDone: () => isDone };
}

/** So many of every intention, in an order by chance. */
export function ofEach({ chance }: Scene, count: number): Intention[] {
  const all = intentions.flatMap((each) => Array.from({ length: count }, () => each));
  for (let last = all.length - 1; last > 0; last -= 1) {
    const other = chance.between(0, last);
    [all[last], all[other]] = [all[other] as Intention, all[last] as Intention];
  }
  return all;
}
