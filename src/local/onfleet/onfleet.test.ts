import { describe, expect, it } from 'vitest';
import { onfleetBench, taskBody } from '../../../test/support/onfleet-stand-in.ts';
import { epochMilliseconds } from './ids.ts';

const bench = onfleetBench();
const { call, create, simulate, settled, triggers } = bench;

async function firstWorkers() {
  const { body } = await call('GET', '/workers');
  return body;
}

describe('the key', () => {
  it('is taken with and without a colon, and no other is', async () => {
    for (const key of ['local-onfleet-key', 'local-onfleet-key:']) {
      expect(await call('GET', '/auth/test', undefined, key)).toMatchObject({ status: 200 });
    }
    expect(await call('GET', '/auth/test', undefined, 'another:')).toMatchObject({
      status: 401,
      body: { code: 'InvalidCredentials', message: { error: 1102, request: expect.any(String) } },
    });
  });
});

describe('tasks', () => {
  it('are created unassigned, and read', async () => {
    const task = await create({ notes: 'Ring twice', pickupTask: true, serviceTime: 10, quantity: 4 });
    expect(task).toMatchObject({
      id: expect.stringMatching(/^[A-Za-z0-9*~]{24}$/),
      state: 0,
      worker: null,
      container: { type: 'ORGANIZATION' },
      notes: 'Ring twice',
      pickupTask: true,
      destination: { address: { number: '350', apartment: '' }, location: [-73.9857, 40.7484] },
      recipients: [{ name: 'Ada Moss', skipSMSNotifications: false }],
      completionDetails: { photoUploadId: null, time: null, events: [] },
    });
    expect((await call('GET', `/tasks/${task.id}`)).body).toEqual(task);
    expect(await call('GET', '/tasks/unknown')).toMatchObject({
      status: 404,
      body: { code: 'ResourceNotFound' },
    });
  });

  it.each([
    ['no recipients', { recipients: undefined }, 'recipients'],
    ['no address', { destination: {} }, 'destination.address'],
    ['notes that are too long', { notes: 'x'.repeat(10_001) }, 'notes'],
    [
      'a window in the past',
      { completeBefore: 1_000, completeAfter: 0 },
      'completeBefore must be in the future',
    ],
    ['a window that ends first', { completeAfter: epochMilliseconds() + 1e9 }, 'before completeBefore'],
    ['an unknown worker', { container: { type: 'WORKER', worker: 'nobody' } }, 'container.worker'],
    ['an unknown dependency', { dependencies: ['nothing'] }, 'dependencies'],
  ])('are refused with %s', async (_, more, cause) => {
    expect(await call('POST', '/tasks', taskBody(more))).toMatchObject({
      status: 400,
      body: { code: 'InvalidArgument', message: { cause: expect.stringContaining(cause) } },
    });
  });

  it('are found by all of the metadata asked for', async () => {
    const booking = { name: 'booking_id', type: 'string', value: 'b-1' };
    const leg = { name: 'leg', type: 'number', value: 2 };
    const both = await create({ metadata: [booking, leg] });
    const one = await create({ metadata: [booking] });
    const idsFor = async (wanted: object[]) =>
      (await call('POST', '/tasks/metadata', wanted)).body.map(({ id }: { id: string }) => id);
    expect((await idsFor([booking])).toSorted()).toEqual([both.id, one.id].toSorted());
    expect(await idsFor([booking, leg])).toEqual([both.id]);
    expect(await idsFor([{ ...booking, value: 'b-2' }])).toEqual([]);
    expect(await idsFor([])).toEqual([]);
  });

  it('are listed in pages of 64', async () => {
    const from = epochMilliseconds();
    for (let count = 0; count < 65; count += 1) await create();
    const first = (await call('GET', `/tasks/all?from=${from}`)).body;
    expect(first.tasks).toHaveLength(64);
    const second = (await call('GET', `/tasks/all?from=${from}&lastId=${encodeURIComponent(first.lastId)}`))
      .body;
    expect(second.tasks).toHaveLength(1);
    expect(second).not.toHaveProperty('lastId');
    expect(await call('GET', '/tasks/all')).toMatchObject({ status: 400 });
  });

  it('are changed as far as their state allows', async () => {
    const task = await create();
    const change = (body: object) => call('PUT', `/tasks/${task.id}`, body);
    expect((await change({ notes: 'Call first', quantity: 2 })).body).toMatchObject({
      notes: 'Call first',
      quantity: 2,
      completeBefore: task.completeBefore,
    });
    expect(await change({ destination: task.destination })).toMatchObject({ status: 400 });
    await simulate(task, 'assign');
    await simulate(task, 'start');
    expect(await change({ quantity: 3 })).toMatchObject({ status: 400 });
    expect(await change({ container: { type: 'ORGANIZATION' } })).toMatchObject({ status: 400 });
    expect(await change({ notes: 'Under way' })).toMatchObject({ status: 200, body: { state: 2 } });
    await simulate(task, 'complete');
    expect(await change({ completeBefore: null })).toMatchObject({ status: 400 });
    expect(await change({ notes: '' })).toMatchObject({ status: 200, body: { state: 3, notes: '' } });
  });

  it('meet recipients who outlive them, and whose change is seen in each', async () => {
    const task = await create();
    const id = task.recipients[0]?.id ?? '';
    const change = (body: object) => call('PUT', `/recipients/${id}`, body);
    expect(await change({ phone: '+10005550100' })).toMatchObject({ status: 400 });
    const given = { name: 'Nobody', phone: '+10005550100', notes: '' };
    expect(await change({ ...given, skipPhoneNumberValidation: true })).toMatchObject({
      status: 200,
      body: { id, ...given },
    });
    expect((await call('GET', `/tasks/${task.id}`)).body.recipients).toMatchObject([{ id, ...given }]);
    await call('DELETE', `/tasks/${task.id}`);
    expect((await call('GET', `/recipients/${id}`)).body).toMatchObject(given);
    expect(await call('PUT', '/recipients/nobody', given)).toMatchObject({ status: 404 });
  });

  it('are deleted until they are active', async () => {
    const [worker] = await firstWorkers();
    const task = await create({ container: { type: 'WORKER', worker: worker.id } });
    expect(await call('DELETE', `/tasks/${task.id}`)).toMatchObject({ status: 200, body: null });
    expect(await call('GET', `/tasks/${task.id}`)).toMatchObject({ status: 404 });
    expect((await call('GET', `/workers/${worker.id}`)).body.tasks).not.toContain(task.id);

    const active = await create();
    await simulate(active, 'assign');
    await simulate(active, 'start');
    expect(await call('DELETE', `/tasks/${active.id}`)).toMatchObject({ status: 400 });
    await simulate(active, 'complete');
    expect(await call('DELETE', `/tasks/${active.id}`)).toMatchObject({ status: 400 });
  });
});

describe('workers', () => {
  it('are four in a new stand-in, on duty in Manhattan', async () => {
    const workers = await firstWorkers();
    expect(workers).toHaveLength(4);
    for (const worker of workers) {
      expect(worker).toMatchObject({
        onDuty: true,
        teams: [],
        phone: expect.stringMatching(/^\+121255501\d\d$/),
      });
      expect(worker.location[1]).toBeGreaterThan(40.7);
    }
  });

  it('are made, changed and deleted; their tasks are nobody’s then', async () => {
    const { body: worker } = await call('POST', '/workers', {
      name: 'New',
      phone: '+12125550150',
      teams: [],
    });
    expect(await call('POST', '/workers', { name: 'Twin', phone: '+12125550150', teams: [] })).toMatchObject({
      status: 400,
    });
    expect((await call('PUT', `/workers/${worker.id}`, { name: 'Newer' })).body).toMatchObject({
      name: 'Newer',
    });
    const task = await create({ container: { type: 'WORKER', worker: worker.id } });
    await call('DELETE', `/workers/${worker.id}`);
    expect((await call('GET', `/tasks/${task.id}`)).body).toMatchObject({ state: 0, worker: null });
  });

  it('are given tasks by either side', async () => {
    const [one, other] = await firstWorkers();
    const task = await create();
    const container = (body: object) => call('PUT', `/tasks/${task.id}`, { container: body });
    expect((await container({ type: 'WORKER', worker: one.id })).body).toMatchObject({
      state: 1,
      worker: one.id,
    });
    const list = await call('PUT', `/containers/workers/${other.id}`, { tasks: [-1, task.id] });
    expect(list.body.tasks).toContain(task.id);
    expect((await call('GET', `/workers/${one.id}`)).body.tasks).not.toContain(task.id);
    expect((await container({ type: 'ORGANIZATION' })).body).toMatchObject({ state: 0, worker: null });
    await settled();
    expect(triggers().toSorted()).toEqual(['taskAssigned', 'taskAssigned', 'taskCreated', 'taskUnassigned']);
  });
});
