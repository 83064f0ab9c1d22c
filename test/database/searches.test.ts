import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/resources/_kit/in-transaction.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { bookings } from '../../src/resources/bookings/booking.resource.ts';
import { openTestWorld, type TestWorld } from '../support/context.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await openTestWorld();
});
afterAll(() => world.close());

it('has every index of letters written at once: beside a list of what is pending PostgreSQL reads whole tables', async () => {
  const indexes = await select<{ name: string; options: string[] | null }>(
    world.ctx,
    `select c.relname as name, c.reloptions as options from pg_class c join pg_am a on a.oid = c.relam
     where a.amname = 'gin' and c.relkind = 'i' and c.relnamespace = 'public'::regnamespace`,
  );
  expect(indexes.length).toBeGreaterThan(3);
  expect(indexes.filter(({ options }) => !options?.includes('fastupdate=off'))).toEqual([]);
});

describe('the parts of words', () => {
  it('are the six letters from each place on, of longer words alone', async () => {
    const [row] = await select<{ parts: string[] }>(
      world.ctx,
      `select word_parts('Ökonomin', null, 'short', 'sixsix', 'SIXSIX') as parts`,
    );
    expect(row?.parts.sort()).toEqual(['konomi', 'onomin', 'sixsix', 'ökonom']);
  });

  it('stand in an index as a search asks for them, of every column that it looks into', async () => {
    const { searchTable, search, searchExact = [], noun } = bookings;
    const plan = await inTransaction(world.ctx, async (tx) => {
      await execute(tx, 'set local enable_seqscan = off');
      return select(
        tx,
        `explain select from ${searchTable?.name} where ${searchTable?.parts} @> word_parts('archivist')`,
      );
    });
    expect(JSON.stringify(plan)).toContain('booking_words_parts');
    for (const name of [...search, ...searchExact])
      expect(searchTable?.parts).toMatch(new RegExp(`\\b${noun.model.getAttributes()[name]?.field}\\b`));
  });
});
