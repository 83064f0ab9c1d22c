import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenAgain, readBody } from '../stand-in-server.ts';
import { type Faults, noFaults, strikes } from './faults.ts';
import { finishDueRefunds } from './refunds.ts';
import { type Parts, serveApi } from './serve-api.ts';
import { serveExtras } from './serve-extras.ts';
import { Store } from './store.ts';
import { deliverEvents, type WebhookTarget } from './webhooks.ts';
import type { World } from './world.ts';

const BANKS_EVERY_MS = 250;

/**
 * A stand-in for Stripe on a loopback port, for the real SDK and for a browser with the publishable key: intents, test
 * cards, 3-D Secure, refunds, disputes, balance transactions, events, idempotency and signed webhooks. Its state survives
 * restarts and `kill -9`. It can be made to misbehave: see `Faults`; `GET /_requests` tells the last calls,
 * `POST /_faults/redeliver { eventId, times }` sends an event again. What others do at Stripe is driven under
 * `POST /_simulate/`, with JSON or a form:
 *
 * - `payment_intents` is an invoice of someone else's, `payment_intents/{id}/{succeed|fail}` ends one that is processing;
 * - `refunds` is one made in the dashboard, `refunds/{id}/{succeed|fail}` ends one that is pending, or lets one that
 *   succeeded come back;
 * - `disputes { payment_intent | charge, amount?, reason?, inquiry? }` opens one, `disputes/{id}/{win|lose}` decides it,
 *   `disputes/{id}/escalate` makes a chargeback of an inquiry.
 */
export interface StripeStandIn {
  readonly baseUrl: string;
  readonly port: number;
  readonly secretKey: string;
  readonly publishableKey: string;
  readonly faults: Faults;
  /** Sends the webhooks that are owed. */
  deliver(): void;
  close(): Promise<void>;
}

export interface StripeStandInOptions {
  readonly directory: string;
  readonly port?: number;
  readonly webhook: WebhookTarget;
  readonly log?: (words: string) => void;
  readonly webhookRetryDelaysMs?: readonly number[];
}

export async function startStripeStandIn(options: StripeStandInOptions): Promise<StripeStandIn> {
  const log = options.log ?? (() => undefined);
  const faults = noFaults();
  mkdirSync(options.directory, { recursive: true });
  const store = new Store(options.directory);
  let port = 0;
  const baseUrl = (): string => `http://127.0.0.1:${port}`;
  const world: World = {
    store,
    baseUrl,
    takeProcessing: () => strikes(faults, 'processing', ''),
    takePendingRefund: () => strikes(faults, 'pendingRefund', ''),
  };
  const deliveries = deliverEvents(store, options.webhook, faults, log, options.webhookRetryDelaysMs);
  const parts: Parts = {
    world,
    faults,
    deliveries,
    requests: [],
    inFlight: new Set(),
    directory: options.directory,
  };
  const server = createServer((request, response) => {
    serve(parts, request, response).catch((error: unknown) => {
      log(`the Stripe stand-in failed: ${String(error)}`);
      response.destroy();
    });
  });
  port = await listenAgain(server, options.directory, options.port);
  deliveries.kick();
  const banks = setInterval(() => {
    if (!finishDueRefunds(world)) return;
    store.commit();
    deliveries.kick();
  }, BANKS_EVERY_MS);
  banks.unref();
  return {
    baseUrl: baseUrl(),
    port,
    secretKey: 'sk_test_local',
    publishableKey: 'pk_test_local',
    faults,
    deliver: () => deliveries.kick(),
    async close() {
      clearInterval(banks);
      await deliveries.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function serve(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', parts.world.baseUrl());
  const body = await readBody(request);
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-allow-headers', '*');
  if (request.method === 'OPTIONS') return void response.writeHead(204).end();
  if (url.pathname.startsWith('/v1/')) return serveApi(parts, request, response, url, body);
  serveExtras(parts, request, response, url, body);
}
