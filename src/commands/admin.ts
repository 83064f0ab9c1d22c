import { parseArgs } from 'node:util';
import { systemClock } from '../clock.ts';
import { ConfigurationError, loadConfig } from '../config.ts';
import type { Context } from '../context.ts';
import { openDatabase } from '../database.ts';
import { Refusal } from '../errors.ts';
import { createLogger } from '../logger.ts';
import { inviteAdmin } from '../resources/accounts/invite-admin.ts';
import { initModels } from '../resources/models.ts';

/**
 * `npm run admin -- --email you@company.com --name "Your Name"`: prints the one-time link by which the first admin, or one
 * who is locked out, sets a password. Reads the configuration of the web processes.
 */
const { values } = parseArgs({ options: { email: { type: 'string' }, name: { type: 'string' } } });
try {
  const config = loadConfig();
  if (config.databaseUrl === null) throw new ConfigurationError(['DATABASE_URL is missing']);
  const log = createLogger(config);
  const db = openDatabase(config.databaseUrl, config, log);
  initModels(db);
  const ctx: Context = {
    actor: { type: 'system', name: 'command line' },
    clock: systemClock,
    config,
    db,
    log,
    requestId: 'admin',
  };
  try {
    const { link } = await inviteAdmin(ctx, values);
    process.stdout.write(`Open this within three days, once, to set the password:\n\n  ${link}\n\n`);
  } finally {
    await db.close();
  }
} catch (error) {
  process.stderr.write(`${wordsOf(error)}\n`);
  process.exitCode = 1;
}

/** What is wrong, for the person at the shell. Throws what is no refusal. */
function wordsOf(error: unknown): string {
  if (error instanceof ConfigurationError) return error.message;
  if (!(error instanceof Refusal)) throw error;
  const violations = error.facts.violations ?? [];
  return violations.map(({ path, message }) => `--${path}: ${message}`).join('\n') || error.detail;
}
