import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { oneAtATime } from '../one-at-a-time.ts';
import { type StripeStandInOptions, startStripeStandIn } from './start.ts';

const WATCH_MS = 2_000;

export interface SharedStripeStandIn {
  readonly baseUrl: string;
  readonly secretKey: string;
  readonly publishableKey: string;
  /** Sends the webhooks that are owed, when they are ours to send. */
  deliver(): void;
  close(): Promise<void>;
}

interface Started {
  readonly baseUrl: string;
  deliver(): void;
  close(): Promise<void>;
}

/** The stand-in of a data directory: the one that another process runs, or our own; ours too when that process ends. */
export async function shareStripeStandIn(options: StripeStandInOptions): Promise<SharedStripeStandIn> {
  const { directory } = options;
  let own: Started | null = null;
  const startUnlessThere = (): Promise<string> =>
    oneAtATime(directory, async () => {
      const there = await runningAt(directory);
      if (there !== null) return there;
      own = await startStripeStandIn(options);
      return own.baseUrl;
    });
  const baseUrl = await startUnlessThere();
  let watching = Promise.resolve();
  const timer = setInterval(() => {
    if (own) return;
    watching = startUnlessThere().then(
      () => undefined,
      (error: unknown) => options.log?.(`the Stripe stand-in does not start: ${String(error)}`),
    );
  }, WATCH_MS);
  timer.unref();
  return {
    baseUrl,
    secretKey: 'sk_test_local',
    publishableKey: 'pk_test_local',
    deliver() {
      (own as Started | null)?.deliver();
    },
    async close() {
      clearInterval(timer);
      await watching;
      await (own as Started | null)?.close();
    },
  };
}

async function runningAt(directory: string): Promise<string | null> {
  const file = join(directory, 'port');
  if (!existsSync(file)) return null;
  const baseUrl = `http://127.0.0.1:${readFileSync(file, 'utf8')}`;
  try {
    const answer = await fetch(`${baseUrl}/_requests`, { signal: AbortSignal.timeout(1_000) });
    const isOurs = answer.ok && answer.headers.get('stand-in') === directory;
    await answer.arrayBuffer();
    return isOurs ? baseUrl : null;
  } catch {
    return null;
  }
}
