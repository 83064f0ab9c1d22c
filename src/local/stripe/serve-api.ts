import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Deliveries } from '../deliveries.ts';
import { findEndpoint } from './endpoints.ts';
import { StripeProblem } from './errors.ts';
import { type Faults, strikes } from './faults.ts';
import { type Form, parseForm, textOf } from './form.ts';
import { newId } from './ids.ts';
import { findIntent } from './intents.ts';
import { API_VERSION, type World } from './world.ts';

/** Stripe's own API: keys, idempotency, error objects, and the faults that are wanted. */

export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey: string | null;
  readonly status: number;
}

export interface Parts {
  readonly world: World;
  readonly faults: Faults;
  readonly deliveries: Deliveries;
  readonly requests: LoggedRequest[];
  readonly inFlight: Set<string>;
  readonly directory: string;
}

const REQUESTS_KEPT = 1_000;

export async function serveApi(
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

function headerOf(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}
