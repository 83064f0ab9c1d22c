import { createClient } from 'redis';
import type { Logger } from './logger.ts';

export type Redis = ReturnType<typeof createClient>;

/** Connects, and comes back by itself after the server was away. */
export async function connectRedis(url: string, log: Logger): Promise<Redis> {
  const client = createClient({
    url,
    socket: { reconnectStrategy: (tries) => Math.min(tries * 100, 2_000) },
  });
  client.on('error', (error: unknown) => log.warn({ err: error }, 'redis connection'));
  await client.connect();
  return client;
}
