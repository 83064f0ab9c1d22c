import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Role } from '../../../src/config.ts';
import { Api } from '../../support/api.ts';
import { eventually } from '../../support/bookings.ts';
import { TEST_NOW } from '../../support/context.ts';
import { freshDatabase } from '../../support/postgres.ts';
import { quietPort } from '../../support/quiet-port.ts';
import { enlargeVans } from '../../support/vans.ts';
import { type Chance, chanceOf } from './chance.ts';
import { type OwnPostgres, ownPostgres } from './own-postgres.ts';
import { launchRole, type RoleProcess } from './role-process.ts';

/** Where a scenario plays: a database, a data directory and a port, on which processes come and go. */
export interface Scene {
  readonly chance: Chance;
  readonly api: Api;
  /** Base URL of the Stripe stand-in, whichever process runs it now. */
  readonly stripe: string;
  readonly databaseUrl: string;
  /** The scene's own PostgreSQL; `null` on the server of the run. */
  readonly postgres: OwnPostgres | null;
  /** Starts a process; it is killed when the scenario ends, if not before. */
  launch(role: Role, environment?: Record<string, string>): RoleProcess;
  /** The same, and waits until it runs; with a web part until it is ready. */
  start(role: Role, environment?: Record<string, string>): Promise<RoleProcess>;
  /** Moves business time; asked again until there is a process to hear it. */
  moveClock(to: { now: string } | { advance: string }): Promise<void>;
}

interface SceneOptions {
  /** The embedded PostgreSQL of the data directory, in place of a database on the server of the run. */
  readonly ownDatabase?: boolean;
  readonly environment?: Record<string, string>;
}

const PATIENCE_MS = 60_000;

/** Sets the scene of the running scenario. Everything in it goes when the scenario has ended. */
export async function setScene(options: SceneOptions = {}): Promise<Scene> {
  const directory = mkdtempSync(join(tmpdir(), 'totetaxi-chaos-'));
  // PostgreSQL does not run as root; its user must be able to walk down to its files.
  chmodSync(directory, 0o755);
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const database = options.ownDatabase ? null : await freshDatabase();
  if (database) onTestFinished(() => database.drop());
  const postgres = options.ownDatabase ? ownPostgres(directory, await quietPort()) : null;
  if (postgres) onTestFinished(() => postgres.stop());
  const port = await quietPort();
  const stripePort = join(directory, 'stripe', 'port');
  mkdirSync(join(directory, 'stripe'));
  writeFileSync(stripePort, String(await quietPort()));
  const api = new Api(`http://127.0.0.1:${port}`);

  let seed = 'reference';
  const launch: Scene['launch'] = (role, environment = {}) => {
    const started = launchRole(role, {
      DATA_DIR: directory,
      PORT: String(port),
      SEED: seed,
      ...(database && { DATABASE_URL: database.url }),
      ...options.environment,
      ...environment,
    });
    // Once is enough, and the next ones are up the sooner.
    seed = 'none';
    onTestFinished(() => started.kill('SIGKILL'));
    return started;
  };
  return {
    chance: chanceOf(expect.getState().currentTestName ?? ''),
    api,
    get stripe() {
      return `http://127.0.0.1:${existsSync(stripePort) ? readFileSync(stripePort, 'utf8') : 0}`;
    },
    get databaseUrl() {
      return database?.url ?? postgres?.url() ?? '';
    },
    postgres,
    launch,
    async start(role, environment) {
      const isFirst = seed === 'reference';
      const process = launch(role, environment);
      await process.started;
      if (role !== 'worker') await untilReady(api);
      if (isFirst) await enlargeVans(database?.url ?? postgres?.url() ?? '');
      return process;
    },
    async moveClock(to) {
      await eventually(async () => {
        const { status } = await api.post('/local/clock', to);
        if (status !== 200) throw new Error(`the clock did not move: ${status}`);
      }, PATIENCE_MS);
    },
  };
}

/** A web process and a worker on one scene, at the time at which scenarios begin. The web process runs the stand-in. */
export async function startBoth(
  scene: Scene,
  environment: Record<string, string> = {},
): Promise<{ web: RoleProcess; worker: RoleProcess }> {
  const web = await scene.start('web', environment);
  await scene.moveClock({ now: TEST_NOW });
  return { web, worker: await scene.start('worker', environment) };
}

/** One process that is both, at that time. */
export async function startAlone(
  scene: Scene,
  environment: Record<string, string> = {},
): Promise<RoleProcess> {
  const process = await scene.start('all', environment);
  await scene.moveClock({ now: TEST_NOW });
  return process;
}

export async function untilReady(api: Api): Promise<void> {
  await eventually(async () => {
    const { status, body } = await api.get('/readyz');
    if (status !== 200) throw new Error(`not ready: ${JSON.stringify(body)}`);
  }, PATIENCE_MS);
}
