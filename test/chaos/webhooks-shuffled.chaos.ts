import { expect, it, onTestFinished } from 'vitest';
import { recordDay } from '../support/recorded-day.ts';
import { shuffledTwice } from '../support/shuffle.ts';
import { chanceOf } from './support/chance.ts';

const WAYS = 100;

it('a recorded day of webhooks ends the same, shuffled and told again in a hundred ways', async () => {
  const day = await recordDay();
  onTestFinished(() => day.end());
  const inOrder = await day.tell(day.events.map((_event, index) => index));
  expect(inOrder).toMatchObject({ disputes: [{}, {}, {}], onTheWay: [{ refunds: 2 }] });
  const chance = chanceOf('webhooks shuffled');
  for (let way = 0; way < WAYS; way += 1)
    expect(await day.tell(shuffledTwice(chance, day.events.length)), `way ${way}`).toEqual(inOrder);
}, 300_000);
