import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { syncDrivers } from '../../src/resources/logistics/sync-drivers.ts';
import type { Answer } from '../support/api.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import { eventually, type Made, makeBooking } from '../support/bookings.ts';
import { TEST_NOW } from '../support/context.ts';
import { type Panel, signedIn } from '../support/panel.ts';
import { hearPanel } from '../support/panel-live.ts';
import { cancel, paidBooking } from '../support/refunds.ts';
import { awaitTask, awaitTasks, drive, type TaskRow } from '../support/road.ts';

let app: TestApplication;
let staff: Panel;
let viewer: Panel;
let booking: Made;
let pickup: TaskRow;
let dropoff: TaskRow;
let drivers: { id: string; name: string }[];
beforeAll(async () => {
  app = await startTestApplication({ panel: true });
  staff = await signedIn(app, 'staff');
  viewer = await signedIn(app, 'viewer');
  booking = await paidBooking(app);
  [pickup, dropoff] = await awaitTasks(app, booking);
  await syncDrivers(app.ctx);
  drivers = await select(app.ctx, 'select id, name from drivers where is_active order by name');
});
afterAll(() => app.stop());

const page = '/admin/api/pages/dispatch';
const look = (panel: Panel, day = '2027-05-12') => panel.get(`${page}?day=${day}`);

function cardOf({ body }: Answer, task: TaskRow) {
  const lane = body.lanes.find(({ cards }: any) => cards.some(({ id }: any) => id === task.id));
  return { lane: lane?.name, ...lane?.cards.find(({ id }: any) => id === task.id) };
}

describe('the day', () => {
  it('shows its stops by driver, those without one first', async () => {
    const board = await look(staff);
    expect(board.body).toMatchObject({
      title: 'Wed 12 May 2027',
      previous: '2027-05-11',
      next: '2027-05-13',
      today: '2027-04-05',
      total: 2,
      late: 0,
      states: [{ status: 'created', label: 'No driver yet', count: 2 }],
    });
    expect(board.body.lanes[0]).toMatchObject({ id: null, name: 'Without a driver' });
    expect(cardOf(board, pickup)).toMatchObject({
      lane: 'Without a driver',
      leg: 'Pickup',
      window: '8–11 am',
      state: { text: 'No driver yet', tone: 'warn' },
      number: { text: expect.stringMatching(/^TT-\d{6}$/), href: expect.stringContaining(booking.id) },
      customer: 'Jo Doe',
      place: '10001 New York',
      van: 'Van 1',
      late: null,
      mayGive: true,
    });
    expect(cardOf(board, dropoff)).toMatchObject({
      leg: 'Dropoff',
      window: '8 am – 8 pm',
      place: '10013 New York',
    });
    expect(board.body.drivers.map(({ id }: { id: string }) => id)).toEqual(drivers.map(({ id }) => id));
  });

  it('is today without an address, with who is on duty, and takes an address that is none as such', async () => {
    for (const query of [
      '',
      '?day=2027-02-30',
      '?day=x',
      '?day=0001-01-01',
      '?day[]=1',
      '?day=2027-05-12T00',
    ]) {
      const { status, body } = await staff.get(page + query);
      expect([query, status, body.title]).toEqual([query, 200, 'Mon 5 Apr 2027']);
    }
    const onDuty = await select<{ name: string }>(
      app.ctx,
      'select name from drivers where is_on_duty order by name',
    );
    expect(onDuty.length).toBeGreaterThan(0);
    const { body } = await staff.get(page);
    expect(body.lanes.map(({ name }: { name: string }) => name)).toEqual([
      'Without a driver',
      ...onDuty.map(({ name }) => name),
    ]);
  });

  it('shows a viewer names and ZIPs, no address, and nothing to change', async () => {
    const { status, body } = await look(viewer);
    expect(status).toBe(200);
    expect(JSON.stringify(body)).not.toMatch(/New York|jo@example|5550100|Main Street|Church Street/);
    expect(body.drivers).toEqual([]);
    const card = body.lanes[0].cards[0];
    expect([card.customer, card.place, card.mayGive]).toEqual(['Jo Doe', '10001', false]);
  });

  it('leaves out what was withdrawn', async () => {
    const gone = await paidBooking(app, { pickupDate: '2027-05-18' });
    const [first] = await awaitTasks(app, gone);
    expect((await look(staff, '2027-05-18')).body.total).toBe(2);
    await cancel(app, gone);
    await awaitTask(app, first, 'withdrawn');
    expect((await look(staff, '2027-05-18')).body).toMatchObject({ total: 0, states: [] });
  });
});

describe('giving stops to drivers', () => {
  it('gives one, takes it back, and says what is refused', async () => {
    const [driver] = drivers;
    const given = await staff.post(page, { verb: 'assign', taskId: pickup.id, driverId: driver?.id });
    expect(given.body.notice).toEqual({ type: 'success', message: `${driver?.name} has this task.` });
    expect(cardOf(await look(staff), pickup)).toMatchObject({
      lane: driver?.name,
      driverId: driver?.id,
      state: { text: 'Has a driver' },
    });
    const taken = await staff.post(page, { verb: 'unassign', taskId: pickup.id });
    expect(taken.body.notice.type).toBe('success');
    await awaitTask(app, pickup, 'created');
    const unknown = await staff.post(page, { verb: 'assign', taskId: pickup.id, driverId: booking.id });
    expect(unknown.body.errors.driverId.message).toBe(
      'This driver is no longer at Onfleet. Choose another one.',
    );
    for (const nonsense of [{}, { verb: 'fly' }, { verb: 'assign', taskId: 'x' }])
      expect((await staff.post(page, nonsense)).body.notice.type).toBe('error');
  });

  it('is not for a viewer', async () => {
    const tries = [
      await viewer.post(page, { verb: 'assign', taskId: pickup.id, driverId: drivers[0]?.id }),
      await viewer.post(page, { verb: 'unassign', taskId: pickup.id }),
    ];
    expect(tries.map(({ status }) => status)).toEqual([403, 403]);
    expect(cardOf(await look(staff), pickup).lane).toBe('Without a driver');
  });

  it('says how late one is: by the clock, by when it is expected, and when it was done', async () => {
    await app.moveClock({ now: '2027-05-12T15:20:30Z' });
    expect(cardOf(await look(staff), pickup)).toMatchObject({ late: '20 min late', time: null });
    await drive(app, pickup, 'assign');
    await drive(app, pickup, 'start', { etaSeconds: 3_600 });
    await eventually(async () =>
      expect(cardOf(await look(staff), pickup)).toMatchObject({
        state: { text: 'On the way' },
        time: expect.stringMatching(/^Expected 12:2\d pm$/),
        late: expect.stringMatching(/^1 h 2\d min late$/),
      }),
    );
    expect((await look(staff)).body.late).toBe(1);
    await drive(app, pickup, 'complete');
    await awaitTask(app, pickup, 'completed');
    const done = await look(staff);
    expect(cardOf(done, pickup)).toMatchObject({
      time: expect.stringMatching(/^11:2\d am$/),
      late: expect.stringMatching(/^2\d min late$/),
      mayGive: false,
    });
    expect(done.body.late).toBe(0);
    await app.moveClock({ now: TEST_NOW });
  });
});

describe('the live stream', () => {
  it('tells of a change that was made elsewhere, and of nothing in it', async () => {
    const stream = await hearPanel(app, staff);
    expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(stream.headers.get('content-encoding')).toBeNull();
    await eventually(async () => expect(stream.text).toContain('retry:'));
    await eventually(async () => {
      await execute(app.ctx, 'update delivery_tasks set updated_at = now() where id = $1', [dropoff.id]);
      expect(stream.text).toContain('event: changed\ndata:\n\n');
    });
    expect(stream.text.replace(/retry: 3000\n\n|event: changed\ndata:\n\n|: [\dT:.Z-]+\n\n/g, '')).toBe('');
    stream.leave();
  });

  it('is open to a viewer, and to nobody who is not signed in or comes from elsewhere', async () => {
    (await hearPanel(app, viewer)).leave();
    const strange = await fetch(`${app.api.address}/admin/api/live`, {
      headers: { 'sec-fetch-site': 'same-origin' },
      redirect: 'manual',
    });
    expect(strange.status).toBe(401);
    const crossSite = await staff.get('/admin/api/live', { 'sec-fetch-site': 'cross-site' });
    expect(crossSite.status).toBe(403);
  });

  it('ends with its session, which it does not bring back', async () => {
    const leaving = await signedIn(app, 'staff');
    const stream = await hearPanel(app, leaving);
    const { cookie } = leaving;
    await leaving.post('/admin/logout', {});
    await eventually(async () => {
      await execute(app.ctx, 'update delivery_tasks set updated_at = now() where id = $1', [dropoff.id]);
      expect(stream.hasEnded).toBe(true);
    });
    expect((await leaving.get(page, { cookie })).status).toBe(401);
  });

  it('ends for who was disabled', async () => {
    const stream = await hearPanel(app, viewer);
    await execute(app.ctx, `update staff_users set disabled_at = now() where email = 'viewer@totetaxi.test'`);
    await eventually(async () => {
      await execute(app.ctx, 'update delivery_tasks set updated_at = now() where id = $1', [dropoff.id]);
      expect(stream.hasEnded).toBe(true);
    });
    await execute(app.ctx, `update staff_users set disabled_at = null where email = 'viewer@totetaxi.test'`);
  });

  it('ends when the process stops, which does not wait for it', async () => {
    const other = await startTestApplication({ panel: true });
    const stream = await hearPanel(other, await signedIn(other, 'staff'));
    await makeBooking(other);
    const began = performance.now();
    await other.stop();
    expect(performance.now() - began).toBeLessThan(8_000);
    await eventually(async () => expect(stream.hasEnded).toBe(true));
  });
});
