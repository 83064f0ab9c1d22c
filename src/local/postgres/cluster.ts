import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { isAlive } from '../one-at-a-time.ts';
import {
  isReachable,
  type PostgresBinaries,
  type ServerUser,
  serverUser,
  usableBinaries,
} from './binaries.ts';

/** One cluster on disk: where it lives, its password, its port. */
export interface Cluster {
  readonly home: string;
  readonly dataDirectory: string;
  readonly password: string;
  readonly binaries: PostgresBinaries;
  readonly user: ServerUser | null;
}

/**
 * Prepares the cluster for `directory`: in it, or, when root must hand the files to another user who cannot reach it (a
 * private home directory), in a shelter of its own whose place a note in `directory` tells.
 */
export async function openCluster(directory: string): Promise<Cluster> {
  const wanted = resolve(directory);
  mkdirSync(wanted, { recursive: true });
  const user = serverUser();
  const home = isReachable(wanted, user) ? wanted : shelterFor(wanted);
  const binaries = usableBinaries(user, home);
  const password = ensurePassword(join(home, 'password'));
  const dataDirectory = join(home, 'data');
  const cluster: Cluster = { home, dataDirectory, password, binaries, user };
  if (!existsSync(join(dataDirectory, 'PG_VERSION'))) await initialize(cluster);
  return cluster;
}

/** Whether the server at `port` is this cluster's: it answers to our password. */
export async function answers(cluster: Pick<Cluster, 'password'>, port: number): Promise<boolean> {
  const client = new pg.Client({
    connectionString: urlOf(cluster, port, 'postgres'),
    connectionTimeoutMillis: 2_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

export function urlOf({ password }: Pick<Cluster, 'password'>, port: number, database: string): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
}

/** The server that the data directory's own file names, if that process is alive and is a PostgreSQL. */
export function runningServer({ dataDirectory }: Cluster): { pid: number; port: number } | null {
  const file = join(dataDirectory, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, 'utf8').split('\n');
  const pid = Number(lines[0]);
  if (isAlive(pid) && isPostgres(pid)) return { pid, port: Number(lines[3]) };
  // The number belongs to nobody, or by now to some other program: the server would refuse to start over it.
  rmSync(file, { force: true });
  return null;
}

/** The port of last time when it is free, else a free one. */
export async function choosePort({ home }: Cluster): Promise<number> {
  const file = join(home, 'port');
  const last = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  const port = (await freePort(last)) ?? (await freePort(0));
  if (port === null) throw new Error('No free port for PostgreSQL on 127.0.0.1.');
  writeFileSync(file, String(port));
  return port;
}

/** Runs one of the cluster's programs to its end as the server's user. Throws with what it printed. */
export async function runProgram(cluster: Cluster, program: string, args: readonly string[]): Promise<void> {
  await new Promise<void>((done, failed) => {
    const child = spawn(program, args, {
      ...cluster.user,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: programEnvironment,
    });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    child.on('error', failed);
    child.on('close', (code) =>
      code === 0 ? done() : failed(new Error(`${program} failed (${code}): ${printed.trim()}`)),
    );
  });
}

export const programEnvironment = {
  LC_ALL: 'C',
  TZ: 'UTC',
  PATH: '/usr/bin:/bin',
  // glibc gives memory back after each statement and takes it again for the next: a seventh of all the work (ADR 14).
  MALLOC_TOP_PAD_: '4194304',
  MALLOC_TRIM_THRESHOLD_: '33554432',
};

/** The shelter that a note names, or a new one: whoever deletes the directory, note included, begins anew. */
function shelterFor(directory: string): string {
  const note = join(directory, 'POSTGRESQL-DATA-IS-ELSEWHERE.txt');
  const known = existsSync(note)
    ? /\/var\/lib\/totetaxi-\w+/.exec(readFileSync(note, 'utf8'))?.[0]
    : undefined;
  const home = known ?? `/var/lib/totetaxi-${randomBytes(6).toString('hex')}`;
  mkdirSync(home, { recursive: true, mode: 0o755 });
  if (known === undefined) {
    writeFileSync(
      note,
      `PostgreSQL does not run as root, and its user cannot reach this folder. The data is in ${home}\n`,
    );
  }
  return home;
}

function ensurePassword(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

async function initialize(cluster: Cluster): Promise<void> {
  const { dataDirectory, home, password, user, binaries } = cluster;
  rmSync(dataDirectory, { recursive: true, force: true });
  mkdirSync(dataDirectory, { mode: 0o700 });
  const passwordFile = join(home, `password.${process.pid}`);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) {
    chownSync(dataDirectory, user.uid, user.gid);
    chownSync(passwordFile, user.uid, user.gid);
  }
  try {
    await runProgram(cluster, binaries.initdb, [
      ...['-D', dataDirectory, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`],
      ...[
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--data-checksums',
      ],
    ]);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function isPostgres(pid: number): boolean {
  const file = `/proc/${pid}/comm`;
  if (process.platform !== 'linux') return true;
  try {
    return readFileSync(file, 'utf8').trim() === 'postgres';
  } catch {
    return false;
  }
}

async function freePort(wanted: number): Promise<number | null> {
  return new Promise((done) => {
    const server = createServer();
    server.on('error', () => done(null));
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : null));
    });
  });
}
