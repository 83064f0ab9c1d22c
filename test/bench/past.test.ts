import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneInquiries } from '../../bench/clone-inquiries.ts';
import { openBenchContext } from '../../bench/context.ts';
import { seedPast } from '../../bench/seed-past.ts';
import { readListQuery } from '../../src/admin/kit/list-query.ts';
import { readPage } from '../../src/admin/kit/read-page.ts';
import { registerResources } from '../../src/admin/kit/registry.ts';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { select } from '../../src/resources/_kit/sql.ts';
import { bookings } from '../../src/resources/bookings/booking.resource.ts';
import { resources } from '../../src/resources/index.ts';
import { freshDatabase } from '../support/postgres.ts';

/** What the bench writes by SQL of its own must follow the schema, or it ends before it has measured anything. */
const BOOKINGS = 1_200;
let database: Awaited<ReturnType<typeof freshDatabase>>;
let bench: ReturnType<typeof openBenchContext>;
beforeAll(async () => {
  database = await freshDatabase();
  bench = openBenchContext(database.url);
  await seedPast(bench.ctx, { bookings: BOOKINGS, seed: 7 });
});
afterAll(async () => {
  await bench.close();
  await database.drop();
});

describe('the past that the bench makes', () => {
  it('has books that agree, and is found by its words', async () => {
    const findings = await checkInvariants(bench.ctx);
    // Days have more pickups than the vans hold, so nobody rides.
    expect(findings.filter(({ name }) => name !== 'booking_without_van')).toEqual([]);
    const words = await select(
      bench.ctx,
      `select count(*)::int from booking_words join bookings b on b.id = booking_id
       where (b.number, b.contact_first_name, b.contact_last_name, b.contact_email, b.contact_phone)
         = (booking_words.number, booking_words.contact_first_name, booking_words.contact_last_name,
            booking_words.contact_email, booking_words.contact_phone)`,
    );
    expect(words).toEqual([{ count: BOOKINGS }]);
  });

  it.each(['spread', 'hot'] as const)('has inquiries to be copied, %s', async (days) => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      const [one] = await select<{ id: string }>(
        bench.ctx,
        `select id from bookings where status = 'inquiry' limit 1`,
      );
      const clones = await cloneInquiries(client, one ?? { id: '' }, 3, days);
      const found = await select(
        bench.ctx,
        `select count(*)::int, count(distinct pickup_date)::int as days from bookings join booking_words on booking_id = id
         where id = any($1::uuid[]) and status = 'inquiry'`,
        [clones.map(({ id }) => id)],
      );
      expect(found).toEqual([{ count: 3, days: days === 'hot' ? 1 : 3 }]);
    } finally {
      await client.end();
    }
  });

  it.each([
    ['example.com', { total: 1_000, counted: 'more', rows: 25, hasNext: true }],
    ['T-000007', { total: 1, counted: 'all', rows: 1, hasNext: false }],
    ['nobody is called so', { total: 0, counted: 'all', rows: 0, hasNext: false }],
  ])('is searched for what many have, one has, or none: %s', async (typed, expected) => {
    registerResources(resources);
    const actor = { type: 'staff', id: '', role: 'staff', name: '' } as const;
    const query = readListQuery({ 'filters.q': typed });
    const { rows, ...page } = await readPage({ ...bench.ctx, actor }, bookings, query);
    expect({ ...page, rows: rows.length }).toEqual(expected);
  });
});
