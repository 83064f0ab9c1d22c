import cors from 'cors';
import express, { type Express, type Router } from 'express';
import helmet from 'helmet';
import { mountEndpoints } from './api/endpoint.ts';
import { errorDoor, notFound } from './api/error-door.ts';
import { healthRoutes, metrics, type Readiness } from './api/health.ts';
import { jsonBody } from './api/middleware/json-body.ts';
import { rateLimits } from './api/middleware/rate-limits.ts';
import { type BaseContext, requestContext } from './api/middleware/request-context.ts';
import { requestLog } from './api/middleware/request-log.ts';
import { documentRoutes } from './api/openapi.ts';
import { publicEndpoints } from './api/v1/endpoints.ts';
import { stripeWebhook } from './api/webhooks/stripe.ts';
import type { Redis } from './redis.ts';

export interface AppParts {
  readonly base: BaseContext;
  readonly redis: Redis | null;
  readonly readiness: Readiness;
  /** Names of schedules that have not run for long. */
  readonly staleSchedules: () => Promise<string[]>;
  /** The staff panel, where it is served. */
  readonly panel: Router | null;
  /** `/local…`, in local mode. */
  readonly localRoutes: Router | null;
}

/** The Express assembly, its order fixed: headers → health → panel → webhooks (raw body) → JSON → API → error door. */
export function createApp(parts: AppParts): Express {
  const { base, redis, panel, localRoutes } = parts;
  const { config, log } = base;
  const app = express();
  const measured = metrics(config);
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', config.trustedProxies);
  app.set('query parser', 'simple');

  app.use(requestContext(base), measured.measure, requestLog(log));
  app.use(
    helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } } }),
  );
  app.use(healthRoutes(parts.readiness, parts.staleSchedules), measured.routes);
  if (panel) app.use('/admin', panel);
  app.use(stripeWebhook());
  app.use(documentRoutes(publicEndpoints, config.publicUrl));
  app.get('/', (_request, response) => response.redirect(panel ? '/admin' : '/api/docs'));
  app.use('/api/v1', cors(corsOptions(config.corsOrigins)));
  app.use(...jsonBody);
  app.use('/api/v1', mountEndpoints(publicEndpoints, rateLimits(base, redis)));
  if (localRoutes) app.use(localRoutes);
  app.use(notFound, errorDoor);
  return app;
}

/** The booking page of another origin may call; tokens travel in a header, never in a cookie. */
function corsOptions(origins: readonly string[]): cors.CorsOptions {
  return {
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PATCH'],
    allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-None-Match', 'X-Request-Id'],
    exposedHeaders: ['ETag', 'Location', 'Retry-After', 'X-Request-Id', 'Idempotent-Replayed'],
    maxAge: 600,
  };
}
