import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RecordedDay, recordDay } from '../support/recorded-day.ts';
import { shuffledTwice } from '../support/shuffle.ts';
import { chanceOf } from './support/chance.ts';

describe('a recorded day of webhooks, shuffled and told again in a hundred ways', () => {
  let day: RecordedDay;
  let inOrder: object;
  beforeAll(async () => {
    day = await recordDay();
    inOrder = await day.tell(day.events.map((_event, index) => index));
  }, 60_000);
  afterAll(() => day.end());

  it('has disputes, and refunds on their way', () => {
    expect(inOrder).toMatchObject({ disputes: [{}, {}, {}], onTheWay: [{ refunds: 2 }] });
  });

  it.each(['first', 'second', 'third', 'fourth'])(
    'ends the same in the %s twenty-five',
    async (part) => {
      const chance = chanceOf(`webhooks shuffled, ${part}`);
      for (let way = 0; way < 25; way += 1)
        expect(await day.tell(shuffledTwice(chance, day.events.length)), `way ${way}`).toEqual(inOrder);
    },
    150_000,
  );
});
