import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startLocalPostgres } from '../src/local/postgres/launch.ts';
import { migrateUp } from '../src/migrations.ts';
import { startApplication, startScript } from './children.ts';
import { openBenchContext } from './context.ts';
import { measureBookings } from './measures/bookings.ts';
import { measureDocuments } from './measures/documents.ts';
import { measureExport } from './measures/export.ts';
import { measureJobs } from './measures/jobs.ts';
import { measurePanel } from './measures/panel.ts';
import { measurePreviews } from './measures/previews.ts';
import { measurePublic } from './measures/public.ts';
import { measureRoad } from './measures/road.ts';
import { compareSizes, type Row, table } from './rows.ts';
import type { Scene } from './scene.ts';
import { seedPast } from './seed-past.ts';

/**
 * `npm run bench [-- --sizes 10000,1000000] [--seconds 3] [--rounds 3] [--connections 16] [--seed 1] [--only quotes,export]
 * [--json FILE]`: this system beside its physical floors, started in the same run; figures are ratios. Exits 1 when a
 * target is missed.
 */
const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '16' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
    profile: { type: 'string' },
  },
});
const only = values.only.split(',').filter(Boolean);
/** Each takes one size after the other, with nothing of the others in between. */
const measures = {
  public: atEach(measurePublic),
  bookings: atEach(measureBookings),
  panel: measurePanel,
  previews: atEach(measurePreviews),
  export: atEach(measureExport),
  jobs: atEach(measureJobs),
  road: atEach(measureRoad),
  documents: atEach(measureDocuments),
} as const;

const directory = mkdtempSync(join(tmpdir(), 'totetaxi-bench-'));
const closing: (() => Promise<void> | void)[] = [() => rmSync(directory, { recursive: true, force: true })];
const say = (words: string) => process.stderr.write(`${words}\n`);
try {
  const rows = await run();
  process.stdout.write(`\n${table(rows)}\n`);
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify({ machine: machine(), rows }, null, 2)}\n`);
  if (rows.some(({ met }) => met === false)) process.exitCode = 1;
} finally {
  for (const close of closing.toReversed()) await close();
}

async function run(): Promise<Row[]> {
  // As `docs/operations.md` advises for a server; the defaults are for a laptop.
  const settings = { shared_buffers: '2GB', max_wal_size: '4GB' };
  const postgres = await startLocalPostgres({ directory: join(directory, 'postgres'), settings });
  closing.push(async () => {
    await postgres.stop();
    rmSync(postgres.home, { recursive: true, force: true });
  });
  const scenes: Scene[] = [];
  for (const size of values.sizes.split(',').map(Number)) scenes.push(await setScene(size, postgres));
  const rows: Row[] = [];
  for (const [measure, work] of Object.entries(measures)) {
    if (only.length === 0 || only.includes(measure)) rows.push(...(await work(scenes)));
  }
  return [...rows, ...compareSizes(rows)];
}

function atEach(work: (scene: Scene) => Promise<Row[]>): (scenes: readonly Scene[]) => Promise<Row[]> {
  return async (scenes) => {
    const rows: Row[] = [];
    for (const scene of scenes) {
      say(`at ${scene.size.toLocaleString('en-US')} bookings`);
      rows.push(...(await work(scene)));
    }
    return rows;
  };
}

/** The application on a past of so many bookings. */
async function setScene(
  size: number,
  postgres: Awaited<ReturnType<typeof startLocalPostgres>>,
): Promise<Scene> {
  const name = `bench_${size}`;
  await postgres.ensureDatabase(name);
  const databaseUrl = postgres.url(name);
  await migrateUp(databaseUrl);
  const { ctx, close } = openBenchContext(databaseUrl);
  say(`seeding ${size.toLocaleString('en-US')} bookings`);
  await seedPast(ctx, { bookings: size, seed: Number(values.seed) });
  await close();
  const stripe = await startScript('floors/stripe.ts');
  closing.push(() => stripe.stop());
  const environment = {
    APP_MODE: 'local',
    DATABASE_URL: databaseUrl,
    DATA_DIR: join(directory, name),
    SEED: 'reference',
    LOG_LEVEL: 'warn',
    STRIPE_SECRET_KEY: 'sk_test_bench',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_bench',
    STRIPE_WEBHOOK_SECRET: 'whsec_bench',
    STRIPE_API_BASE: stripe.url,
  };
  const flags = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];
  const app = await startApplication(environment, { flags });
  closing.push(() => app.stop());
  return {
    app,
    databaseUrl,
    environment,
    size,
    seconds: Number(values.seconds),
    rounds: Number(values.rounds),
    connections: Number(values.connections),
    say,
  };
}

function machine(): object {
  const [first] = cpus();
  return { node: process.version, cores: cpus().length, processor: first?.model ?? 'unknown' };
}
