import { readdirSync } from 'node:fs';
import { runMigrations } from 'bullmq';
import pg from 'pg';
import { Umzug, type UmzugStorage } from 'umzug';
import { ConfigurationError } from './config.ts';

/**
 * The schema's history: each file of migrations/ holds an `up` and a `down`, run in a transaction of its own. Processes
 * that start at once take turns by an advisory lock.
 */

const directory = new URL('../migrations/', import.meta.url);
const ADVISORY_LOCK = 7_260_412;

interface Migration {
  readonly up: string;
  readonly down: string;
}

/** Brings the schema and the queue's own tables up to date. */
export async function migrateUp(databaseUrl: string): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    await umzug(client).up();
    await client.query('create schema if not exists bullmq; set search_path = bullmq');
    await runMigrations(client);
  });
}

/** Takes back the last migration, or all of them. */
export async function migrateDown(databaseUrl: string, steps: 'last' | 'all' = 'last'): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    if (steps === 'all') await umzug(client).down({ to: 0 });
    else await umzug(client).down();
  });
}

/** Throws `ConfigurationError`: a schema that this code does not know would be written to wrongly; migrating is a step of its own in production. */
export async function refuseOldSchema(databaseUrl: string): Promise<void> {
  const pending = await pendingMigrations(databaseUrl);
  if (pending.length > 0) {
    throw new ConfigurationError([
      `the database is not up to date: run npm run db:migrate (${pending.join(', ')})`,
    ]);
  }
}

/** Names of migrations that the database has not seen. */
export async function pendingMigrations(databaseUrl: string): Promise<string[]> {
  return withClient(databaseUrl, async (client) => (await umzug(client).pending()).map(({ name }) => name));
}

function umzug(client: pg.Client): Umzug<pg.Client> {
  return new Umzug({
    migrations: migrationFiles().map((file) => ({
      name: file.replace(/\.[jt]s$/, ''),
      up: async () => inOneTransaction(client, (await read(file)).up),
      down: async () => inOneTransaction(client, (await read(file)).down),
    })),
    context: client,
    storage: storageIn(client),
    logger: undefined,
  });
}

function migrationFiles(): string[] {
  return readdirSync(directory)
    .filter((name) => /^\d{8}-\d{4}-[a-z-]+\.[jt]s$/.test(name))
    .sort();
}

async function read(file: string): Promise<Migration> {
  return import(new URL(file, directory).href) as Promise<Migration>;
}

async function inOneTransaction(client: pg.Client, sql: string): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

function storageIn(client: pg.Client): UmzugStorage {
  return {
    async logMigration({ name }) {
      await client.query('insert into migrations (name) values ($1)', [name]);
    },
    async unlogMigration({ name }) {
      await client.query('delete from migrations where name = $1', [name]);
    },
    async executed() {
      await client.query(
        'create table if not exists migrations (name text primary key, run_at timestamptz default now())',
      );
      const { rows } = await client.query<{ name: string }>('select name from migrations order by name');
      return rows.map(({ name }) => name);
    },
  };
}

async function withClient<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [ADVISORY_LOCK]);
    return await work(client);
  } finally {
    await client.end();
  }
}
