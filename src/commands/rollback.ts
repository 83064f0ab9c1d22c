import { parseArgs } from 'node:util';
import { loadConfig } from '../config.ts';
import { migrateDown } from '../migrations.ts';

/** `npm run db:rollback [-- --all]`: takes back the last migration, or all, of the database at `DATABASE_URL`. */

const { values } = parseArgs({ options: { all: { type: 'boolean', default: false } } });
const { databaseUrl } = loadConfig({ ...process.env, APP_MODE: 'local' });
if (databaseUrl === null) {
  process.stderr.write('Set DATABASE_URL.\n');
  process.exit(1);
}
await migrateDown(databaseUrl, values.all ? 'all' : 'last');
process.stdout.write('Rolled back.\n');
