import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Deliveries } from '../deliveries.ts';
import { strikes } from '../faults.ts';
import { findEndpoint } from './endpoints.ts';
import { invalidArgument, invalidKey, OnfleetProblem, serverError, tooManyRequests } from './errors.ts';
import type { Faults } from './faults.ts';
import { epochMilliseconds } from './ids.ts';
import type { RateLimit } from './rate-limit.ts';
import type { World } from './world.ts';

/** Onfleet's own API: the key, the limit, error objects, and the faults that are wanted. */

export const API_KEY = 'local-onfleet-key';

const REQUESTS_KEPT = 500;

export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  /** 0 when nothing was answered. */
  readonly status: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface Parts {
  readonly world: World;
  readonly faults: Faults;
  readonly limit: RateLimit;
  readonly deliveries: Deliveries;
  readonly requests: LoggedRequest[];
  readonly directory: string;
}

export async function serveApi(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  body: string,
): Promise<void> {
  const { faults, limit, world } = parts;
  const method = request.method ?? 'GET';
  const name = `${method} ${url.pathname}`;
  const log = (status: number): void => {
    parts.requests.push({ method, path: url.pathname, status, at: epochMilliseconds() });
    if (parts.requests.length > REQUESTS_KEPT) parts.requests.shift();
  };
  if (faults.delayMs > 0 && name.includes(faults.match)) await pause(faults.delayMs);
  if (strikes(faults, 'dropConnection', name)) {
    log(0);
    return void response.destroy();
  }
  const { status, answer } = await resultOf(async () => {
    if (!hasKey(request)) throw invalidKey();
    if (strikes(faults, 'error429', name) || !limit.take()) throw tooManyRequests();
    if (strikes(faults, 'error500', name)) throw serverError();
    const { work, id } = findEndpoint(method, url.pathname);
    return work({ world, id, query: url.searchParams, body: parseJson(body) });
  });
  world.store.commit();
  const isLost = status === 200 && strikes(faults, 'timeoutAfterWork', name);
  log(isLost ? 0 : status);
  // Whoever asked waits until they or the stand-in give up.
  if (!isLost) {
    response.writeHead(status, { 'content-type': 'application/json', ...limit.headers() });
    response.end(answer === undefined ? '' : JSON.stringify(answer));
  }
  parts.deliveries.kick();
}

async function resultOf(work: () => Promise<unknown>): Promise<{ status: number; answer: unknown }> {
  try {
    return { status: 200, answer: await work() };
  } catch (error) {
    if (!(error instanceof OnfleetProblem)) throw error;
    return { status: error.status, answer: error.body(randomUUID()) };
  }
}

function hasKey(request: IncomingMessage): boolean {
  const coded = /^Basic (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  return Buffer.from(coded, 'base64').toString().split(':')[0] === API_KEY;
}

function parseJson(body: string): unknown {
  if (body === '') return {};
  try {
    return JSON.parse(body);
  } catch {
    throw invalidArgument('body: this is no JSON');
  }
}
