import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { quietPort } from '../../support/quiet-port.ts';

/** A Redis of the scenario's own, whose data survive `kill -9`. */
export interface OwnRedis {
  readonly url: string;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Starts it again on its port and data. */
  start(): Promise<void>;
  /** Stops it without ending it: connections stay and nobody answers. */
  freeze(): void;
  thaw(): void;
}

export async function ownRedis(): Promise<OwnRedis> {
  const directory = mkdtempSync(join(tmpdir(), 'totetaxi-redis-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const port = await quietPort();
  let server = await run(directory, port);
  const kill = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  };
  onTestFinished(kill);
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    async start() {
      server = await run(directory, port);
    },
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
  };
}

async function run(directory: string, port: number): Promise<ChildProcess> {
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: directory,
    save: '',
    appendonly: 'yes',
    'maxmemory-policy': 'noeviction',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const server = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((ready, failed) => {
    server.on('exit', () => failed(new Error('redis-server ended')));
    server.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('Ready to accept connections')) ready();
    });
  });
  return server;
}
