import { systemClock } from '../clock.ts';
import { loadConfig } from '../config.ts';
import type { Context } from '../context.ts';
import { openDatabase } from '../database.ts';
import { createLogger } from '../logger.ts';
import { initModels } from '../resources/models.ts';
import { createAdmin } from './panel.ts';

/**
 * Bundles the panel's components, as a step of the build: a running process only serves what lies there, so that its
 * file system may be read-only. Connects to nothing.
 */
const config = { ...loadConfig({ APP_MODE: 'local' }), databaseUrl: 'postgres://nowhere.invalid/none' };
const log = createLogger(config);
const db = openDatabase(config.databaseUrl, config, log);
initModels(db);
const ctx: Context = {
  actor: { type: 'system', name: 'bundle' },
  clock: systemClock,
  config,
  db,
  log,
  requestId: 'bundle',
};
await createAdmin(ctx).initialize();
