import { ConfigurationError, loadDatabaseUrl } from '../config.ts';
import { migrateUp } from '../migrations.ts';

/** `npm run db:migrate`: brings the database at `DATABASE_URL` up to date. In local mode the start does it by itself. */

try {
  await migrateUp(loadDatabaseUrl());
  process.stdout.write('The database is up to date.\n');
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
