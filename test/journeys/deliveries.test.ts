import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceDay } from '../../src/clock.ts';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { amendBooking } from '../../src/resources/bookings/amend-booking.ts';
import { rescheduleBooking } from '../../src/resources/bookings/reschedule-booking.ts';
import { assignDriver, unassignDriver } from '../../src/resources/logistics/assign-driver.ts';
import { rescheduleTask, retryTask } from '../../src/resources/logistics/change-task.ts';
import { retrieveTask } from '../../src/resources/logistics/onfleet/tasks.ts';
import { settleTask } from '../../src/resources/logistics/settle-task.ts';
import { syncDeliveries } from '../../src/resources/logistics/sync-deliveries.ts';
import { syncDrivers } from '../../src/resources/logistics/sync-drivers.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import { awaitStatus, eventually, makeBooking, readBooking } from '../support/bookings.ts';
import { TEST_NOW } from '../support/context.ts';
import { actingAs, awaitRefunds, cancel, cancellation, paidBooking, reviewsOf } from '../support/refunds.ts';
import { askOnfleet, atOnfleet, awaitTask, awaitTasks, drive, tasksOf } from '../support/road.ts';

/** `product.md` §5: a paid booking gets its driver, and its customer sees the van come. */

let app: TestApplication;
beforeAll(async () => {
  app = await startTestApplication();
});
afterEach(async () => {
  await askOnfleet(app, 'DELETE', '/_faults');
  await app.moveClock({ now: TEST_NOW });
});
afterAll(() => app.stop());

const driverIds = async () =>
  (await select<{ id: string }>(app.ctx, 'select id from drivers where is_active order by name')).map(
    ({ id }) => id,
  );

const workers = () =>
  select<{ id: string; worker: string }>(
    app.ctx,
    'select id, onfleet_worker_id as worker from drivers where is_active order by name',
  );

/** Who had a task, by its log: what happened, who drove, who drives. */
const handsOf = async ({ id }: { readonly id: string }) =>
  (
    await select<{ action: string; was: string | null; is: string | null }>(
      app.ctx,
      `select split_part(action, '.', 2) as action, changes #>> '{driverId,0,id}' as was, changes #>> '{driverId,1,id}' as is
       from audit_logs where subject_id = $1 and changes ? 'driverId' order by sequence`,
      [id],
    )
  ).map(({ action, was, is }) => [action, was, is]);

const tracking = async (made: Parameters<typeof readBooking>[1]) =>
  (await app.api.get(`${made.path}/tracking`, made.headers)).body;

describe('a paid booking', () => {
  it('has its pickup and its dropoff at Onfleet, each once, the one after the other', async () => {
    const made = await paidBooking(app);
    const [pickup, dropoff] = await awaitTasks(app, made);
    expect(pickup).toMatchObject({ leg: 'pickup', status: 'created', attempt: 1 });
    expect(pickup.starts_at.toISOString()).toBe('2027-05-12T12:00:00.000Z');
    expect(pickup.ends_at.toISOString()).toBe('2027-05-12T15:00:00.000Z');
    expect(dropoff.ends_at.toISOString()).toBe('2027-05-13T00:00:00.000Z');
    const [there] = await atOnfleet(app, dropoff);
    expect(there).toMatchObject({
      dependencies: [pickup.onfleet_task_id],
      pickupTask: false,
      destination: { address: { number: '2', street: 'Church Street', postalCode: '10013' } },
      recipients: [{ name: 'Jo Doe', phone: '+12125550100', skipSMSNotifications: true }],
    });
    expect(there.notes).toMatch(/^TT-\d+, dropoff: Petite, 12 items/);
    await Promise.all([0, 1, 2].map(() => syncDeliveries(app.ctx, { bookingId: made.id }).catch(() => null)));
    expect(await tasksOf(app, made)).toHaveLength(2);
    expect(await atOnfleet(app, pickup)).toHaveLength(1);
    expect((await readBooking(app, made)).deliveries).toEqual([
      { leg: 'pickup', status: 'created' },
      { leg: 'dropoff', status: 'created' },
    ]);
  });

  it('has none before it is paid', async () => {
    const made = await makeBooking(app);
    await syncDeliveries(app.ctx, { bookingId: made.id });
    expect(await tasksOf(app, made)).toEqual([]);
    expect(await tracking(made)).toEqual({ status: 'inquiry', tasks: [], updates: [] });
  });

  it('is driven: given to a driver, on the way, done, and completed with the dropoff', async () => {
    const made = await paidBooking(app);
    const [pickup, dropoff] = await awaitTasks(app, made);
    await drive(app, pickup, 'assign');
    await awaitTask(app, pickup, 'assigned');
    expect(await tracking(made)).toMatchObject({
      tasks: [{ leg: 'pickup', status: 'assigned', position: null }, {}],
    });

    await drive(app, pickup, 'start', { position: { lat: 40.75, lng: -73.99 }, etaSeconds: 900 });
    await awaitStatus(app, made, 'in_progress');
    await eventually(async () =>
      expect((await tracking(made)).tasks[0]).toMatchObject({
        status: 'in_progress',
        driver: { firstName: expect.stringMatching(/^\w+$/) },
        position: { latitude: 40.75, longitude: -73.99 },
        etaAt: expect.stringMatching(/Z$/),
      }),
    );
    await drive(app, pickup, 'arrive');
    await drive(app, pickup, 'complete', { photo: true });
    await awaitTask(app, pickup, 'completed');
    expect((await tracking(made)).tasks[0]).toMatchObject({ position: null, etaAt: null });

    await drive(app, dropoff, 'assign');
    await drive(app, dropoff, 'start');
    await drive(app, dropoff, 'complete', { signature: true, notes: 'Left with the doorman' });
    await awaitStatus(app, made, 'completed');
    const done = await tracking(made);
    expect(done).toMatchObject({
      status: 'completed',
      tasks: [{ status: 'completed' }, { status: 'completed' }],
    });
    expect(done.updates.map(({ kind }: { kind: string }) => kind)).toEqual(
      expect.arrayContaining(['assigned', 'started', 'eta', 'arriving', 'completed']),
    );
    const [kept] = await select(
      app.ctx,
      'select completion_notes, signature_id from delivery_tasks where id = $1',
      [dropoff.id],
    );
    expect(kept).toEqual({ completion_notes: 'Left with the doorman', signature_id: expect.any(String) });
    expect(await checkInvariants(app.ctx)).toEqual([]);
  });

  it('is told of in any order, any number of times, and ends the same', async () => {
    await askOnfleet(app, 'POST', '/_faults', { duplicate: 2, reorder: true });
    const made = await paidBooking(app);
    const [pickup, dropoff] = await awaitTasks(app, made);
    for (const task of [pickup, dropoff]) {
      for (const verb of ['assign', 'start', 'arrive', 'complete'] as const) await drive(app, task, verb);
    }
    await awaitStatus(app, made, 'completed');
    await eventually(async () => {
      const { updates } = await tracking(made);
      expect(updates.filter(({ kind }: { kind: string }) => kind === 'completed')).toHaveLength(2);
      expect(updates.filter(({ kind }: { kind: string }) => kind === 'started')).toHaveLength(2);
    });
  });

  it('whose delivery fails keeps its money, waits for a new date, and is then driven anew', async () => {
    const made = await paidBooking(app);
    const [pickup, dropoff] = await awaitTasks(app, made);
    await drive(app, pickup, 'assign');
    await drive(app, pickup, 'start');
    await drive(app, pickup, 'fail', { reason: 'NO_SHOW' });
    await eventually(async () =>
      expect(await reviewsOf(app, made)).toMatchObject([
        {
          kind: 'delivery_failed',
          reason: expect.stringMatching(/ failed\. Nobody was there to meet the driver\.$/),
        },
      ]),
    );
    await awaitStatus(app, made, 'confirmed');
    await awaitTask(app, dropoff, 'withdrawn');
    await eventually(async () => expect(await atOnfleet(app, dropoff)).toEqual([]));
    await app.moveClock({ now: '2027-05-12T11:00:00Z' });
    expect((await cancellation(app, made)).body).toMatchObject({
      refundBasisPoints: 10_000,
      refundCents: 99_500,
    });

    await rescheduleBooking(await actingAs(app, 'staff'), {
      bookingId: made.id,
      pickupDate: '2027-05-19' as ServiceDay,
      priceChoice: 'keep',
    });
    const [again, last] = await awaitTasks(app, made);
    expect([again.attempt, last.attempt]).toEqual([2, 2]);
    expect(await reviewsOf(app, made)).toEqual([]);
    for (const task of [again, last])
      for (const verb of ['assign', 'start', 'complete'] as const) await drive(app, task, verb);
    await awaitStatus(app, made, 'completed');
    expect(await checkInvariants(app.ctx)).toEqual([]);
  });

  it('whose dropoff fails needs no second pickup', async () => {
    const made = await paidBooking(app);
    const [pickup, dropoff] = await awaitTasks(app, made);
    for (const verb of ['assign', 'start', 'complete'] as const) await drive(app, pickup, verb);
    for (const verb of ['assign', 'start', 'fail'] as const) await drive(app, dropoff, verb);
    await awaitTask(app, dropoff, 'failed');
    await rescheduleBooking(await actingAs(app, 'staff'), {
      bookingId: made.id,
      pickupDate: '2027-05-19' as ServiceDay,
      priceChoice: 'keep',
    });
    await eventually(async () =>
      expect((await tasksOf(app, made)).map(({ leg, attempt, status }) => [leg, attempt, status])).toEqual([
        ['pickup', 1, 'completed'],
        ['dropoff', 1, 'failed'],
        ['dropoff', 2, 'created'],
      ]),
    );
  });
});

describe('its tasks', () => {
  it('are withdrawn when it is cancelled, also while Onfleet is away', async () => {
    const made = await paidBooking(app);
    const tasks = await awaitTasks(app, made);
    await askOnfleet(app, 'POST', '/_faults', { error500: 4 });
    const answer = await cancel(app, made);
    expect(answer.body.steps).toContainEqual({ step: 'tasks', status: 'pending' });
    for (const task of tasks) await eventually(async () => expect(await atOnfleet(app, task)).toEqual([]));
    await eventually(async () =>
      expect((await cancellation(app, made)).body.steps).toContainEqual({ step: 'tasks', status: 'done' }),
    );
    await awaitRefunds(app, made, 'succeeded');
  });

  it('that Onfleet does not take back are put before a person', async () => {
    const made = await paidBooking(app);
    const [pickup] = await awaitTasks(app, made);
    await askOnfleet(app, 'POST', '/_faults', { dropWebhooks: 100 });
    await drive(app, pickup, 'assign');
    await drive(app, pickup, 'start');
    await cancel(app, made);
    await eventually(async () =>
      expect((await reviewsOf(app, made)).map(({ kind }) => kind)).toEqual(['task_not_withdrawn']),
    );
    expect((await cancellation(app, made)).body.steps).toContainEqual({
      step: 'tasks',
      status: 'needs_review',
    });
    await drive(app, pickup, 'complete');
  });

  it('follow a new day, and a new phone', async () => {
    const made = await paidBooking(app);
    const [pickup] = await awaitTasks(app, made);
    const staff = await actingAs(app, 'staff');
    await rescheduleBooking(staff, {
      bookingId: made.id,
      pickupDate: '2027-05-19' as ServiceDay,
      priceChoice: 'keep',
    });
    await amendBooking(staff, {
      bookingId: made.id,
      version: undefined,
      changes: { contactPhone: '(212) 555-0177' },
    });
    await eventually(async () =>
      expect(await atOnfleet(app, pickup)).toMatchObject([
        {
          completeAfter: Date.parse('2027-05-19T12:00:00Z'),
          recipients: [{ phone: '+12125550177' }],
        },
      ]),
    );
    expect(await tasksOf(app, made)).toHaveLength(2);
  });

  it('are made once though the answer is lost, and though Onfleet is away or busy for a while', async () => {
    await askOnfleet(app, 'POST', '/_faults', {
      match: 'POST /api/v2/tasks',
      timeoutAfterWork: 1,
      error429: 2,
    });
    const made = await paidBooking(app);
    const tasks = await eventuallyLong(() => awaitTasks(app, made));
    for (const task of tasks) expect(await atOnfleet(app, task)).toHaveLength(1);
  });

  it('keep their driver when the one to meet changes', async () => {
    const made = await paidBooking(app);
    const [pickup, dropoff] = await awaitTasks(app, made);
    await drive(app, pickup, 'assign');
    const { driver_id: driver } = await awaitTask(app, pickup, 'assigned');
    const changes = { contactFirstName: 'Joanna' };
    await amendBooking(await actingAs(app, 'staff'), { bookingId: made.id, version: undefined, changes });
    await eventually(async () =>
      expect(await atOnfleet(app, pickup)).toMatchObject([
        { recipients: [{ name: 'Joanna Doe' }], worker: expect.any(String) },
      ]),
    );
    const [there] = await atOnfleet(app, pickup);
    await eventually(async () =>
      expect(await atOnfleet(app, dropoff)).toMatchObject([{ dependencies: [there.id] }]),
    );
    expect(await awaitTask(app, pickup, 'assigned')).toMatchObject({ driver_id: driver });
  });

  it('that are late are pushed forward, not refused', async () => {
    await app.moveClock({ now: '2027-05-12T16:30:00Z' });
    const made = await paidBooking(app, { pickupDate: '2027-05-20' });
    await awaitTasks(app, made);
    await execute(app.ctx, `update bookings set pickup_date = '2027-05-12' where id = $1`, [made.id]);
    await eventually(() => syncDeliveries(app.ctx, { bookingId: made.id }));
    const [pickup] = await tasksOf(app, made);
    expect(pickup?.last_error).toBeNull();
    const [there] = await atOnfleet(app, pickup ?? { id: '' });
    expect(there.completeBefore).toBeGreaterThanOrEqual(Date.parse('2027-05-12T20:30:00Z'));
  });

  it('are given to a driver, taken from them, and get another window by staff', async () => {
    const made = await paidBooking(app);
    const [pickup] = await awaitTasks(app, made);
    const staff = await actingAs(app, 'staff');
    await syncDrivers(app.ctx);
    const [one = '', other = ''] = await driverIds();
    const viewer = await actingAs(app, 'viewer');
    await expect(assignDriver(viewer, { taskId: pickup.id, driverId: one })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await assignDriver(staff, { taskId: pickup.id, driverId: one });
    expect(await awaitTask(app, pickup, 'assigned')).toMatchObject({ driver_id: one });
    await assignDriver(staff, { taskId: pickup.id, driverId: other });
    expect(await awaitTask(app, pickup, 'assigned')).toMatchObject({ driver_id: other });
    await unassignDriver(staff, pickup.id);
    expect(await awaitTask(app, pickup, 'created')).toMatchObject({ driver_id: null });
    expect(await handsOf(pickup)).toEqual([
      ['assigned', null, one],
      ['driverChanged', one, other],
      ['created', other, null],
    ]);
    const window = {
      taskId: pickup.id,
      startsAt: new Date('2027-05-12T14:00:00Z'),
      endsAt: new Date('2027-05-12T15:00:00Z'),
    };
    await expect(rescheduleTask(staff, { ...window, endsAt: window.startsAt })).rejects.toMatchObject({
      code: 'invalid',
    });
    await rescheduleTask(staff, window);
    await eventually(async () =>
      expect(await atOnfleet(app, pickup)).toMatchObject([{ completeAfter: window.startsAt.getTime() }]),
    );
    await retryTask(staff, pickup.id);
    await drive(app, pickup, 'assign');
    await drive(app, pickup, 'start');
    await awaitTask(app, pickup, 'in_progress');
    await expect(assignDriver(staff, { taskId: pickup.id, driverId: one })).rejects.toMatchObject({
      code: 'move_not_allowed',
    });
  });
});

describe('a task that Onfleet’s own desk gives to another driver', () => {
  it('says so in its log, once, in whatever order that is told', async () => {
    const made = await paidBooking(app);
    const [pickup] = await awaitTasks(app, made);
    await syncDrivers(app.ctx);
    const [one, other] = await workers();
    await drive(app, pickup, 'assign', { workerId: one?.worker });
    await awaitTask(app, pickup, 'assigned');
    await askOnfleet(app, 'POST', '/_faults', { duplicate: 2, reorder: true });
    await drive(app, pickup, 'assign', { workerId: other?.worker });
    await eventually(async () =>
      expect(await awaitTask(app, pickup, 'assigned')).toMatchObject({ driver_id: other?.id }),
    );
    await askOnfleet(app, 'PUT', `/api/v2/tasks/${pickup.onfleet_task_id}`, {
      container: { type: 'ORGANIZATION' },
    });
    expect(await awaitTask(app, pickup, 'created')).toMatchObject({ driver_id: null });
    const hands = [
      ['assigned', null, one?.id],
      ['driverChanged', one?.id, other?.id],
      ['created', other?.id, null],
    ];
    expect(await handsOf(pickup)).toEqual(hands);
    // What was read before the last change comes after it.
    const facts = await retrieveTask(app.ctx, pickup.onfleet_task_id ?? '');
    if (!facts) throw new Error('The task is not there.');
    const late = {
      ...facts,
      status: 'assigned' as const,
      workerId: one?.worker ?? null,
      modifiedAt: new Date((facts.modifiedAt?.getTime() ?? 0) - 1),
    };
    await Promise.all([settleTask(app.ctx, late), settleTask(app.ctx, facts), settleTask(app.ctx, late)]);
    expect(await awaitTask(app, pickup, 'created')).toMatchObject({ driver_id: null });
    expect(await handsOf(pickup)).toEqual(hands);
  });
});

describe('a webhook of Onfleet', () => {
  const body = JSON.stringify({ taskId: 'nobodys', triggerId: 3, triggerName: 'taskCompleted', time: 1 });
  const post = (signature: string | null, what = body) =>
    fetch(`${app.address}/webhooks/onfleet`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(signature !== null && { 'x-onfleet-signature': signature }),
      },
      body: what,
    });
  const sign = (what: string) =>
    createHmac('sha512', Buffer.from(app.ctx.config.onfleet?.webhookSecret ?? '', 'hex'))
      .update(what)
      .digest('hex');

  it('is taken once when it is signed, and echoes its check', async () => {
    expect((await post(null)).status).toBe(400);
    expect((await post('00')).status).toBe(400);
    expect((await post(sign(`${body} `))).status).toBe(400);
    expect((await post(sign('[]'), '[]')).status).toBe(400);
    expect(await (await post(sign(body))).json()).toEqual({ received: true, duplicate: false });
    expect(await (await post(sign(body))).json()).toEqual({ received: true, duplicate: true });
    const check = await fetch(`${app.address}/webhooks/onfleet?check=a1b2`);
    expect([check.status, await check.text()]).toEqual([200, 'a1b2']);
    expect((await fetch(`${app.address}/webhooks/onfleet`)).status).toBe(400);
  });
});

/** A lost answer is waited for before it is asked again. */
const eventuallyLong = <T>(look: () => Promise<T>): Promise<T> => eventually(look, 40_000);
