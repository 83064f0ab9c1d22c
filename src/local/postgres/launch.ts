import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { isAlive, oneAtATime } from '../one-at-a-time.ts';
import {
  answers,
  type Cluster,
  choosePort,
  openCluster,
  programEnvironment,
  runningServer,
  runProgram,
  urlOf,
} from './cluster.ts';

const START_TRIES = 600;
const POLL_MS = 50;
const WATCH_MS = 500;

export interface LocalPostgres {
  /** Where its files are: the directory asked for, or its shelter. */
  readonly home: string;
  readonly port: number;
  /** Whether the server was running already: left by a process that was killed, or started by another one of ours. */
  readonly adopted: boolean;
  url(database: string): string;
  /** Creates the database unless it is there. */
  ensureDatabase(name: string): Promise<void>;
  /** Leaves; the last user stops the server. */
  stop(): Promise<void>;
}

export interface LaunchOptions {
  readonly directory: string;
  readonly log?: (words: string) => void;
  /** Server settings besides ours, such as `fsync: 'off'` in tests. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Starts the PostgreSQL shipped by npm on a free loopback port, or adopts the one running on the same data. While in use
 * it is watched and started again when it dies. Works as root and not, and after `kill -9` of either side.
 */
export async function startLocalPostgres(options: LaunchOptions): Promise<LocalPostgres> {
  const log = options.log ?? (() => undefined);
  const settings = options.settings ?? {};
  const { cluster, port, adopted } = await oneAtATime(options.directory, async () => {
    const opened = await openCluster(options.directory);
    return { cluster: opened, ...(await startOrAdopt(opened, settings, log)) };
  });
  const users = join(cluster.home, 'users');
  mkdirSync(users, { recursive: true });
  const mine = join(users, String(process.pid));
  writeFileSync(mine, '');
  const watch = watchOver(cluster, options.directory, settings, log);

  return {
    home: cluster.home,
    port,
    adopted,
    url: (database) => urlOf(cluster, port, database),
    async ensureDatabase(name) {
      const client = new pg.Client({ connectionString: urlOf(cluster, port, 'postgres') });
      await client.connect();
      try {
        const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
        if (!rowCount) await client.query(`create database ${pg.escapeIdentifier(name)}`).catch(unlessThere);
      } finally {
        await client.end();
      }
    },
    async stop() {
      await watch.end();
      await oneAtATime(options.directory, async () => {
        rmSync(mine, { force: true });
        const server = liveUsers(users) ? null : runningServer(cluster);
        if (server) {
          await runProgram(cluster, cluster.binaries.pgCtl, [
            'stop',
            '-D',
            cluster.dataDirectory,
            '-m',
            'fast',
            '-w',
            '-t',
            '30',
          ]);
          // `pg_ctl` waits for the server's file only, which goes a moment before the server does.
          while (isAlive(server.pid)) await pause(POLL_MS);
        }
      });
    },
  };
}

/** Another process was first: `duplicate_database`, or the unique index behind it. */
function unlessThere(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code !== '42P04' && code !== '23505') throw error;
}

async function startOrAdopt(
  cluster: Cluster,
  settings: Readonly<Record<string, string>>,
  log: (words: string) => void,
): Promise<{ port: number; adopted: boolean }> {
  for (let tries = 0; tries < START_TRIES; tries += 1) {
    const running = runningServer(cluster);
    if (!running) break;
    if (await answers(cluster, running.port)) return { port: running.port, adopted: true };
    await pause(POLL_MS);
  }
  const port = await choosePort(cluster);
  for (let tries = 1; ; tries += 1) {
    try {
      await start(cluster, port, settings, log);
      return { port, adopted: false };
    } catch (error) {
      // Backends of a killed server hold its memory for a moment.
      if (tries === 10) throw error;
      await pause(tries * 100);
    }
  }
}

async function start(
  cluster: Cluster,
  port: number,
  settings: Readonly<Record<string, string>>,
  log: (words: string) => void,
): Promise<void> {
  const ours = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    ...settings,
  };
  const flags = Object.entries(ours).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // Detached: Ctrl-C in the terminal must not reach the database before the application has drained.
  const child = spawn(
    cluster.binaries.postgres,
    ['-D', cluster.dataDirectory, '-p', String(port), ...flags],
    {
      ...cluster.user,
      cwd: '/',
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: programEnvironment,
    },
  );
  let last = '';
  child.stderr.on('data', (chunk: Buffer) => {
    last = (last + chunk.toString()).slice(-4_000);
  });
  let ended: string | null = null;
  child.on('error', (error) => {
    ended = error.message;
  });
  child.on('exit', (code, signal) => {
    ended = `PostgreSQL ended (${signal ?? code}): ${last.trim()}`;
    if (code !== 0) log(ended);
  });
  child.unref();
  if ('unref' in child.stderr && typeof child.stderr.unref === 'function') child.stderr.unref();
  for (let tries = 0; tries < START_TRIES; tries += 1) {
    if (await answers(cluster, port)) return;
    if (ended !== null) throw new Error(ended);
    await pause(POLL_MS);
  }
  throw new Error(`PostgreSQL did not come up: ${last.trim()}`);
}

/** Starts the server again, on its port, whenever it is gone. */
function watchOver(
  cluster: Cluster,
  directory: string,
  settings: Readonly<Record<string, string>>,
  log: (words: string) => void,
): { end(): Promise<void> } {
  let ending = false;
  let busy: Promise<unknown> = Promise.resolve();
  let looking = false;
  const timer = setInterval(() => {
    if (looking || ending || runningServer(cluster)) return;
    looking = true;
    log('PostgreSQL is gone; starting it again');
    busy = oneAtATime(directory, async () => (ending ? null : startOrAdopt(cluster, settings, log)))
      .catch((error: unknown) => log(`PostgreSQL does not start: ${String(error)}`))
      .finally(() => {
        looking = false;
      });
  }, WATCH_MS);
  timer.unref();
  return {
    async end() {
      ending = true;
      clearInterval(timer);
      await busy;
    },
  };
}

function liveUsers(folder: string): boolean {
  const pids = readdirSync(folder).map(Number);
  for (const pid of pids) if (!isAlive(pid)) rmSync(join(folder, String(pid)), { force: true });
  return pids.some(isAlive);
}
