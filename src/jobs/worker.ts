import { UnrecoverableError } from 'bullmq';
import type { Context } from '../context.ts';
import type { Lane } from '../environment.ts';
import { Refusal } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { type JobName, jobCatalogue } from './catalogue.ts';
import type { Handlers } from './handlers/index.ts';
import { beatEnd, beatStart } from './heartbeat.ts';
import type { Queues, QueueWorker } from './queue.ts';
import { scheduledJobs } from './schedules.ts';

interface WorkerParts {
  readonly queues: Queues;
  readonly lanes: readonly Lane[];
  readonly handlers: Handlers;
  readonly log: Logger;
  readonly ctxFor: (actorName: string, requestId: string) => Context;
}

/**
 * Works jobs: reads the payload by the catalogue, calls the handler, and translates its errors: what will never go well
 * fails at once and stays to be seen, the rest is tried again. A job may run twice; its use case does its work once.
 */
export async function startWorker(parts: WorkerParts): Promise<QueueWorker> {
  const { queues, lanes, handlers, log, ctxFor } = parts;
  return queues.openWorker(
    lanes,
    async ({ id, name, data }) => {
      if (!isJobName(name)) throw new UnrecoverableError(`there is no job ${name}`);
      const payload = jobCatalogue[name].payload.safeParse(data);
      if (!payload.success) throw new UnrecoverableError(`the payload of ${name} is not valid`);
      const ctx = ctxFor(name, id);
      try {
        await withHeartbeat(ctx, name, () => handlers[name](ctx, payload.data as never));
      } catch (error) {
        if (error instanceof Refusal && !error.retryable) throw new UnrecoverableError(error.message);
        throw error;
      }
    },
    ({ id, name }, error) => {
      log.error({ err: error, jobId: id, job: name }, 'job failed for good');
      beatEnd(ctxFor(name, id), `job:${name}`, error).catch((failure: unknown) =>
        log.error({ err: failure }, 'heartbeat'),
      );
    },
  );
}

async function withHeartbeat(ctx: Context, name: JobName, work: () => Promise<void>): Promise<void> {
  if (!scheduledJobs.has(name)) return work();
  await beatStart(ctx, name);
  try {
    await work();
  } catch (error) {
    await beatEnd(ctx, name, error);
    throw error;
  }
  await beatEnd(ctx, name, null);
}

function isJobName(name: string): name is JobName {
  return Object.hasOwn(jobCatalogue, name);
}
