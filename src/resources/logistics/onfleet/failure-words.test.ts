import { describe, expect, it } from 'vitest';
import { failureWords, knownFailure, NO_REASON } from './failure-words.ts';

describe('why a task failed', () => {
  it.each([
    ['CANNOT_FIND_LOCATION', null, 'The driver could not find the address'],
    ['CUSTOMER_UNAVAILABLE', 'Rang twice. ', 'Nobody was there to meet the driver: Rang twice'],
    ['GATE_SHUT_2', '', 'Gate shut 2'],
    ['Gate was shut.', undefined, 'Gate was shut'],
    ['OTHER', 'Flat tire', 'Flat tire'],
    ['OTHER', '', NO_REASON],
    ['NONE', null, NO_REASON],
    [undefined, undefined, NO_REASON],
  ])('%s with the note %s reads: %s', (code, notes, words) => {
    expect(failureWords(code, notes)).toBe(words);
  });

  it('goes to a customer in words of ours alone', () => {
    expect(knownFailure('CANNOT_FIND_LOCATION')).toBe('The driver could not find the address');
    expect(['GATE_SHUT', 'Rude people', 'OTHER', null].map(knownFailure)).toEqual([null, null, null, null]);
  });
});
