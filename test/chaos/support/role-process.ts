import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { build } from '../../../scripts/build.mjs';
import type { Role } from '../../../src/config.ts';

const root = join(import.meta.dirname, '../../..');
const PATIENCE_MS = 90_000;
const OUTPUT_KEPT = 6_000;

/** The built application as a process of one role, in local mode. */
export interface RoleProcess {
  readonly pid: number;
  /** Its signal or exit code, once it has ended. */
  readonly exited: Promise<NodeJS.Signals | number | null>;
  /** Resolves when it has said that it runs; rejects with what it printed when it ends before. */
  readonly started: Promise<void>;
  isAlive(): boolean;
  /** The end of what it printed. */
  output(): string;
  /** Sends a signal and waits for the end. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

let isBuilt = false;

export function launchRole(role: Role, environment: Record<string, string>): RoleProcess {
  if (!isBuilt) build();
  isBuilt = true;
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['scripts/run.mjs', 'main', '--role', role], {
    cwd: root,
    env: {
      PATH,
      HOME,
      APP_MODE: 'local',
      LOG_LEVEL: 'warn',
      PANEL: 'off',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let running = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-OUTPUT_KEPT);
      running ||= output.includes('ToteTaxi is running');
    });
  }
  const isAlive = (): boolean => child.exitCode === null && child.signalCode === null;
  const exited = ended(child);
  const started = (async () => {
    for (const until = performance.now() + PATIENCE_MS; !running; await pause(20)) {
      if (!isAlive()) throw new Error(`the ${role} process ended before it ran: ${output}`);
      if (performance.now() > until) throw new Error(`the ${role} process does not start: ${output}`);
    }
  })();
  // Whoever waits for the end only is not interested.
  started.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    exited,
    started,
    isAlive,
    output: () => output,
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      await exited;
    },
  };
}

async function ended(child: ChildProcess): Promise<NodeJS.Signals | number | null> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return signal ?? code;
}
