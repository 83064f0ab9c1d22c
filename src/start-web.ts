import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Router } from 'express';
import type { Sequelize } from 'sequelize';
import type { PanelLive } from './admin/live.ts';
import type { LiveHub } from './api/live/hub.ts';
import { acceptLive } from './api/live/upgrade.ts';
import { createApp } from './app.ts';
import type { Context } from './context.ts';
import { createHttpServer } from './http-server.ts';
import { staleSchedules } from './jobs/heartbeat.ts';
import type { Queues } from './jobs/queue.ts';
import { schedules } from './jobs/schedules.ts';
import { connectRedis } from './redis.ts';
import { flushQuoteCounts } from './resources/crm/count-quotes.ts';
import { currentRateCard } from './resources/services/load-rate-card.ts';

const DRAIN_MS = 10_000;

interface WebParts {
  readonly ctx: Context;
  readonly queues: Queues;
  readonly live: LiveHub;
  /** `null` where no panel is served. */
  readonly panelLive: PanelLive | null;
  /** `null` outside local mode. */
  readonly localRoutes: Router | null;
}

/** The door for HTTP and WebSocket, once it listens; gives its address. */
export async function startWeb(parts: WebParts, closing: (() => Promise<void>)[]): Promise<string> {
  const { ctx, queues, live, panelLive, localRoutes } = parts;
  const { config, log } = ctx;
  const redis = config.redisUrl === null ? null : await connectRedis(config.redisUrl, log);
  if (redis) closing.push(async () => redis.destroy());
  const panel = panelLive ? await startPanel(ctx, panelLive, closing) : null;
  let draining = false;
  const app = createApp({
    base: ctx,
    redis,
    readiness: {
      process: async () => {
        if (draining) throw new Error('stopping');
      },
      database: () => ping(ctx.db),
      queue: () => queues.ping(),
      rateCard: async () => {
        await currentRateCard(ctx);
      },
    },
    staleSchedules: () => staleSchedules(ctx, schedules),
    panel,
    localRoutes,
  });
  closing.push(() => flushQuoteCounts(ctx));
  const server = createHttpServer(app);
  acceptLive(server, ctx, live);
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(config.port, config.host, done);
  });
  server.requestTimeout = 60_000;
  closing.push(async () => {
    draining = true;
    live.close();
    panelLive?.close();
    await drain(server);
  });
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

/** Loaded only where it is served: it is by far the largest part. Its sessions have a connection that does not wait. */
async function startPanel(ctx: Context, live: PanelLive, closing: (() => Promise<void>)[]): Promise<Router> {
  const { redisUrl } = ctx.config;
  const [{ openPanel }, redis] = await Promise.all([
    import('./admin/panel.ts'),
    redisUrl === null ? null : connectRedis(redisUrl, ctx.log, { forRequests: true }),
  ]);
  if (redis) closing.push(async () => redis.destroy());
  const panel = openPanel(ctx, redis, live);
  closing.push(() => panel.close());
  return panel.router;
}

async function ping(db: Sequelize): Promise<void> {
  await db.query('select 1');
}

/** Takes no new connection, lets running requests end, and cuts what does not. */
async function drain(server: Server): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await new Promise<void>((done) => {
    server.close(() => done());
    server.closeIdleConnections();
  });
  clearTimeout(timer);
}
