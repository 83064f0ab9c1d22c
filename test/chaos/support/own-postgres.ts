import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive } from '../../../src/local/one-at-a-time.ts';

/** The embedded PostgreSQL of one data directory, to be killed: the application starts it, and starts it again. */
export interface OwnPostgres {
  url(): string;
  /** The server's first process, or `null` while there is none. */
  pid(): number | null;
  /** Ends what the killed application has left running. */
  stop(): Promise<void>;
}

export function ownPostgres(dataDirectory: string, port: number): OwnPostgres {
  const home = join(dataDirectory, 'postgres');
  mkdirSync(home);
  writeFileSync(join(home, 'port'), String(port));
  const pid = (): number | null => {
    const file = join(home, 'data', 'postmaster.pid');
    const named = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0;
    return isAlive(named) ? named : null;
  };
  return {
    pid,
    url() {
      const password = readFileSync(join(home, 'password'), 'utf8');
      return `postgres://postgres:${password}@127.0.0.1:${port}/totetaxi`;
    },
    async stop() {
      for (let left = pid(); left !== null; left = pid()) {
        process.kill(left, 'SIGQUIT');
        await pause(100);
      }
    },
  };
}
