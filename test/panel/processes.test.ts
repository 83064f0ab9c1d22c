import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { backends } from '../support/application.ts';
import { eventually } from '../support/bookings.ts';
import { Panel, signedIn } from '../support/panel.ts';
import { freshDatabase } from '../support/postgres.ts';
import { type AppProcess, startPanelProcess } from '../support/process.ts';
import { quietPort } from '../support/quiet-port.ts';

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (let stop = running.pop(); stop; stop = running.pop()) await stop();
});

async function database(): Promise<string> {
  const fresh = await freshDatabase();
  running.push(() => fresh.drop());
  return fresh.url;
}

async function start(environment: Record<string, string>): Promise<AppProcess> {
  const process = await startPanelProcess(environment);
  running.push(() => process.stop());
  return process;
}

/** A Redis of one's own, to be frozen. */
async function ownRedis(): Promise<{ url: string; server: ChildProcess }> {
  const port = await quietPort();
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', ''], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: tmpdir(),
  });
  running.push(async () => {
    server.kill('SIGKILL');
  });
  await new Promise<void>((ready) => {
    server.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('Ready to accept connections')) ready();
    });
  });
  return { url: `redis://127.0.0.1:${port}`, server };
}

describe.skipIf(!backends.includes('redis'))('two processes behind one address', () => {
  it('know each other’s sign-ins and sign-outs, and outlive a frozen Redis', async () => {
    const { url, server } = await ownRedis();
    const shared = { DATABASE_URL: await database(), REDIS_URL: url };
    const [one, other] = [await start(shared), await start(shared)];
    const here = await signedIn(one, 'staff');
    const there = new Panel(other);
    const asked = () => there.get('/admin/api/dashboard', { cookie: here.cookie });
    expect((await asked()).status).toBe(200);
    // The page and the bundle of either are those of the other.
    const bundle = '/admin/frontend/assets/components.bundle.js';
    const texts = await Promise.all([here, there].map(async (panel) => (await panel.get(bundle)).body.text));
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).toContain('AdminJS.UserComponents');

    const page = () => here.get('/admin/resources/bookings', { accept: 'text/html' });
    expect((await page()).status).toBe(200);
    server.kill('SIGSTOP');
    for (let tries = 0; tries < 3; tries += 1) {
      const began = performance.now();
      const { status, body } = await page();
      expect(performance.now() - began).toBeLessThan(4_000);
      expect(status).toBe(503);
      expect(body.text).toContain('Back to the panel');
    }
    server.kill('SIGCONT');
    await eventually(async () => expect((await page()).status).toBe(200));

    await here.post('/admin/logout', new URLSearchParams());
    expect((await asked()).status).toBe(401);
  }, 60_000);
});
