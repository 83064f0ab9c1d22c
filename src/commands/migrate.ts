import { loadConfig } from '../config.ts';
import { migrateUp } from '../migrations.ts';

/** `npm run db:migrate`: brings the database at `DATABASE_URL` up to date. */

const { databaseUrl } = loadConfig({ ...process.env, APP_MODE: 'local' });
if (databaseUrl === null) {
  process.stderr.write('Set DATABASE_URL. (In local mode the start itself migrates its own database.)\n');
  process.exit(1);
}
await migrateUp(databaseUrl);
process.stdout.write('The database is up to date.\n');
