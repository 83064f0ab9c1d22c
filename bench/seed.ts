import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startLocalPostgres } from '../src/local/postgres/launch.ts';
import { migrateUp } from '../src/migrations.ts';
import { openBenchContext } from './context.ts';
import { seedPast } from './seed-past.ts';

/** `npm run bench:seed -- --bookings N [--seed N] [--data DIR]`: a plausible past in the database of local mode. */
const { values } = parseArgs({
  options: {
    bookings: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    data: { type: 'string', default: './var' },
  },
});
const bookings = wholeNumber('bookings', values.bookings);
const postgres = await startLocalPostgres({ directory: join(resolve(values.data), 'postgres') });
try {
  await postgres.ensureDatabase('totetaxi');
  const url = postgres.url('totetaxi');
  await migrateUp(url);
  const { ctx, close } = openBenchContext(url);
  try {
    const say = (words: string) => process.stdout.write(`${words}\n`);
    await seedPast(ctx, { bookings, seed: wholeNumber('seed', values.seed), say });
  } finally {
    await close();
  }
} finally {
  await postgres.stop();
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,8}$/.test(text)) return Number(text);
  process.stderr.write(`--${name} is a whole number.\n`);
  process.exit(2);
}
