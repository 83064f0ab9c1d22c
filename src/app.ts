import cors from 'cors';
import express, { type Express, type RequestHandler, type Router } from 'express';
import { bookingPageRoutes } from './api/booking-page/routes.ts';
import { customerPageRoutes } from './api/customer-page/routes.ts';
import { mountEndpoints } from './api/endpoint.ts';
import { errorDoor, notFound } from './api/error-door.ts';
import { feedbackPageRoutes } from './api/feedback-page/routes.ts';
import { healthRoutes, metrics, type Readiness } from './api/health.ts';
import { jsonBody } from './api/middleware/json-body.ts';
import { rateLimits } from './api/middleware/rate-limits.ts';
import { type BaseContext, type Preparation, requestContext } from './api/middleware/request-context.ts';
import { requestLog } from './api/middleware/request-log.ts';
import { securityHeaders } from './api/middleware/security-headers.ts';
import { documentRoutes } from './api/openapi.ts';
import { payRoutes } from './api/pay/routes.ts';
import { unsubscribePageRoutes } from './api/unsubscribe-page/routes.ts';
import { publicEndpoints } from './api/v1/endpoints.ts';
import { onfleetWebhook } from './api/webhooks/onfleet.ts';
import { sesWebhook } from './api/webhooks/ses.ts';
import { stripeWebhook } from './api/webhooks/stripe.ts';
import { addStandingHeaders } from './http-server.ts';
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

/**
 * The Express assembly, its order fixed: headers → API (JSON) → health → panel → payment links → webhooks (raw body) →
 * error door. What is asked most comes first; each part reads the bodies that it understands.
 */
export function createApp(parts: AppParts): Express {
  const { base, redis, panel, localRoutes } = parts;
  const { config } = base;
  const app = express();
  const measured = metrics(config);
  const limits = rateLimits(base, redis);
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', config.trustedProxies);
  app.set('query parser', 'simple');
  // Express would answer any `If-None-Match: *` with 304; only the catalogue has an ETag, and it compares by itself.
  Object.defineProperty(app.request, 'fresh', { value: false });

  app.use(prepare(requestContext(base), requestLog(base, measured.observe), securityHeaders()));
  app.use('/api/v1', crossOrigin(config.corsOrigins), mountEndpoints(publicEndpoints, limits), notFound);
  app.use(healthRoutes(parts.readiness, parts.staleSchedules), measured.routes);
  if (panel) app.use('/admin', panel);
  app.use(payRoutes(limits), bookingPageRoutes(limits), stripeWebhook(), onfleetWebhook(), sesWebhook());
  app.use(feedbackPageRoutes(limits), unsubscribePageRoutes(limits), customerPageRoutes(limits));
  app.use(documentRoutes(publicEndpoints, config.publicUrl));
  app.get('/', (_request, response) => response.redirect(panel ? '/admin' : '/api/docs'));
  if (localRoutes) app.use(jsonBody, localRoutes);
  app.use(notFound, errorDoor);
  return app;
}

/** One layer of the router for all of them: a layer each takes longer than what they do (ADR 14). */
function prepare(...preparations: readonly Preparation[]): RequestHandler {
  return (request, response, next) => {
    for (const each of preparations) each(request, response);
    next();
  };
}

/** The booking page of another origin may call; tokens travel in a header, never in a cookie. */
function crossOrigin(origins: readonly string[]): RequestHandler {
  const answer = cors({
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PATCH'],
    allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-None-Match', 'X-Request-Id'],
    exposedHeaders: ['ETag', 'Location', 'Retry-After', 'X-Request-Id', 'Idempotent-Replayed'],
    maxAge: 600,
  });
  return (request, response, next) => {
    if (request.headers.origin !== undefined) return answer(request, response, next);
    // From no other origin: caches must still not mix it up with an answer that names one.
    addStandingHeaders(response, 'Vary', 'Origin');
    next();
  };
}
