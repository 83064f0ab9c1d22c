import { systemClock } from '../src/clock.ts';
import { loadConfig } from '../src/config.ts';
import type { Context } from '../src/context.ts';
import { openDatabase } from '../src/database.ts';
import { createLogger } from '../src/logger.ts';
import { initModels } from '../src/resources/models.ts';

/** A context over a database, for making what is measured. */
export function openBenchContext(databaseUrl: string): { ctx: Context; close: () => Promise<void> } {
  const config = { ...loadConfig({ APP_MODE: 'local', LOG_LEVEL: 'error' }), databaseUrl };
  const log = createLogger(config);
  const db = openDatabase(databaseUrl, config, log);
  initModels(db);
  const actor = { type: 'system', name: 'bench' } as const;
  return {
    ctx: { actor, clock: systemClock, config, db, log, requestId: 'bench' },
    close: () => db.close(),
  };
}
