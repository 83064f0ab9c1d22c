import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { build } from '../scripts/build.mjs';
import { quietPort } from '../test/support/quiet-port.ts';

const root = join(import.meta.dirname, '..');

export interface Child {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** The built application as a process of its own, ready to serve. */
export async function startApplication(
  environment: Readonly<Record<string, string>>,
  { flags = [], role = 'all' }: { readonly flags?: readonly string[]; readonly role?: 'all' | 'web' } = {},
): Promise<Child> {
  build();
  const port = String(await quietPort());
  const child = spawn(process.execPath, [...flags, 'scripts/run.mjs', 'main', '--role', role], {
    cwd: root,
    env: { ...inherited(), ...environment, PORT: port },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return ready(child, `http://127.0.0.1:${port}`, '/readyz');
}

/** A worker beside it. It serves nothing, so what it works says when it is ready. */
export function startWorker(environment: Readonly<Record<string, string>>, { url }: Child): Child {
  const child = spawn(process.execPath, ['scripts/run.mjs', 'main', '--role', 'worker'], {
    cwd: root,
    env: { ...inherited(), ...environment, PORT: new URL(url).port },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return { url, pid: child.pid ?? 0, stop: () => end(child) };
}

function inherited(): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** A floor or a stub, run from its source. */
export async function startScript(file: string, ...words: string[]): Promise<Child> {
  const port = String(await quietPort());
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, file), port, ...words],
    {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  return ready(child, `http://127.0.0.1:${port}`, '/');
}

async function ready(child: ChildProcess, url: string, path: string): Promise<Child> {
  const stop = () => end(child);
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(' ')} ended`);
    const isUp = await fetch(url + path).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isUp) return { url, pid: child.pid ?? 0, stop };
    await pause(100);
  }
  await stop();
  throw new Error(`${child.spawnargs.join(' ')} does not answer`);
}
