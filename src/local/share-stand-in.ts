import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { oneAtATime } from './one-at-a-time.ts';

const WATCH_MS = 2_000;

/** A stand-in that this process runs, or that another one runs. */
export interface StandIn {
  readonly baseUrl: string;
  /** Sends the webhooks that are owed, when they are ours to send. */
  deliver(): void;
  close(): Promise<void>;
}

interface Shared {
  /** For people. */
  readonly name: string;
  readonly directory: string;
  readonly start: () => Promise<StandIn>;
  readonly log: (words: string) => void;
}

/** The stand-in of a data directory: the one that another process runs, or our own; ours too when that process ends. */
export async function shareStandIn({ name, directory, start, log }: Shared): Promise<StandIn> {
  let own: StandIn | null = null;
  const startUnlessThere = (): Promise<string> =>
    oneAtATime(directory, async () => {
      const there = await runningAt(directory);
      if (there !== null) return there;
      own = await start();
      return own.baseUrl;
    });
  const baseUrl = await startUnlessThere();
  let watching = Promise.resolve();
  const timer = setInterval(() => {
    if (own) return;
    watching = startUnlessThere().then(
      () => undefined,
      (error: unknown) => log(`the ${name} stand-in does not start: ${String(error)}`),
    );
  }, WATCH_MS);
  timer.unref();
  return {
    baseUrl,
    deliver() {
      (own as StandIn | null)?.deliver();
    },
    async close() {
      clearInterval(timer);
      await watching;
      await (own as StandIn | null)?.close();
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
