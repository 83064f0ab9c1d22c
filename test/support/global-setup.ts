import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { build } from '../../scripts/build.mjs';
import { startLocalPostgres } from '../../src/local/postgres/launch.ts';
import { migrateUp } from '../../src/migrations.ts';
import { quietPort } from './quiet-port.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The run's PostgreSQL; databases of test files are copies of `template_totetaxi`. */
    postgresUrl: string;
    /** What lies in it goes with the run, and so do processes that leave their id there: `<id>.pid`. */
    runDirectory: string;
    /** A real Redis, or `null` where none is installed. */
    redisUrl: string | null;
  }
}

/** One PostgreSQL a run, with one migrated template; one Redis where it is installed. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Once, before the clock of any test runs.
  build();
  const directory = mkdtempSync(join(tmpdir(), 'totetaxi-tests-'));
  const postgres = await startLocalPostgres({
    directory: join(directory, 'postgres'),
    // A test run may lose its data when the machine stops; it only has to be fast.
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      wal_level: 'minimal',
      max_wal_senders: '0',
      autovacuum: 'off',
      jit: 'off',
      // Every worker has several applications at a time, each with its pool.
      max_connections: '400',
    },
  });
  await postgres.ensureDatabase('template_totetaxi');
  await migrateUp(postgres.url('template_totetaxi'));
  const redis = await startRedis();
  project.provide('postgresUrl', postgres.url('postgres'));
  project.provide('runDirectory', directory);
  project.provide('redisUrl', redis?.url ?? null);
  return async () => {
    redis?.process.kill();
    endProcesses(directory);
    await postgres.stop();
    for (const each of [directory, postgres.home]) rmSync(each, { recursive: true, force: true });
  };
}

function endProcesses(directory: string): void {
  for (const file of readdirSync(directory).filter((each) => each.endsWith('.pid'))) {
    try {
      process.kill(Number.parseInt(file, 10), 'SIGKILL');
    } catch {
      // Gone already.
    }
  }
}

async function startRedis(): Promise<{ url: string; process: ChildProcess } | null> {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
  } catch {
    process.stdout.write('redis-server is not installed: the tests on Redis are skipped.\n');
    return null;
  }
  const port = await quietPort();
  const settings = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--maxmemory-policy',
    'noeviction',
  ];
  const child = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'inherit'], cwd: tmpdir() });
  await new Promise<void>((ready, failed) => {
    child.on('exit', () => failed(new Error('redis-server ended')));
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('Ready to accept connections')) ready();
    });
  });
  return { url: `redis://127.0.0.1:${port}`, process: child };
}

/** A copy of the migrated template, for one test file. */
export async function copyTemplate(adminUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(`create database ${name} template template_totetaxi strategy file_copy`);
  } finally {
    await client.end();
  }
}
