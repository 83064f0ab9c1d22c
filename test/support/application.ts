import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { inject } from 'vitest';
import { type Config, loadConfig } from '../../src/config.ts';
import { createLogger, type Logger } from '../../src/logger.ts';
import { forgetCapacity } from '../../src/resources/services/capacity-memory.ts';
import { forgetRateCard } from '../../src/resources/services/load-rate-card.ts';
import { type Application, startApplication } from '../../src/start.ts';
import { Api } from './api.ts';
import { TEST_NOW } from './context.ts';
import { freshDatabase } from './postgres.ts';
import { enlargeVans } from './vans.ts';

export type Backend = 'postgres' | 'redis';

/** The backends that this machine has: without Redis its tests are skipped, and the run has said so. */
export const backends: readonly Backend[] =
  inject('redisUrl') === null ? ['postgres'] : ['postgres', 'redis'];

/** For tests of what is booked and paid: tasks at Onfleet and mails are asked for, and wait. */
export const moneyAlone: Partial<Config> = { workerLanes: ['main'] };

export interface TestApplication extends Application {
  readonly api: Api;
  /** Base URL of the Stripe stand-in. */
  readonly stripe: string;
  /** The same of Onfleet's. */
  readonly onfleet: string;
  /** The same of the mail's. */
  readonly mail: string;
  /** The same of the file store's. */
  readonly s3: string;
  /** Sets business time by the route that a developer has. */
  moveClock(to: { now: string } | { advance: string }): Promise<void>;
}

/** The whole application in this process, on a port and a database of its own, at `TEST_NOW`, with room for every booking. */
export async function startTestApplication(
  overrides: Partial<Config> = {},
  backend: Backend = 'postgres',
  vans: 'large' | 'seeded' = 'large',
  log?: Logger,
): Promise<TestApplication> {
  const database = overrides.databaseUrl == null ? await freshDatabase() : null;
  const databaseUrl = database?.url ?? overrides.databaseUrl ?? '';
  const directory = mkdtempSync(join(tmpdir(), 'totetaxi-application-'));
  const config: Config = {
    ...loadConfig({
      APP_MODE: 'local',
      PORT: '0',
      LOG_LEVEL: process.env.TEST_LOG ?? 'silent',
      SEED: 'reference',
      PANEL: 'off',
    }),
    databaseUrl,
    dataDirectory: directory,
    redisUrl: backend === 'redis' ? await emptyRedis() : null,
    ...overrides,
  };
  const application = await startApplication(config, 'all', log ?? createLogger(config));
  const api = new Api(application.address ?? '');
  const moveClock = async (to: object): Promise<void> => {
    const answer = await api.send('POST', '/local/clock', to);
    if (answer.status !== 200) throw new Error(`the clock did not move: ${JSON.stringify(answer.body)}`);
  };
  await moveClock({ now: TEST_NOW });
  if (vans === 'large') {
    await enlargeVans(databaseUrl);
    forgetRateCard(application.ctx.db);
    forgetCapacity(application.ctx.db, null);
  }
  return {
    ...application,
    api,
    stripe: application.standIns.stripe ?? '',
    onfleet: application.standIns.onfleet ?? '',
    mail: application.standIns.mail ?? '',
    s3: application.standIns.s3 ?? '',
    moveClock,
    async stop() {
      await application.stop();
      await database?.drop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A Redis database that no other test process uses, emptied. */
export async function emptyRedis(): Promise<string> {
  const url = `${inject('redisUrl')}/${process.env.VITEST_POOL_ID ?? '1'}`;
  const client = createClient({ url });
  await client.connect();
  await client.flushDb();
  await client.close();
  return url;
}
