import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { realNow } from '../../../clock.ts';
import type { OnfleetConfig } from '../../../config.ts';
import type { Context } from '../../../context.ts';
import { Refusal } from '../../../errors.ts';

/** What Onfleet will never take: its status, and its own words. */
export class OnfleetProblem extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'OnfleetProblem';
    this.status = status;
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

interface Ask {
  readonly method: Method;
  readonly path: string;
  readonly body?: object;
  /** Asking again does no harm: what only reads, and what sets what it says. */
  readonly isSafe?: boolean;
}

const TIMEOUT_MS = 15_000;
const TRIES = 3;
const FIRST_PAUSE_MS = 300;

/**
 * Calls Onfleet's API and reads its answer. What is safe to ask again is asked again. Throws `OnfleetProblem` for what it
 * refuses, `delivery_provider_unavailable` when it is out of reach, busy or broken.
 */
export async function askOnfleet<T>(
  { config }: Pick<Context, 'config'>,
  ask: Ask,
  schema: z.ZodType<T>,
): Promise<T> {
  const { onfleet } = config;
  if (!onfleet) throw new Refusal('delivery_provider_unavailable');
  const tries = (ask.isSafe ?? (ask.method === 'GET' || ask.method === 'PUT')) ? TRIES : 1;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await askOnce(onfleet, ask, schema);
    } catch (error) {
      if (error instanceof OnfleetProblem) throw error;
      // Busy is said before anything is done.
      const isBusy = error instanceof Busy;
      if (attempt >= (isBusy ? TRIES : tries))
        throw new Refusal('delivery_provider_unavailable', { cause: error, retryAfterSeconds: 5 });
      await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    }
  }
}

class Busy extends Error {}

async function askOnce<T>(
  onfleet: OnfleetConfig,
  { method, path, body }: Ask,
  schema: z.ZodType<T>,
): Promise<T> {
  await takeTurn(onfleet);
  const answer = await fetch(`${onfleet.apiBase}${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${onfleet.apiKey}:`).toString('base64')}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await answer.text();
  if (answer.ok) return schema.parse(text === '' ? {} : JSON.parse(text));
  if (answer.status === 429) throw new Busy('Onfleet is busy');
  if (answer.status >= 500 || answer.status === 401) throw new Error(`Onfleet answered ${answer.status}`);
  throw new OnfleetProblem(answer.status, wordsOf(text));
}

const problem = z.object({ message: z.object({ message: z.string(), cause: z.unknown().optional() }) });

function wordsOf(text: string): string {
  try {
    const { message, cause } = problem.parse(JSON.parse(text)).message;
    return typeof cause === 'string' && cause !== '' ? `${message} (${cause})` : message;
  } catch {
    return text.slice(0, 200);
  }
}

/** Onfleet takes 20 calls a second of a company; each process keeps below it. */
const GAP_MS = 1_000 / 18;
const turns = new WeakMap<OnfleetConfig, number>();

async function takeTurn(onfleet: OnfleetConfig): Promise<void> {
  const now = realNow().getTime();
  const turn = Math.max(now, (turns.get(onfleet) ?? 0) + GAP_MS);
  turns.set(onfleet, turn);
  if (turn > now) await pause(turn - now);
}
