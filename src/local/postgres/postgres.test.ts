import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../../../test/support/bookings.ts';
import { isAlive } from '../one-at-a-time.ts';
import { type LocalPostgres, startLocalPostgres } from './launch.ts';

const settings = { fsync: 'off', full_page_writes: 'off' };
const root = join(import.meta.dirname, '../../..');

let directories: string[] = [];
let running: LocalPostgres[] = [];

afterEach(async () => {
  for (const each of running) {
    await each.stop();
    directories.push(each.home);
  }
  for (const each of directories) rmSync(each, { recursive: true, force: true });
  running = [];
  directories = [];
});

function emptyDirectory(parent = tmpdir()): string {
  const directory = mkdtempSync(join(parent, 'totetaxi-launch-'));
  directories.push(directory);
  return directory;
}

async function start(directory: string): Promise<LocalPostgres> {
  const started = await startLocalPostgres({ directory, settings });
  running.push(started);
  return started;
}

async function ask<Row extends object>({ url }: Pick<LocalPostgres, 'url'>, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url('postgres') });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The postmaster: the parent of whoever answers. */
async function postmaster(postgres: LocalPostgres): Promise<number> {
  const [row] = await ask<{ pid: number }>(
    postgres,
    `select (regexp_match(pg_read_file('postmaster.pid'), '^\\d+'))[1]::int as pid`,
  );
  return row?.pid ?? 0;
}

describe('the launcher', () => {
  it('starts on an empty directory, and again on its data, on the same port', async () => {
    const directory = emptyDirectory();
    const first = await start(directory);
    await ask(first, 'create table kept as select 42 as answer');
    await first.ensureDatabase('other');
    await first.ensureDatabase('other');
    await first.stop();
    expect(await ask(first, 'select').catch((error: Error) => error.message)).toMatch(/ECONNREFUSED/);
    const second = await start(directory);
    expect(second.port).toBe(first.port);
    expect(await ask(second, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('listens on this machine only, with a password', async () => {
    const postgres = await start(emptyDirectory());
    const [row] = await ask<{ listen_addresses: string }>(postgres, 'show listen_addresses');
    expect(row?.listen_addresses).toBe('127.0.0.1');
    const open = new pg.Client({
      host: '127.0.0.1',
      port: postgres.port,
      user: 'postgres',
      password: 'guess',
      database: 'postgres',
    });
    await expect(open.connect()).rejects.toThrow(/password/);
  });

  it('starts a server that was killed again, with what was committed', async () => {
    const postgres = await start(emptyDirectory());
    await ask(postgres, 'create table kept as select 42 as answer');
    process.kill(await postmaster(postgres), 'SIGKILL');
    const rows = await eventually(() => ask(postgres, 'select answer from kept'));
    expect(rows).toEqual([{ answer: 42 }]);
  });

  it('adopts the server of an application that was killed', async () => {
    const directory = emptyDirectory();
    const script = `
      import { startLocalPostgres } from './src/local/postgres/launch.ts';
      const { port } = await startLocalPostgres({ directory: ${JSON.stringify(directory)}, settings: { fsync: 'off' } });
      console.log(port);
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [port] = (await once(child.stdout, 'data')) as [Buffer];
    child.kill('SIGKILL');
    await once(child, 'exit');
    const postgres = await start(directory);
    expect(postgres).toMatchObject({ adopted: true, port: Number(port.toString()) });
    const pid = await postmaster(postgres);
    await postgres.stop();
    expect(isAlive(pid)).toBe(false);
  });

  it('is shared by two that start at once', async () => {
    const directory = emptyDirectory();
    const [one, two] = await Promise.all([start(directory), start(directory)]);
    expect(one?.port).toBe(two?.port);
    await Promise.all([one?.ensureDatabase('shared'), two?.ensureDatabase('shared')]);
    expect([one?.adopted, two?.adopted].toSorted()).toEqual([false, true]);
  });

  it.runIf(process.getuid?.() === 0)('works as root in a directory that nobody else may enter', async () => {
    const home = emptyDirectory(homedir());
    chmodSync(home, 0o700);
    const directory = join(home, 'checkout', 'var');
    mkdirSync(directory, { recursive: true });
    const postgres = await start(directory);
    expect(await ask(postgres, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(existsSync(directory)).toBe(true);
  });
});
