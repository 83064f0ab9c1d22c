import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below where systems begin to number outgoing connections; each worker of a run has a share of them. */
const LEAST = 15_000;
const SHARE = 1_800;
const SHARES = 8;

const given = new Set<number>();

/**
 * A free port that no outgoing connection takes while its process is down: the next one comes back on it. Neither does
 * another test, beside this one or in this process.
 */
export async function quietPort(): Promise<number> {
  const least = LEAST + (Number(process.env.VITEST_POOL_ID ?? 0) % SHARES) * SHARE;
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(least, least + SHARE);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error('there is no free port');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    await new Promise((done) => server.close(done));
  }
}
