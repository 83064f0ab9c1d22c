import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/bookings.ts';
import { freshDatabase } from '../support/postgres.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

const CUSTOMERS = 12;

it('gives a day to those who wait for it in the order in which they came', async () => {
  const clients = Array.from(
    { length: CUSTOMERS },
    () => new pg.Client({ connectionString: database.url, application_name: 'in line' }),
  );
  await Promise.all(clients.map((client) => client.connect()));
  const [first, ...others] = clients as [pg.Client, ...pg.Client[]];
  const take = `select lock_service_day('2027-05-12')`;
  await first.query('begin');
  await first.query(take);
  const served: number[] = [];
  const waiting: Promise<void>[] = [];
  for (const [index, client] of others.entries()) {
    await client.query('begin');
    waiting.push(
      client.query(take).then(async () => {
        served.push(index);
        await client.query('commit');
      }),
    );
    await eventually(async () => {
      const { rows } = await first.query(
        `select count(*)::int as many from pg_stat_activity where application_name = 'in line' and wait_event_type = 'Lock'`,
      );
      expect(rows[0].many).toBe(index + 1);
    });
  }
  await first.query('commit');
  await Promise.all(waiting);
  await Promise.all(clients.map((client) => client.end()));
  expect(served).toEqual(others.map((_, index) => index));
});
