import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { calendar } from '../../src/admin/pages/calendar.ts';
import { execute } from '../../src/resources/_kit/sql.ts';
import { openTestWorld, type TestWorld } from '../support/context.ts';
import { rideIn, vanIdOf } from '../support/rides.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await openTestWorld();
});
afterAll(() => world.close());

it('a month with a day opened costs two statements, however many vans and bookings there are', async () => {
  const ctx = world.as({ type: 'staff', id: randomUUID(), role: 'staff', name: 'Sam' });
  await execute(
    ctx,
    `insert into vans (name, slots, specialty_limit, created_at, updated_at)
     select 'Wagon ' || n, 6, 4, $1, $1 from generate_series(1, 9) n`,
    [ctx.clock.now()],
  );
  for (const firstName of ['Ann', 'Ben', 'Cleo', 'Dan']) await rideIn(ctx, { van: 'Wagon 1', firstName });
  const query = { month: '2027-05', van: await vanIdOf(ctx, 'Wagon 1'), day: '2027-05-12' };
  const said: string[] = [];
  const { options } = ctx.db as unknown as { options: { logging: unknown } };
  options.logging = (sql: string) => said.push(sql);
  const { vans, opened } = await calendar(ctx, query);
  expect([vans.length, opened?.rides.length, said.length]).toEqual([12, 4, 2]);
});
