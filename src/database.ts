import pg from 'pg';
import { ConnectionError, DatabaseError, Sequelize, TimeoutError } from 'sequelize';
import type { Config } from './config.ts';
import type { Logger } from './logger.ts';

// Service days stay text and 8-byte integers stay exact numbers: never a shifted midnight, never a string of digits.
pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value);
pg.types.setTypeParser(pg.types.builtins.INT8, (value) => {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`integer out of range: ${value}`);
  return number;
});

/** How long a statement waits for a lock; `inTransaction` refuses then. */
export const LOCK_TIMEOUT_MS = 5_000;

/**
 * How long a connection is kept that nobody needs. One that is opened anew reads the catalogue and plans every statement
 * first: sixteen at once take a second for it (ADR 14). Shorter than what cuts silent connections between hosts.
 */
export const CONNECTION_IDLE_MS = 5 * 60_000;

/**
 * A connection that is cut while nobody listens must not end the process: as the server says goodbye in the same breath
 * in which it said that it is ready, or between two statements. Whoever has it hears of it with the next statement.
 */
export class CalmClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

/** Opens the connection pool. Models are bound to it by `resources/models.ts`. */
export function openDatabase(url: string, config: Pick<Config, 'databasePoolSize'>, log: Logger): Sequelize {
  const db = new Sequelize(url, {
    dialect: 'postgres',
    dialectModule: { ...pg, Client: CalmClient },
    logging: (sql, milliseconds) => {
      if (typeof milliseconds === 'number' && milliseconds > 500)
        log.warn({ milliseconds, sql }, 'slow query');
    },
    benchmark: true,
    pool: { max: config.databasePoolSize, min: 0, acquire: 10_000, idle: CONNECTION_IDLE_MS },
    define: { underscored: true, timestamps: false, freezeTableName: true },
    dialectOptions: { keepAlive: true, application_name: 'totetaxi', lock_timeout: LOCK_TIMEOUT_MS },
  });
  const locks = new Locks(url);
  locksByDatabase.set(db, locks);
  const close = db.close.bind(db);
  db.close = async () => {
    await locks.close();
    await close();
  };
  return db;
}

/**
 * Locks for what takes longer than a statement, all held by one connection of their own: who waits for the network takes
 * none from the pool, and who dies lets go at once.
 */
class Locks {
  readonly #url: string;
  /** The connection holds each lock as often as it is asked: within the process they are told apart here. */
  readonly #held = new Set<string>();
  #client: Promise<pg.Client> | null = null;

  constructor(url: string) {
    this.#url = url;
  }

  /** Runs `work` under the lock of a subject; `busy` when somebody else has it. */
  async run<T>(subject: string, work: () => Promise<T>): Promise<T | 'busy'> {
    if (this.#held.has(subject)) return 'busy';
    this.#held.add(subject);
    try {
      const client = await this.#connected();
      const lock = 'hashtextextended($1, 0)';
      const { rows } = await client.query(`select pg_try_advisory_lock(${lock}) as "isOurs"`, [subject]);
      if (!rows[0].isOurs) return 'busy';
      try {
        return await work();
      } finally {
        // A connection that was cut has let go already; one that cannot say so must.
        await client.query(`select pg_advisory_unlock(${lock})`, [subject]).catch(() => client.end());
      }
    } finally {
      this.#held.delete(subject);
    }
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => null);
    await client?.end();
  }

  #connected(): Promise<pg.Client> {
    this.#client ??= this.#connect();
    return this.#client;
  }

  async #connect(): Promise<pg.Client> {
    const client = new CalmClient({
      connectionString: this.#url,
      keepAlive: true,
      application_name: 'totetaxi locks',
    });
    const forget = (): void => {
      this.#client = null;
    };
    client.once('end', forget);
    try {
      await client.connect();
    } catch (error) {
      forget();
      throw error;
    }
    return client;
  }
}

const locksByDatabase = new WeakMap<Sequelize, Locks>();

export function locksOf(db: Sequelize): Locks {
  const locks = locksByDatabase.get(db);
  if (!locks) throw new Error('this database was not opened here');
  return locks;
}

/** Called with each notification of a channel; `null` after a reconnection, when some may have been missed. */
export type Hearing = (payload: string | null) => void;

export interface Listener {
  close(): Promise<void>;
}

/**
 * One connection that listens on PostgreSQL channels and comes back after it was cut. After each reconnection every
 * hearing is called with `null`, so that it can look for what it missed.
 */
export async function listen(
  url: string,
  hearings: Readonly<Record<string, Hearing>>,
  log: Logger,
): Promise<Listener> {
  let client: pg.Client | null = null;
  let closing = false;
  let retry: NodeJS.Timeout | undefined;

  const connect = async (): Promise<void> => {
    const fresh = new pg.Client({
      connectionString: url,
      keepAlive: true,
      application_name: 'totetaxi listener',
    });
    fresh.on('error', (error) => log.warn({ err: error }, 'listener lost'));
    fresh.on('notification', ({ channel, payload }) => hearings[channel]?.(payload ?? ''));
    fresh.on('end', () => {
      if (client !== fresh || closing) return;
      client = null;
      reconnect();
    });
    await fresh.connect();
    for (const channel of Object.keys(hearings)) await fresh.query(`listen ${pg.escapeIdentifier(channel)}`);
    client = fresh;
  };

  const reconnect = (): void => {
    if (closing) return;
    retry = setTimeout(() => {
      connect().then(
        () => {
          for (const hear of Object.values(hearings)) hear(null);
        },
        (error: unknown) => {
          log.warn({ err: error }, 'listener cannot reconnect yet');
          reconnect();
        },
      );
    }, 500);
  };

  await connect();
  return {
    async close() {
      closing = true;
      clearTimeout(retry);
      await client?.end();
    },
  };
}

/** PostgreSQL's own code of a failed statement (`40P01`), or `null`. */
export function sqlState(error: unknown): string | null {
  const original = error instanceof DatabaseError ? error.original : error;
  const code = original instanceof Error && 'code' in original ? original.code : null;
  return typeof code === 'string' ? code : null;
}

/** No connection to be had, or one that was cut: class 08 and 57P of SQLSTATE. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof ConnectionError || error instanceof TimeoutError) return true;
  const state = sqlState(error);
  if (state !== null && /^(08|57P)|^(ECONN|EPIPE)/.test(state)) return true;
  // The driver's own words, without a code: cut in a query, and asked again on a connection that was cut before.
  return error instanceof Error && /Connection terminated|not queryable/.test(error.message);
}
