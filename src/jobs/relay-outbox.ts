import { QueryTypes } from 'sequelize';
import type { Context } from '../context.ts';
import { crashPoint } from '../resources/_kit/crash-point.ts';
import type { JobName } from './catalogue.ts';
import type { Queues } from './queue.ts';

const BATCH = 200;
const POLL_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;

interface OutboxRow {
  readonly id: string;
  readonly job: JobName;
  readonly payload: object;
  readonly delay_ms: number;
}

type RelayContext = Pick<Context, 'db' | 'config'>;

export interface Relay {
  /** Something was written: look now. */
  kick(): void;
  /** Finishes the batch under way. */
  stop(): Promise<void>;
}

/**
 * Hands outbox rows to the queue in order and deletes them in one transaction. A crash in between hands them over again
 * under the same ids, which the queue knows. While the queue is away nothing is lost: the rows stay.
 */
export function startRelay({
  ctx,
  queues,
}: {
  readonly ctx: RelayContext & Pick<Context, 'log'>;
  readonly queues: Queues;
}): Relay {
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;

  const drain = async (): Promise<void> => {
    do {
      again = false;
      while (!stopped && (await relayBatch(ctx, queues)) === BATCH);
    } while (again && !stopped);
  };
  const run = (): void => {
    if (stopped) return;
    if (running) {
      again = true;
      return;
    }
    clearTimeout(timer);
    running = drain()
      .then(
        () => {
          failures = 0;
        },
        (error: unknown) => {
          failures += 1;
          ctx.log.warn({ err: error }, 'outbox not relayed yet');
        },
      )
      .finally(() => {
        running = null;
        const pause = failures === 0 ? POLL_MS : Math.min(250 * 2 ** failures, LONGEST_PAUSE_MS);
        if (!stopped) timer = setTimeout(run, pause);
      });
  };
  run();
  return {
    kick: run,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Relays up to a batch; returns how many rows it took. */
export async function relayBatch(ctx: RelayContext, queues: Pick<Queues, 'addAll'>): Promise<number> {
  const { db } = ctx;
  return db.transaction(async (transaction) => {
    const rows = await db.query<OutboxRow>(
      `select id, job, payload, delay_ms from outbox_messages order by sequence limit ${BATCH} for update skip locked`,
      { type: QueryTypes.SELECT, transaction },
    );
    if (rows.length === 0) return 0;
    await queues.addAll(
      rows.map(({ id, job, payload, delay_ms: delayMs }) => ({ id, job, payload, delayMs })),
    );
    if (rows.some(({ job }) => job === 'work_stripe_event')) crashPoint(ctx, 'relay.added');
    await db.query('delete from outbox_messages where id = any($1::uuid[])', {
      bind: [rows.map(({ id }) => id)],
      transaction,
    });
    return rows.length;
  });
}
