import { parseArgs } from 'node:util';
import { ConfigurationError, loadDatabaseUrl } from '../config.ts';
import { migrateDown } from '../migrations.ts';

/** `npm run db:rollback [-- --all]`: takes back the last migration, or all, of the database at `DATABASE_URL`. */

const { values } = parseArgs({ options: { all: { type: 'boolean', default: false } } });
try {
  await migrateDown(loadDatabaseUrl(), values.all ? 'all' : 'last');
  process.stdout.write('Rolled back.\n');
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
