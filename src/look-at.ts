import { systemClock } from './clock.ts';
import { ConfigurationError, loadConfig } from './config.ts';
import type { Context } from './context.ts';
import { openDatabase } from './database.ts';
import { startLocal } from './local/start-local.ts';
import { createLogger } from './logger.ts';
import { refuseOldSchema } from './migrations.ts';
import { initModels } from './resources/models.ts';

/** Looks at an installation, or at local mode's data, with nothing served and no job worked; for commands. */
export async function lookAt<T>(name: string, work: (ctx: Context) => Promise<T>): Promise<T> {
  const given = loadConfig();
  const log = createLogger(given);
  const local = given.mode === 'local' ? await startLocal(given, log, systemClock, () => null) : null;
  try {
    const config = local?.config ?? given;
    const { databaseUrl } = config;
    if (databaseUrl === null) throw new ConfigurationError(['DATABASE_URL is missing']);
    await refuseOldSchema(databaseUrl);
    const db = openDatabase(databaseUrl, config, log);
    initModels(db);
    try {
      return await work({
        actor: { type: 'system', name },
        clock: systemClock,
        config,
        db,
        log,
        requestId: name,
      });
    } finally {
      await db.close();
    }
  } finally {
    await local?.stopStandIns();
    await local?.stopPostgres();
  }
}
