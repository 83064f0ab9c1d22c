import {
  ClientClosedError,
  ClientOfflineError,
  ConnectionTimeoutError,
  createClient,
  DisconnectsClientError,
  SocketClosedUnexpectedlyError,
  SocketTimeoutError,
} from 'redis';
import type { Logger } from './logger.ts';

export type Redis = ReturnType<typeof createClient>;

/** Somebody waits for the answer: a server that is frozen or away fails within seconds instead of holding them up. */
const impatient = { disableOfflineQueue: true, pingInterval: 1_000 };
const impatientSocket = { socketTimeout: 3_000, connectTimeout: 2_000 };

/** Connects, and comes back by itself after the server was away. */
export async function connectRedis(
  url: string,
  log: Logger,
  { forRequests = false }: { readonly forRequests?: boolean } = {},
): Promise<Redis> {
  const reconnectStrategy = (tries: number): number => Math.min(tries * 100, 2_000);
  const client: Redis = createClient({
    url,
    ...(forRequests && impatient),
    socket: { reconnectStrategy, ...(forRequests && impatientSocket) },
  });
  client.on('error', (error: unknown) => log.warn({ err: error }, 'redis connection'));
  await client.connect();
  return client;
}

/** The server is away or does not answer. */
export function isRedisAway(error: unknown): boolean {
  return awayErrors.some((kind) => error instanceof kind);
}

const awayErrors = [
  ClientClosedError,
  ClientOfflineError,
  ConnectionTimeoutError,
  DisconnectsClientError,
  SocketClosedUnexpectedlyError,
  SocketTimeoutError,
];
