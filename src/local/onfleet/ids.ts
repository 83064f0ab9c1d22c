import { randomBytes, randomInt } from 'node:crypto';
import { realNow } from '../../clock.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*~';

/** Onfleet's kind of identifier: 24 letters, digits, `*` and `~`. */
export function newId(): string {
  return Array.from({ length: 24 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

/** The short name of a task, for people: eight hexadecimal digits. */
export function newShortId(): string {
  return randomBytes(4).toString('hex');
}

export function epochMilliseconds(): number {
  return realNow().getTime();
}
