import { afterAll, beforeAll, expect, it } from 'vitest';
import { chanceOf } from '../chaos/support/chance.ts';
import { type RecordedDay, recordDay } from '../support/recorded-day.ts';
import { shuffledTwice } from '../support/shuffle.ts';

/** A recorded day of webhooks ends in the same state, whatever their order and however often; a hundred ways in chaos. */

const WAYS = 3;

let day: RecordedDay;
beforeAll(async () => {
  day = await recordDay();
}, 60_000);
afterAll(() => day.end());

it('a recorded day of webhooks ends the same in any order, told any number of times', async () => {
  const inOrder = await day.tell(day.events.map((_event, index) => index));
  expect(inOrder).toMatchObject({ disputes: [{}, {}, {}], onTheWay: [{ refunds: 2 }] });
  const chance = chanceOf('webhooks shuffled');
  for (let way = 0; way < WAYS; way += 1)
    expect(await day.tell(shuffledTwice(chance, day.events.length))).toEqual(inOrder);
}, 120_000);
