import type { Sequelize } from 'sequelize';
import { seedReference } from '../../seeders/reference/index.ts';
import { type MovableClock, movableClock, parseInstant, realNow } from '../../src/clock.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import type { Actor, Context } from '../../src/context.ts';
import { openDatabase } from '../../src/database.ts';
import { createLogger } from '../../src/logger.ts';
import { initModels } from '../../src/resources/models.ts';
import { freshDatabase } from './postgres.ts';

export interface TestWorld {
  readonly ctx: Context;
  readonly clock: MovableClock;
  readonly databaseUrl: string;
  as(actor: Actor): Context;
  close(): Promise<void>;
}

/** The business time at which tests start: a Monday morning in New York, far from holidays and clock changes. */
export const TEST_NOW = '2027-04-05T14:00:00Z';

/** A context over a database that another process works on. */
export function contextOver(databaseUrl: string): { ctx: Context; close: () => Promise<void> } {
  const config: Config = { ...loadConfig({ APP_MODE: 'local', LOG_LEVEL: 'silent' }), databaseUrl };
  const log = createLogger(config);
  const db = openDatabase(databaseUrl, config, log);
  initModels(db);
  const ctx: Context = {
    actor: { type: 'system', name: 'test' },
    clock: movableClock(),
    config,
    db,
    log,
    requestId: 'test',
  };
  return { ctx, close: () => db.close() };
}

/** A seeded database of one's own with a context over it. */
export async function openTestWorld(overrides: Partial<Config> = {}): Promise<TestWorld> {
  const database = await freshDatabase();
  const base = loadConfig({ APP_MODE: 'local', LOG_LEVEL: 'silent', DATABASE_POOL_SIZE: '30' });
  const config: Config = { ...base, databaseUrl: database.url, ...overrides };
  const log = createLogger(config);
  const db: Sequelize = openDatabase(database.url, config, log);
  initModels(db);
  const clock = movableClock();
  setClock(clock, TEST_NOW);
  const ctx: Context = { actor: { type: 'system', name: 'test' }, clock, config, db, log, requestId: 'test' };
  await seedReference(ctx);
  return {
    ctx,
    clock,
    databaseUrl: database.url,
    as: (actor) => ({ ...ctx, actor }),
    async close() {
      await db.close();
      await database.drop();
    },
  };
}

export function setClock(clock: MovableClock, instant: string): void {
  clock.offsetMs = parseInstant(instant).getTime() - realNow().getTime();
}
