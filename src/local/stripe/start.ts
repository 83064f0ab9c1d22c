import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findEndpoint } from './endpoints.ts';
import { StripeProblem } from './errors.ts';
import { type Faults, noFaults, setFaults, strikes } from './faults.ts';
import { type Form, parseForm, textOf } from './form.ts';
import { newId } from './ids.ts';
import { findIntent, finishIntent } from './intents.ts';
import { authenticationPage, donePage, landingPage } from './pages.ts';
import { Store } from './store.ts';
import { type Deliveries, startDeliveries, type WebhookTarget } from './webhooks.ts';
import { API_VERSION, type World } from './world.ts';

/**
 * A stand-in for Stripe on a loopback port, for the real SDK and for a browser with the publishable key: intents, test
 * cards, 3-D Secure, refunds, events, idempotency and signed webhooks. Its state survives restarts and `kill -9`. It can
 * be made to misbehave: see `Faults`; `GET /_requests` tells the last calls, `POST /_faults/redeliver { eventId, times }`
 * sends an event again, `POST /_simulate/payment_intents/{id}/{succeed|fail}` ends one that is processing.
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

interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey: string | null;
  readonly status: number;
}

interface Parts {
  readonly world: World;
  readonly faults: Faults;
  readonly deliveries: Deliveries;
  readonly requests: LoggedRequest[];
  readonly inFlight: Set<string>;
  readonly directory: string;
}

const REQUESTS_KEPT = 1_000;

export async function startStripeStandIn(options: StripeStandInOptions): Promise<StripeStandIn> {
  const log = options.log ?? (() => undefined);
  const faults = noFaults();
  mkdirSync(options.directory, { recursive: true });
  const store = new Store(options.directory);
  let port = 0;
  const baseUrl = (): string => `http://127.0.0.1:${port}`;
  const world: World = { store, baseUrl, takeProcessing: () => strikes(faults, 'processing', '') };
  const deliveries = startDeliveries(store, options.webhook, faults, log, options.webhookRetryDelaysMs);
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
  port = await listenOn(server, options.port ?? lastPort(options.directory));
  writeFileSync(join(options.directory, 'port'), String(port));
  deliveries.kick();
  return {
    baseUrl: baseUrl(),
    port,
    secretKey: 'sk_test_local',
    publishableKey: 'pk_test_local',
    faults,
    deliver: () => deliveries.kick(),
    async close() {
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

async function serveApi(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  body: string,
): Promise<void> {
  const { faults, world, inFlight } = parts;
  const method = request.method ?? 'GET';
  const name = `${method} ${url.pathname}`;
  const requestId = newId('req');
  const key = headerOf(request, 'idempotency-key');
  const send = (status: number, answer: unknown, headers: Record<string, string> = {}): void => {
    parts.requests.push({ method, path: url.pathname, idempotencyKey: key, status });
    if (parts.requests.length > REQUESTS_KEPT) parts.requests.shift();
    response.writeHead(status, {
      'content-type': 'application/json',
      'request-id': requestId,
      'stripe-version': headerOf(request, 'stripe-version') ?? API_VERSION,
      ...(key !== null && { 'idempotency-key': key }),
      ...headers,
    });
    response.end(JSON.stringify(answer, null, 2));
  };
  if (faults.delayMs > 0 && name.includes(faults.match)) await pauseHolding(parts, key, faults.delayMs, send);
  if (response.writableEnded) return;
  if (strikes(faults, 'dropConnection', name)) return void response.destroy();
  if (strikes(faults, 'error500', name)) {
    return send(
      500,
      { error: { type: 'api_error', message: 'An unknown error occurred' } },
      { 'stripe-should-retry': 'true' },
    );
  }
  const fingerprint = createHash('sha256').update(`${name}\n${body}`).digest('hex');
  const kept = method === 'POST' && key !== null ? world.store.get('answer', key) : undefined;
  if (kept) {
    if (kept.fingerprint === fingerprint) {
      return send(kept.status, kept.body, {
        'idempotent-replayed': 'true',
        'original-request': kept.requestId,
      });
    }
    const message = `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`;
    return send(400, { error: { type: 'idempotency_error', message } });
  }
  if (key !== null && inFlight.has(key)) return send(409, inUse(key));
  const result = work(world, request, url, method, body, requestId);
  if (method === 'POST' && key !== null && !isValidation(result)) {
    world.store.put('answer', key, { fingerprint, ...result, requestId });
  }
  world.store.commit();
  const lost = strikes(faults, 'timeoutAfterWork', name);
  if (lost) response.destroy();
  else send(result.status, result.body);
  parts.deliveries.kick();
}

/** Waits while the key counts as in use, so that a duplicate hears Stripe's 409. */
async function pauseHolding(
  { inFlight }: Parts,
  key: string | null,
  delayMs: number,
  send: (status: number, answer: unknown) => void,
): Promise<void> {
  if (key !== null && inFlight.has(key)) return send(409, inUse(key));
  if (key !== null) inFlight.add(key);
  await pause(delayMs);
  if (key !== null) inFlight.delete(key);
}

function inUse(key: string): object {
  const message = `There is currently another in-progress request using this Idempotent Key (${key}). Please try again later.`;
  return { error: { type: 'idempotency_error', code: 'idempotency_key_in_use', message } };
}

interface Result {
  readonly status: number;
  readonly body: unknown;
}

function work(
  world: World,
  request: IncomingMessage,
  url: URL,
  method: string,
  body: string,
  requestId: string,
): Result {
  try {
    const form = parseForm(method === 'GET' ? url.search.slice(1) : body);
    const { endpoint, id } = authorized(world, request, url, method, form);
    // The client secret proves who asks; it is no parameter of the object.
    delete form.client_secret;
    delete form.key;
    return { status: 200, body: structuredClone(endpoint.work(world, form, id, url.pathname)) };
  } catch (error) {
    if (!(error instanceof StripeProblem)) throw error;
    const more = { request_log_url: `${world.baseUrl()}/_requests?id=${requestId}` };
    return { status: error.status, body: structuredClone({ error: { ...error.body, ...more } }) };
  }
}

function authorized(world: World, request: IncomingMessage, url: URL, method: string, form: Form) {
  const key = apiKey(request) ?? textOf(form, 'key');
  if (key === undefined) {
    throw new StripeProblem(401, { message: 'You did not provide an API key.' });
  }
  const match = findEndpoint(method, url.pathname);
  if (/^(sk|rk)_test_/.test(key)) return match;
  if (!key.startsWith('pk_test_'))
    throw new StripeProblem(401, { message: `Invalid API Key provided: ${key.slice(0, 8)}****` });
  if (!match.endpoint.browser) {
    throw new StripeProblem(401, {
      code: 'secret_key_required',
      message: 'This API call cannot be made with a publishable API key.',
    });
  }
  if (findIntent(world, match.id).client_secret !== textOf(form, 'client_secret')) {
    throw new StripeProblem(401, {
      message: 'The client_secret provided does not match this PaymentIntent.',
    });
  }
  return match;
}

function apiKey(request: IncomingMessage): string | undefined {
  const header = headerOf(request, 'authorization') ?? '';
  const bearer = /^Bearer (\S+)/.exec(header)?.[1];
  const basic = /^Basic (\S+)/.exec(header)?.[1];
  return bearer ?? (basic === undefined ? undefined : Buffer.from(basic, 'base64').toString().split(':')[0]);
}

/** Stripe keeps no answer of a request that never began to work. */
function isValidation({ status, body }: Result): boolean {
  if (status === 401) return true;
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : null;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return status === 400 && /^(parameter|amount)_/.test(code);
}

function serveExtras(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  body: string,
): void {
  const { world, faults } = parts;
  const json = (status: number, answer: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer, null, 2));
  };
  const html = (page: string): void => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
  };
  const path = url.pathname;
  const secure = /^\/3ds\/(\w+)$/.exec(path)?.[1];
  const simulate = /^\/_simulate\/payment_intents\/(\w+)\/(succeed|fail)$/.exec(path);
  try {
    if (path === '/') return html(landingPage(world));
    if (path === '/_requests') {
      response.setHeader('stand-in', parts.directory);
      return json(200, parts.requests);
    }
    if (path === '/_faults/redeliver' && request.method === 'POST') {
      const given: { eventId?: string; times?: number } = JSON.parse(body);
      void parts.deliveries
        .redeliver(given.eventId ?? '', given.times ?? 1)
        .then(() => json(200, { done: true }));
      return;
    }
    if (path === '/_faults') {
      if (request.method === 'DELETE') setFaults(faults, { ...noFaults() });
      if (request.method === 'POST') setFaults(faults, JSON.parse(body));
      return json(200, faults);
    }
    if (secure) return serveAuthentication(parts, request, response, url, parseForm(body), secure, html);
    if (simulate) {
      const intent = finishIntent(world, simulate[1] ?? '', simulate[2] === 'succeed');
      world.store.commit();
      json(200, intent);
      return parts.deliveries.kick();
    }
    json(404, { error: { message: 'There is nothing here.' } });
  } catch (error) {
    json(error instanceof StripeProblem ? error.status : 400, {
      error: { message: error instanceof Error ? error.message : '' },
    });
  }
}

function serveAuthentication(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  form: Form,
  id: string,
  html: (page: string) => void,
): void {
  const intent = findIntent(parts.world, id);
  const secret = textOf(form, 'client_secret') ?? url.searchParams.get('client_secret');
  if (secret !== intent.client_secret) throw new StripeProblem(404, { message: 'There is nothing here.' });
  if (request.method !== 'POST') return html(authenticationPage(intent, url.searchParams.get('return_url')));
  const finished = finishIntent(parts.world, id, textOf(form, 'result') === 'complete');
  parts.world.store.commit();
  const back = textOf(form, 'return_url');
  if (back) response.writeHead(303, { location: back }).end();
  else html(donePage(finished));
  parts.deliveries.kick();
}

function headerOf(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

function lastPort(directory: string): number {
  const file = join(directory, 'port');
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
}

/** Listens on the wanted port when it is free, else on a free one. */
async function listenOn(server: Server, wanted: number): Promise<number> {
  const listen = (port: number): Promise<void> =>
    new Promise((done, failed) => {
      server.once('error', failed);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', failed);
        done();
      });
    });
  await listen(wanted).catch((error: unknown) => {
    if (wanted === 0) throw error;
    return listen(0);
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : wanted;
}
