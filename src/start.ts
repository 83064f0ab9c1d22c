import { seedDemo } from '../seeders/demo/index.ts';
import { seedReference } from '../seeders/reference/index.ts';
import { PanelLive } from './admin/live.ts';
import { LiveHub } from './api/live/hub.ts';
import { type MovableClock, movableClock, type ServiceDay, systemClock } from './clock.ts';
import { type Config, ConfigurationError, type Role } from './config.ts';
import type { Context } from './context.ts';
import { type Listener, listen, openDatabase } from './database.ts';
import { handlers } from './jobs/handlers/index.ts';
import { openQueues, type Queues } from './jobs/queue.ts';
import { type Relay, startRelay } from './jobs/relay-outbox.ts';
import { startTicker, type Ticker } from './jobs/ticker.ts';
import { startWorker } from './jobs/worker.ts';
import { localRoutes } from './local/routes.ts';
import { startLocal } from './local/start-local.ts';
import type { Logger } from './logger.ts';
import { migrateUp, refuseOldSchema } from './migrations.ts';
import { initModels } from './resources/models.ts';
import { keepTemplates } from './resources/notifications/keep-templates.ts';
import { followClock } from './resources/plumbing/shift-clock.ts';
import { forgetCapacity } from './resources/services/capacity-memory.ts';
import { forgetRateCard } from './resources/services/load-rate-card.ts';
import { startWeb } from './start-web.ts';

export interface Application {
  /** Where the web part listens; `null` for a worker alone. */
  readonly address: string | null;
  readonly standIns: Readonly<Record<string, string | null>>;
  readonly ctx: Context;
  /** Drains requests and jobs, then closes what they stood on, the database last. */
  stop(): Promise<void>;
}

/** Starts the parts of a role on a complete configuration, local mode filling in what is missing. */
export async function startApplication(given: Config, role: Role, log: Logger): Promise<Application> {
  const closing: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (let close = closing.pop(); close; close = closing.pop()) {
      await close().catch((error: unknown) => log.error({ err: error }, 'not closed cleanly'));
    }
  };
  try {
    const started = await startParts(given, role, log, closing);
    return { ...started, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Each part that starts puts its closing on the pile; they are taken off in the opposite order. */
async function startParts(
  given: Config,
  role: Role,
  log: Logger,
  closing: (() => Promise<void>)[],
): Promise<Omit<Application, 'stop'>> {
  // A worker alone has no web part, but its stand-ins call that of another process.
  let address: string | null = role === 'worker' ? `http://127.0.0.1:${given.port}` : null;
  const movable = given.mode === 'local' ? movableClock() : null;
  const local = movable ? await startLocal(given, log, movable, () => address) : null;
  if (local) closing.push(() => local.stopPostgres());
  const config = local?.config ?? given;
  const { databaseUrl } = config;
  if (databaseUrl === null) throw new ConfigurationError(['DATABASE_URL is missing']);
  if (local) await migrateUp(databaseUrl);
  await refuseOldSchema(databaseUrl);

  const db = openDatabase(databaseUrl, config, log);
  initModels(db);
  closing.push(() => db.close());
  const base = { clock: movable ?? systemClock, config, db, log };
  const ctx: Context = { ...base, actor: { type: 'system', name: 'start' }, requestId: 'start' };
  if (movable) await followClock(ctx, movable);
  await keepTemplates(ctx);
  await seed(ctx);

  const queues = await openQueues({ databaseUrl, redisUrl: config.redisUrl }, log);
  closing.push(() => queues.close());
  if (local) closing.push(() => local.stopStandIns());
  const work = role === 'web' ? null : await startWork(ctx, queues, closing);
  const live = role === 'worker' ? null : new LiveHub({ ...ctx, actor: { type: 'system', name: 'live' } });
  const panelLive = role === 'worker' || !config.panel ? null : new PanelLive(ctx);
  const listener = await listenToDatabase(ctx, databaseUrl, { movable, work, live, panelLive });
  closing.push(() => listener.close());
  if (live) {
    const clockMoved = async () => work?.ticker.tickNow();
    const routes =
      local && movable ? localRoutes({ ctx, clock: movable, standIns: local.standIns, clockMoved }) : null;
    address = await startWeb({ ctx, queues, live, panelLive, localRoutes: routes }, closing);
    local?.webIsUp();
  }
  return { address: role === 'worker' ? null : address, standIns: local?.standIns ?? {}, ctx };
}

async function seed(ctx: Context): Promise<void> {
  if (ctx.config.seed === 'none') return;
  await seedReference(ctx);
  if (ctx.config.seed === 'demo') await seedDemo(ctx);
}

interface Work {
  readonly relay: Relay;
  readonly ticker: Ticker;
}

async function startWork(ctx: Context, queues: Queues, closing: (() => Promise<void>)[]): Promise<Work> {
  const worker = await startWorker({
    queues,
    lanes: ctx.config.workerLanes,
    handlers,
    log: ctx.log,
    ctxFor: (name, requestId) => ({
      ...ctx,
      actor: { type: 'system', name },
      requestId,
      log: ctx.log.child({ job: name, requestId }),
    }),
  });
  closing.push(() => worker.close());
  const relay = startRelay({ ctx, queues });
  closing.push(() => relay.stop());
  const ticker = startTicker({ ...ctx, actor: { type: 'system', name: 'schedule' } });
  closing.push(() => ticker.stop());
  return { relay, ticker };
}

/** Hears what other processes did; after a gap everything is looked at again. */
async function listenToDatabase(
  ctx: Context,
  databaseUrl: string,
  {
    movable,
    work,
    live,
    panelLive,
  }: {
    readonly movable: MovableClock | null;
    readonly work: Work | null;
    readonly live: LiveHub | null;
    readonly panelLive: PanelLive | null;
  },
): Promise<Listener> {
  const clockMoved = async (): Promise<void> => {
    if (movable) await followClock(ctx, movable);
    await work?.ticker.tickNow();
  };
  return listen(
    databaseUrl,
    {
      rate_card: () => forgetRateCard(ctx.db),
      capacity: (day) => forgetCapacity(ctx.db, day === null || day === '' ? null : (day as ServiceDay)),
      ...(work && { outbox: () => work.relay.kick() }),
      ...(live && {
        live: (bookingId) => {
          live.hear(bookingId);
          panelLive?.hear();
        },
      }),
      ...(movable && {
        clock: () => {
          clockMoved().catch((error: unknown) => ctx.log.warn({ err: error }, 'clock not followed'));
        },
      }),
    },
    ctx.log,
  );
}
