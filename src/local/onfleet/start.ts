import { mkdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, serveStandIn } from '../stand-in-server.ts';
import { type Faults, noFaults } from './faults.ts';
import { epochMilliseconds } from './ids.ts';
import { RateLimit } from './rate-limit.ts';
import { API_KEY, type Parts, serveApi } from './serve-api.ts';
import { serveExtras } from './serve-extras.ts';
import { Store } from './store.ts';
import { deliverMessages, type WebhookTarget } from './webhooks.ts';
import { seedWorkers } from './workers.ts';
import type { World } from './world.ts';

/**
 * A stand-in for Onfleet on a loopback port: tasks, workers, containers and signed webhooks under `/api/v2`, with
 * Onfleet's key, errors and limit. Its state survives restarts and `kill -9`; a new one has four workers. It can be made
 * to misbehave: see `Faults`; `GET /_requests` tells the last calls. What the dispatcher and the crew do at Onfleet is
 * driven by the page at `/`, or by `POST /simulate/tasks/{id}/{verb}` with JSON `{ workerId?, position?: { lat, lng },
 * etaSeconds?, photo?, signature?, notes?, reason? }`:
 *
 * - `assign` to the worker named, or to the first; `move` sets where its worker is, and tells of `etaSeconds`;
 * - `start`, `arrive`, then `complete` or `fail`. `GET /uploads/{id}/800x.png` is a photo or signature.
 */
export interface OnfleetStandIn {
  readonly baseUrl: string;
  readonly port: number;
  readonly apiKey: string;
  readonly faults: Faults;
  /** Sends the webhooks that are owed. */
  deliver(): void;
  /** Once all that is owed is sent or given up. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface OnfleetStandInOptions {
  readonly directory: string;
  readonly port?: number;
  readonly webhook: WebhookTarget;
  /** Business time in milliseconds since the epoch, for windows and what is written down; real time by default. */
  readonly now?: () => number;
  /** Whether more than 20 requests in a second are refused; they are by default. */
  readonly rateLimit?: boolean;
  readonly log?: (words: string) => void;
  readonly webhookRetryDelaysMs?: readonly number[];
}

export async function startOnfleetStandIn(options: OnfleetStandInOptions): Promise<OnfleetStandIn> {
  const log = options.log ?? (() => undefined);
  const faults = noFaults();
  mkdirSync(options.directory, { recursive: true });
  const store = new Store(options.directory);
  store.forgetDelivered();
  const world: World = {
    store,
    now: options.now ?? epochMilliseconds,
    told: options.webhook.triggers ?? null,
  };
  seedWorkers(world);
  const deliveries = deliverMessages(world, options.webhook, faults, log, options.webhookRetryDelaysMs);
  const parts: Parts = {
    world,
    faults,
    limit: new RateLimit(options.rateLimit ?? true),
    deliveries,
    requests: [],
    directory: options.directory,
  };
  const server = await serveStandIn({
    name: 'Onfleet',
    directory: options.directory,
    port: options.port,
    log,
    serve: (request, response) => serve(parts, request, response),
  });
  deliveries.kick();
  return {
    baseUrl: `http://127.0.0.1:${server.port}`,
    port: server.port,
    apiKey: API_KEY,
    faults,
    deliver: () => deliveries.kick(),
    settled: () => deliveries.settled(),
    async close() {
      await deliveries.close();
      await server.close();
    },
  };
}

async function serve(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const body = await readBody(request);
  if (url.pathname.startsWith('/api/v2/')) return serveApi(parts, request, response, url, body);
  serveExtras(parts, request, response, url, body);
}
