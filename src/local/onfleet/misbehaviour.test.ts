import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { onfleetBench, taskBody } from '../../../test/support/onfleet-stand-in.ts';
import { epochMilliseconds } from './ids.ts';

const bench = onfleetBench();
const { call, create, simulate, settled, triggers } = bench;

describe('webhooks', () => {
  it('are signed, and sent again until they are taken', async () => {
    bench.answers = [500, 503];
    const task = await create();
    await settled();
    expect(bench.received).toHaveLength(3);
    for (const each of bench.received) {
      expect(each).toMatchObject({
        isSigned: true,
        triggerId: 6,
        taskId: task.id,
        data: { task: { id: task.id } },
      });
    }
  });

  it('are registered for one trigger, by whoever repeats the check', async () => {
    const hook = { name: 'deletions', trigger: 8 };
    expect(await call('POST', '/webhooks', { ...hook, url: `${bench.hooksUrl}/deaf` })).toMatchObject({
      status: 400,
      body: { message: { error: 1008 } },
    });
    const { body: made } = await call('POST', '/webhooks', { ...hook, url: `${bench.hooksUrl}/mine` });
    expect(made).toMatchObject({ trigger: 8, isEnabled: true, count: 0 });
    expect((await call('GET', '/webhooks')).body).toEqual([made]);
    const task = await create();
    await call('DELETE', `/tasks/${task.id}`);
    await settled();
    const mine = bench.received.filter(({ path }) => path === '/mine');
    expect(mine).toMatchObject([{ triggerName: 'taskDeleted', isSigned: true }]);
    expect(await call('DELETE', `/webhooks/${made.id}`)).toMatchObject({ status: 200 });
    expect((await call('GET', '/webhooks')).body).toEqual([]);
  });

  it('wait for an application that is not there yet, over a restart', async () => {
    await bench.restart({ webhook: { url: () => null, secret: '00' } });
    const task = await create();
    await settled();
    expect(bench.received).toEqual([]);
    await bench.restart();
    await vi.waitFor(() => expect(triggers()).toEqual(['taskCreated']));
    expect(bench.received[0]?.taskId).toBe(task.id);
  });

  it('are doubled, dropped and delayed on demand', async () => {
    bench.standIn.faults.duplicate = 2;
    await create();
    await vi.waitFor(() => expect(bench.received).toHaveLength(3));
    Object.assign(bench.standIn.faults, { duplicate: 0, dropWebhooks: 1 });
    await create();
    await settled();
    expect(bench.received).toHaveLength(3);
    bench.standIn.faults.delayWebhookMs = 300;
    const before = performance.now();
    await create();
    await settled();
    expect(bench.received).toHaveLength(4);
    expect(performance.now() - before).toBeGreaterThan(290);
  });
});

describe('state', () => {
  it('survives a restart, on the same port', async () => {
    const { port } = bench.standIn;
    const task = await create();
    const workers = (await call('GET', '/workers')).body;
    await simulate(task, 'assign');
    const before = (await call('GET', `/tasks/${task.id}`)).body;
    await bench.restart();
    expect(bench.standIn.port).toBe(port);
    expect((await call('GET', `/tasks/${task.id}`)).body).toEqual(before);
    expect((await call('GET', '/workers')).body.map(({ id }: { id: string }) => id)).toEqual(
      workers.map(({ id }: { id: string }) => id),
    );
  });

  it('lives in the time it is told', async () => {
    const day = 86_400_000;
    await bench.restart({ now: () => epochMilliseconds() + 30 * day });
    onTestFinished(() => bench.restart());
    expect(await call('POST', '/tasks', taskBody())).toMatchObject({
      status: 400,
      body: { message: { cause: 'completeBefore must be in the future' } },
    });
    const task = await create({ completeAfter: null, completeBefore: epochMilliseconds() + 31 * day });
    expect(task.timeCreated).toBeGreaterThan(epochMilliseconds() + 29 * day);
  });
});

describe('the limit', () => {
  it('is 20 requests in a second', async () => {
    await bench.restart({ rateLimit: true });
    onTestFinished(() => bench.restart());
    const answers = await Promise.all(Array.from({ length: 25 }, () => call('GET', '/auth/test')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(5);
    expect(refused[0]?.body).toMatchObject({ code: 'TooManyRequests', message: { error: 2300 } });
    expect(refused[0]?.headers.get('x-ratelimit-limit')).toBe('20');
    expect(refused[0]?.headers.get('x-ratelimit-remaining')).toBe('0');
    await vi.waitFor(
      async () => expect(await call('GET', '/auth/test')).toMatchObject({ status: 200 }),
      5_000,
    );
  });
});

describe('faults', () => {
  const url = (path: string): string => `${bench.standIn.baseUrl}${path}`;

  it('are set over HTTP, strike what matches, and count down', async () => {
    const set = { match: 'GET /api/v2/workers', error500: 1, error429: 1, unknown: 1 };
    await fetch(url('/_faults'), { method: 'POST', body: JSON.stringify(set) });
    expect(await call('GET', '/auth/test')).toMatchObject({ status: 200 });
    expect(await call('GET', '/workers')).toMatchObject({ status: 429 });
    expect(await call('GET', '/workers')).toMatchObject({ status: 500 });
    expect(await call('GET', '/workers')).toMatchObject({ status: 200 });
    await fetch(url('/_faults'), { method: 'DELETE' });
    expect(bench.standIn.faults.match).toBe('');
  });

  it('do the work and never answer', async () => {
    const metadata = [{ name: 'order', type: 'string', value: 'lost' }];
    bench.standIn.faults.timeoutAfterWork = 1;
    const lost = fetch(url('/api/v2/tasks'), {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('local-onfleet-key:')}` },
      body: JSON.stringify(taskBody({ metadata })),
      signal: AbortSignal.timeout(300),
    });
    await expect(lost).rejects.toMatchObject({ name: 'TimeoutError' });
    expect((await call('POST', '/tasks/metadata', metadata)).body).toHaveLength(1);
    const log = (await (await fetch(url('/_requests'))).json()) as object[];
    expect(log.at(-2)).toMatchObject({ method: 'POST', path: '/api/v2/tasks', status: 0 });
  });

  it('drop connections before the work', async () => {
    bench.standIn.faults.dropConnection = 1;
    const metadata = [{ name: 'order', type: 'string', value: 'dropped' }];
    await expect(create({ metadata })).rejects.toThrow('fetch failed');
    expect((await call('POST', '/tasks/metadata', metadata)).body).toEqual([]);
  });
});

describe('what people see', () => {
  it('is a page with the tasks, escaped, whose buttons lead back to it', async () => {
    const { destination } = await create();
    const address = { ...destination.address, street: '<b>Broadway</b>' };
    const task = await create({ destination: { ...destination, address } });
    const seen = async () => (await fetch(bench.standIn.baseUrl)).text();
    expect(await seen()).toContain(task.shortId);
    expect(await seen()).not.toContain('<b>Broadway');
    const action = `/simulate/tasks/${encodeURIComponent(task.id)}/assign`;
    expect(await seen()).toContain(action);
    const pressed = await fetch(`${bench.standIn.baseUrl}${action}`, {
      method: 'POST',
      headers: { accept: 'text/html' },
      body: new URLSearchParams(),
      redirect: 'manual',
    });
    expect(pressed).toMatchObject({ status: 303 });
    expect(pressed.headers.get('location')).toBe('/');
    expect(await seen()).toContain(action.replace(/assign$/, 'start'));
  });

  it('names its directory to whoever shares it', async () => {
    const answer = await fetch(`${bench.standIn.baseUrl}/_requests`);
    expect(answer.headers.get('stand-in')).toBe(bench.directory);
    const calls = (await answer.json()) as object[];
    expect(calls.at(-1)).toEqual({
      method: expect.any(String),
      path: expect.stringMatching(/^\/api\/v2\//),
      status: expect.any(Number),
      at: expect.any(Number),
    });
  });
});
