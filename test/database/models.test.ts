import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { select } from '../../src/resources/_kit/sql.ts';
import { openTestWorld, type TestWorld } from '../support/context.ts';

/** Models and migrations are written apart; here they are compared. */

let world: TestWorld;
beforeAll(async () => {
  world = await openTestWorld();
});
afterAll(() => world.close());

interface Column {
  readonly table_name: string;
  readonly column_name: string;
  readonly is_nullable: 'YES' | 'NO';
  readonly has_default: boolean;
}

/** Tables without a model: marks, counters and moves that only SQL touches. */
const plain = [
  'SequelizeMeta',
  'booking_moves',
  'clock_shift',
  'daily_counts',
  'migrations',
  'payment_moves',
  'rate_card_state',
  'rate_limit_counters',
  'reconciliation_marks',
  'service_days',
  'booking_words',
  'refund_moves',
  'dispute_moves',
  'delivery_task_moves',
  'coi_moves',
  'document_moves',
  'live_tickets',
  'sign_in_links',
  'customer_sessions',
  'mail_choices',
  'mail_suppressions',
  'staff_sessions',
];

describe('the models', () => {
  it('name exactly the columns that the database has', async () => {
    const columns = await select<Column>(
      world.ctx,
      `select table_name, column_name, is_nullable,
         column_default is not null or is_identity = 'YES' or is_generated = 'ALWAYS' as has_default
       from information_schema.columns where table_schema = 'public'`,
    );
    const tables = new Set(
      columns.map((column) => column.table_name).filter((name) => !plain.includes(name)),
    );
    const models = Object.values(world.ctx.db.models);
    expect(models.map((model) => model.tableName).toSorted()).toEqual([...tables].toSorted());
    for (const model of models) {
      const own = columns.filter((column) => column.table_name === model.tableName);
      const attributes = Object.values(model.getAttributes());
      expect(attributes.map(({ field }) => field).toSorted(), model.name).toEqual(
        own.map((column) => column.column_name).toSorted(),
      );
      for (const { field, allowNull, primaryKey } of attributes) {
        const column = own.find((each) => each.column_name === field);
        const isRequired = column?.is_nullable === 'NO' && !column.has_default;
        expect({ field, isRequired: allowNull === false || primaryKey === true }, model.name).toMatchObject(
          isRequired ? { isRequired: true } : { field },
        );
      }
    }
  });

  it('can read every table', async () => {
    for (const model of Object.values(world.ctx.db.models)) {
      await expect(model.findAll({ limit: 1 }), model.name).resolves.toBeInstanceOf(Array);
    }
  });
});
