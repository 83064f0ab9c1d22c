import { timingSafeEqual } from 'node:crypto';
import express, { type Request, type Router } from 'express';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { Config } from '../config.ts';
import { Refusal } from '../errors.ts';
import type { Observe } from './middleware/request-log.ts';

/** A named condition without which this process cannot serve; throws while it does not hold. */
export type Readiness = Readonly<Record<string, () => Promise<void>>>;

const PATIENCE_MS = 2_000;

/** `/healthz` says that the process runs, `/readyz` that it can serve, and why not; late schedules are told beside it. */
export function healthRoutes(readiness: Readiness, staleSchedules: () => Promise<string[]>): Router {
  const router = express.Router();
  router.get('/healthz', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const checks = await Promise.all(
      Object.entries(readiness).map(async ([name, check]) => [name, await stateOf(check)] as const),
    );
    const stale = await staleSchedules().catch(() => []);
    const ready = checks.every(([, state]) => state === 'ok');
    response
      .status(ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({
        status: ready ? 'ok' : 'unavailable',
        checks: Object.fromEntries(checks),
        staleSchedules: stale,
      });
  });
  return router;
}

async function stateOf(check: () => Promise<void>): Promise<'ok' | 'failing'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), PATIENCE_MS);
  });
  try {
    await Promise.race([check(), late]);
    return 'ok';
  } catch {
    return 'failing';
  } finally {
    clearTimeout(timer);
  }
}

export interface Metrics {
  readonly observe: Observe;
  readonly routes: Router;
}

/** Prometheus metrics; outside local mode only with the token (`rules.md` §6). */
export function metrics(config: Pick<Config, 'mode' | 'metricsToken'>): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const routes = express.Router();
  routes.get('/metrics', async (request, response) => {
    if (config.mode !== 'local' && !holdsToken(request, config.metricsToken)) throw new Refusal('not_found');
    response.type(registry.contentType).send(await registry.metrics());
  });
  return {
    routes,
    observe: (method, route, status, seconds) => durations.observe({ method, route, status }, seconds),
  };
}

function holdsToken(request: Request, token: string | null): boolean {
  if (token === null) return false;
  const given = Buffer.from(request.get('authorization') ?? '');
  const expected = Buffer.from(`Bearer ${token}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
