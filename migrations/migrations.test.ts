import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrateDown, migrateUp, pendingMigrations } from '../src/migrations.ts';
import { bookingMoves } from '../src/resources/bookings/booking.states.ts';
import { disputeMoves } from '../src/resources/payments/dispute.states.ts';
import { paymentMoves } from '../src/resources/payments/payment.states.ts';
import { refundMoves } from '../src/resources/payments/refund.states.ts';
import { freshDatabase } from '../test/support/postgres.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let client: pg.Client;
beforeEach(async () => {
  database = await freshDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterEach(async () => {
  await client.end();
  await database.drop();
});

async function schema(): Promise<unknown> {
  const { rows } = await client.query(`
    select 'column' as what, table_name || '.' || column_name as name,
      concat_ws(' ', data_type, is_nullable, column_default) as text from information_schema.columns where table_schema = 'public'
    union all select 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
      from pg_constraint where connamespace = 'public'::regnamespace
    union all select 'index', indexname, indexdef from pg_indexes where schemaname = 'public'
    union all select 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
    union all select 'function', p.proname, prosrc from pg_proc p
      where pronamespace = 'public'::regnamespace and prolang = (select oid from pg_language where lanname = 'plpgsql')
    order by 1, 2, 3`);
  return rows;
}

describe('migrations', () => {
  it('go up, down and up again to the same schema', async () => {
    const first = await schema();
    await migrateDown(database.url, 'all');
    const { rows } = await client.query(
      `select table_name from information_schema.tables where table_schema = 'public'`,
    );
    expect(rows).toEqual([{ table_name: 'migrations' }]);
    expect((await pendingMigrations(database.url)).length).toBeGreaterThanOrEqual(5);
    await migrateUp(database.url);
    expect(await schema()).toEqual(first);
    expect(await pendingMigrations(database.url)).toEqual([]);
  });

  it('run once when two processes start at the same time', async () => {
    await migrateDown(database.url, 'all');
    await Promise.all([migrateUp(database.url), migrateUp(database.url), migrateUp(database.url)]);
    expect(await pendingMigrations(database.url)).toEqual([]);
  });

  it.each([
    ['booking_moves', bookingMoves],
    ['payment_moves', paymentMoves],
    ['refund_moves', refundMoves],
    ['dispute_moves', disputeMoves],
  ])('hold the same %s as the states file', async (table, moves) => {
    const { rows } = await client.query<{ from_status: string; to_status: string }>(`select * from ${table}`);
    const stored = new Set(rows.map(({ from_status, to_status }) => `${from_status} → ${to_status}`));
    const written = Object.entries(moves).flatMap(([from, tos]) =>
      tos.map((to: string) => `${from} → ${to}`),
    );
    expect(stored).toEqual(new Set(written));
  });
});
