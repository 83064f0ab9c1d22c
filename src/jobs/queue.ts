import {
  createPostgresBackend,
  type Job,
  type JobsOptions,
  type PostgresConnectionOptions,
  Queue,
  Worker,
  type WorkerOptions,
} from 'bullmq';
import pg from 'pg';
import { MultiErrorReply } from 'redis';
import { CalmClient, CONNECTION_IDLE_MS } from '../database.ts';
import { type Lane, laneNames } from '../environment.ts';
import type { Logger } from '../logger.ts';
import { connectRedis } from '../redis.ts';
import { type JobName, jobCatalogue, lanes } from './catalogue.ts';

/** A queue for each lane on two backends, the same code: PostgreSQL by default, Redis with `REDIS_URL`. */

const queueNames: Readonly<Record<Lane, string>> = {
  main: 'totetaxi',
  road: 'totetaxi-road',
  mail: 'totetaxi-mail',
  files: 'totetaxi-files',
};
const POOL_SIZE = 16;

/** A batch makes temporary tables in PostgreSQL (5 ms and more); so many jobs are sooner added one by one (0.9 ms each). */
const FEW = 8;
/**
 * Finished jobs stay long enough that a message relayed twice is known again. By age only: to keep a number of them
 * PostgreSQL would read all that are kept at the end of each job.
 */
const KEPT = { age: 24 * 3600 };
const FAILED_KEPT = { age: 30 * 24 * 3600 };
/** Recovery after a worker was killed takes at most lock and check together. */
const LOCK_MS = 4_000;
const STALLED_CHECK_MS = 2_000;
const MAXIMUM_STALLS = 1_000;
/** After its backend was away a worker looks again this soon. */
const RETRY_MS = 1_000;

export interface RelayedJob {
  readonly id: string;
  readonly job: JobName;
  readonly payload: object;
  readonly delayMs: number;
}

export type Processor = (job: {
  id: string;
  name: string;
  data: unknown;
  attemptsMade: number;
}) => Promise<void>;

export interface Queues {
  readonly backend: 'postgres' | 'redis';
  /** Adds jobs under their own ids, each to its lane; an id that is known is not added again. */
  addAll(jobs: readonly RelayedJob[]): Promise<void>;
  openWorker(
    worked: readonly Lane[],
    processor: Processor,
    onFinalFailure: FailureHearer,
  ): Promise<QueueWorker>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

export type FailureHearer = (job: { id: string; name: string }, error: Error) => void;

export interface QueueWorker {
  /** Takes no new job and waits for those running. */
  close(): Promise<void>;
}

type Run = (job: Job) => Promise<void>;
type Settings = Omit<WorkerOptions, 'connection'>;

/** Connects to the queue's backend, whose tables the migrations have made. */
export async function openQueues(
  config: { readonly databaseUrl: string; readonly redisUrl: string | null },
  log: Logger,
): Promise<Queues> {
  const noteError = (error: Error): void => log.warn({ err: error }, 'queue connection');
  const backend =
    config.redisUrl === null
      ? openPostgres(config.databaseUrl, noteError)
      : await openRedis(config.redisUrl, log);
  const queues = Object.fromEntries(
    laneNames.map((lane) => [lane, backend.openQueue(queueNames[lane])]),
  ) as Record<Lane, Queue>;
  for (const queue of Object.values(queues)) queue.on('error', noteError);
  await Promise.all(Object.values(queues).map((queue) => queue.waitUntilReady()));
  return {
    backend: backend.name,
    async addAll(jobs) {
      for (const lane of laneNames) {
        const own = jobs.filter(({ job }) => jobCatalogue[job].lane === lane);
        if (own.length > 0) await addTo(queues[lane], own);
      }
    },
    async openWorker(worked, processor, onFinalFailure) {
      const workers = worked.map((lane) => {
        const worker = backend.openWorker(
          queueNames[lane],
          ({ id, name, data, attemptsMade }) => processor({ id: id ?? '', name, data, attemptsMade }),
          {
            concurrency: lanes[lane],
            lockDuration: LOCK_MS,
            stalledInterval: STALLED_CHECK_MS,
            maxStalledCount: MAXIMUM_STALLS,
            runRetryDelay: RETRY_MS,
          },
        );
        worker.on('error', noteError);
        worker.on('failed', (job, error) => {
          const final =
            job && (job.attemptsMade >= (job.opts.attempts ?? 1) || error.name === 'UnrecoverableError');
          if (final) onFinalFailure({ id: job.id ?? '', name: job.name }, error);
        });
        return worker;
      });
      await Promise.all(workers.map((worker) => worker.waitUntilReady()));
      return {
        async close() {
          await Promise.all(workers.map((worker) => worker.close()));
        },
      };
    },
    ping: backend.ping,
    async close() {
      await Promise.all(Object.values(queues).map((queue) => queue.close()));
      await backend.close();
    },
  };
}

async function addTo(queue: Queue, jobs: readonly RelayedJob[]): Promise<void> {
  const all = jobs.map(({ id, job, payload, delayMs }) => ({
    name: job,
    data: payload,
    opts: { ...optionsOf(job), delay: delayMs, jobId: id },
  }));
  const addEach = async (): Promise<void> => {
    for (const { name, data, opts } of all) await queue.add(name, data, opts);
  };
  if (all.length <= FEW) return addEach();
  try {
    await queue.addBulk(all);
  } catch (error) {
    if (!(error instanceof MultiErrorReply)) throw error;
    // A Redis that was started again has forgotten the scripts. A batch only names them; single jobs bring them along.
    await addEach();
  }
}

function optionsOf(job: JobName): JobsOptions {
  const { attempts, backoffMs, yields } = jobCatalogue[job];
  return {
    attempts,
    ...(yields && { priority: 1 }),
    backoff: { type: 'exponential', delay: backoffMs, jitter: 0.3 },
    removeOnComplete: KEPT,
    removeOnFail: FAILED_KEPT,
  };
}

function openPostgres(databaseUrl: string, noteError: (error: Error) => void) {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: POOL_SIZE,
    idleTimeoutMillis: CONNECTION_IDLE_MS,
    // Nothing waits for the disk here: the outbox forgets a job in a later commit that does, and with it all that was
    // written before; a job whose end is lost with the server runs again.
    options: '-c search_path=bullmq -c synchronous_commit=off',
    keepAlive: true,
    application_name: 'totetaxi queue',
    Client: CalmClient,
  });
  pool.on('error', noteError);
  pool.setMaxListeners(50);
  // The same pool: only its declared overloads of `on` differ from those the queue was written against.
  const connection = pool as Extract<PostgresConnectionOptions, { connect(): unknown }>;
  return {
    name: 'postgres' as const,
    openQueue: (name: string) => new Queue(name, { connection }, createPostgresBackend),
    openWorker: (name: string, run: Run, settings: Settings) =>
      new Worker(name, run, { ...settings, connection }, createPostgresBackend),
    async ping() {
      await pool.query('select 1');
    },
    close: () => pool.end(),
  };
}

async function openRedis(redisUrl: string, log: Logger) {
  const client = await connectRedis(redisUrl, log);
  return {
    name: 'redis' as const,
    openQueue: (name: string) => new Queue(name, { connection: client }),
    openWorker: (name: string, run: Run, settings: Settings) =>
      new Worker(name, run, { ...settings, connection: client }),
    async ping() {
      await client.ping();
    },
    async close() {
      if (client.isOpen) client.destroy();
    },
  };
}
