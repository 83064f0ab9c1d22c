import { describe, expect, it } from 'vitest';
import { onfleetBench } from '../../../test/support/onfleet-stand-in.ts';

const bench = onfleetBench();
const { call, create, simulate, settled, triggers } = bench;

async function firstWorkers() {
  const { body } = await call('GET', '/workers');
  return body;
}

describe('the simulation', () => {
  it('drives a task to its end, with webhooks on the way', async () => {
    const task = await create();
    const assigned = (await simulate(task, 'assign')).body;
    const [first] = await firstWorkers();
    expect(assigned).toMatchObject({ state: 1, worker: first.id });
    const position = { lat: 40.75, lng: -73.99 };
    expect((await simulate(task, 'start', { position, etaSeconds: 600 })).body).toMatchObject({ state: 2 });
    expect((await call('GET', `/workers/${first.id}`)).body).toMatchObject({
      activeTask: task.id,
      location: [-73.99, 40.75],
    });
    await simulate(task, 'move', { position: { lat: 40.749, lng: -73.98 }, etaSeconds: 120 });
    await simulate(task, 'arrive');
    const { body: done } = await simulate(task, 'complete', { photo: true, notes: 'With the doorman' });
    expect(done).toMatchObject({
      state: 3,
      completionDetails: { success: true, notes: 'With the doorman', signatureUploadId: null },
    });
    expect(done.completionDetails.events.map(({ name }) => name)).toEqual(['start', 'arrival', 'completion']);
    const photo = await fetch(
      `${bench.standIn.baseUrl}/uploads/${done.completionDetails.photoUploadId}/800x.png`,
    );
    expect(photo.headers.get('content-type')).toBe('image/png');
    expect((await call('GET', `/workers/${first.id}`)).body.activeTask).toBeNull();
    await settled();
    expect(triggers().toSorted()).toEqual(
      [
        'taskCreated',
        'taskAssigned',
        'taskStarted',
        'taskEta',
        'taskEta',
        'taskArrival',
        'taskCompleted',
      ].toSorted(),
    );
    const came = (name: string) => bench.received.find(({ triggerName }) => triggerName === name);
    expect(came('taskEta')).toMatchObject({ triggerId: 1, etaSeconds: 600, workerId: first.id });
    expect(came('taskArrival')).toMatchObject({ triggerId: 2, distance: expect.any(Number) });
    expect(came('taskCompleted')).toMatchObject({
      taskId: task.id,
      adminId: null,
      actionContext: { type: 'WORKER', id: first.id },
      data: { task: { state: 3 }, worker: { name: first.name } },
    });
  });

  it('fails a task with a reason', async () => {
    const task = await create();
    await simulate(task, 'assign');
    await simulate(task, 'start');
    const { body } = await simulate(task, 'fail', { reason: 'CUSTOMER_NOT_FOUND', notes: 'Nobody' });
    expect(body.completionDetails).toMatchObject({
      success: false,
      failureReason: 'CUSTOMER_NOT_FOUND',
      failureNotes: 'Nobody',
    });
    await settled();
    expect(triggers()).toContain('taskFailed');
  });

  it('refuses verbs out of order, in words', async () => {
    const task = await create();
    const refused = async (verb: string, words: string) =>
      expect(await simulate<any>(task, verb)).toMatchObject({
        status: 400,
        body: { error: { message: expect.stringContaining(words) } },
      });
    await refused('start', 'An unassigned task cannot be started');
    await simulate(task, 'assign');
    await refused('arrive', 'An assigned task cannot be arrived at');
    await refused('complete', 'An assigned task cannot be completed');
    await simulate(task, 'start');
    await refused('start', 'An active task cannot be started');
    await simulate(task, 'arrive');
    await refused('arrive', 'arrived already');
    const next = await create();
    await simulate(next, 'assign');
    expect(await simulate(next, 'start')).toMatchObject({ status: 400 });
    await simulate(task, 'complete');
    await refused('fail', 'A completed task cannot be failed');
    expect(await simulate(task, 'dance')).toMatchObject({ status: 404 });
  });

  it('ends an active task from the office', async () => {
    const task = await create();
    const ending = { completionDetails: { success: true, notes: 'Told by phone' } };
    expect(await call('POST', `/tasks/${task.id}/complete`, ending)).toMatchObject({ status: 400 });
    await simulate(task, 'assign');
    await simulate(task, 'start');
    expect(await call('POST', `/tasks/${task.id}/complete`, ending)).toMatchObject({
      status: 200,
      body: null,
    });
    expect((await call('GET', `/tasks/${task.id}`)).body.completionDetails).toMatchObject({ success: true });
  });
});
