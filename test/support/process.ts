import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../../scripts/build.mjs';
import type { Role } from '../../src/config.ts';
import { Api } from './api.ts';
import { eventually } from './bookings.ts';
import { quietPort } from './quiet-port.ts';

const root = join(import.meta.dirname, '../..');

export interface AppProcess {
  readonly api: Api;
  readonly stripe: string;
  readonly onfleet: string;
  readonly mail: string;
  readonly pid: number;
  readonly exited: Promise<NodeJS.Signals | number | null>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** The built application as a process of its own, in local mode, ready to serve. */
export async function startProcess(
  environment: Record<string, string>,
  role: Role = 'all',
): Promise<AppProcess> {
  build();
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['scripts/run.mjs', 'main', '--role', role], {
    cwd: root,
    env: {
      PATH,
      HOME,
      APP_MODE: 'local',
      LOG_LEVEL: 'warn',
      SEED: 'reference',
      PANEL: 'off',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4_000);
    });
  }
  const exited = ended(child);
  const api = new Api(`http://127.0.0.1:${environment.PORT}`);
  const standIns = await eventually(async () => {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the process ended: ${output}`);
    const { status } = await api.get('/readyz');
    if (status !== 200) throw new Error(`not ready: ${output}`);
    return (await api.get('/local')).body;
  }, 30_000).catch((error: unknown) => {
    // Whoever asked for it does not get it, and could not stop it.
    child.kill('SIGKILL');
    throw error;
  });
  return {
    api,
    stripe: String(standIns.stripe),
    onfleet: String(standIns.onfleet),
    mail: String(standIns.mail),
    pid: child.pid ?? 0,
    exited,
    async kill(signal) {
      child.kill(signal);
      await exited;
    },
  };
}

async function ended(child: ChildProcess): Promise<NodeJS.Signals | number | null> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return signal ?? code;
}

/** Such a process with the panel, on a port and a data directory of its own, which go with it. */
export async function startPanelProcess(
  environment: Record<string, string>,
  role: Role = 'all',
): Promise<AppProcess & { stop(): Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'totetaxi-panel-'));
  const port = String(await quietPort());
  const process = await startProcess({ DATA_DIR: directory, PORT: port, PANEL: 'on', ...environment }, role);
  return {
    ...process,
    async stop() {
      await process.kill('SIGTERM');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
