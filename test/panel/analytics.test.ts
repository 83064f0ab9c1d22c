import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import { type Panel, signedIn } from '../support/panel.ts';
import { rideIn } from '../support/rides.ts';

/** Figures against rows that were counted by hand. */

let app: TestApplication;
let staff: Panel;
let viewer: Panel;
beforeAll(async () => {
  app = await startTestApplication({ panel: true });
  staff = await signedIn(app, 'staff');
  viewer = await signedIn(app, 'viewer');
});
afterAll(() => app.stop());

const look = async (panel: Panel, query = '?from=2027-03-01&to=2027-03-31') =>
  (await panel.get(`/admin/api/pages/analytics${query}`)).body;

/** A part's table as text, row by row, the total last. */
function figures(body: any, part: string, table: string): Record<string, string[]> {
  const found = body.parts
    .find(({ title }: any) => title === part)
    .tables.find(({ title }: any) => title === table);
  const rows: { text: string }[][] = [...found.rows, found.total];
  return Object.fromEntries(rows.map(([first, ...others]) => [first?.text, others.map(({ text }) => text)]));
}

async function driverOf(name: string): Promise<string> {
  const [driver] = await select<{ id: string }>(
    app.ctx,
    `insert into drivers (onfleet_worker_id, name, created_at, updated_at) values ($1, $1, now(), now()) returning id`,
    [name],
  );
  return driver?.id ?? '';
}

interface Stop {
  driver: string | null;
  status?: 'completed' | 'failed' | 'assigned';
  /** Business time, in March: summer time begins on the 14th. */
  window: [string, string];
  arrived?: string;
  ended?: string;
  archived?: boolean;
}

async function stop({ driver, status = 'completed', window, arrived, ended, archived }: Stop): Promise<void> {
  const { id } = await rideIn(app.ctx, { van: 'Van 1' });
  await execute(
    app.ctx,
    `insert into delivery_tasks (booking_id, leg, attempt, status, driver_id, starts_at, ends_at, arrived_at, ended_at,
       failure_reason, created_at, updated_at)
     select $1, 'pickup', 1, $2::text, $3::uuid, $4::timestamp at time zone z, $5::timestamp at time zone z,
       $6::timestamp at time zone z, $7::timestamp at time zone z, case when $2::text = 'failed' then 'x' end, now(), now()
     from (values ('America/New_York')) as zone (z)`,
    [id, status, driver, window[0], window[1], arrived ?? null, ended ?? null],
  );
  if (!archived) return;
  await execute(app.ctx, 'delete from capacity_takings where booking_id = $1', [id]);
  await execute(app.ctx, `update bookings set status = 'cancelled', cancelled_at = now() where id = $1`, [
    id,
  ]);
  await execute(app.ctx, 'update bookings set archived_at = now() where id = $1', [id]);
}

describe('with nothing there', () => {
  it('says so, and has no rates', async () => {
    const body = await look(staff);
    expect(body.parts.map(({ title, cards, tables }: any) => [title, cards, tables])).toEqual([
      ['Deliveries', [], []],
      ['Mails', [], []],
    ]);
    for (const { empty } of body.parts) expect(empty).toMatch(/^No /);
  });
});

describe('the period', () => {
  it('is thirty days without an address, and never more than a year', async () => {
    expect(await look(staff, '')).toMatchObject({
      from: '2027-03-07',
      to: '2027-04-05',
      words: 'Sun 7 Mar 2027 – Mon 5 Apr 2027',
    });
    expect(await look(staff, '?from=x&to[]=1')).toMatchObject({ from: '2027-03-07', to: '2027-04-05' });
    expect(await look(staff, '?from=2027-03-31&to=2027-03-01')).toMatchObject({
      from: '2027-03-01',
      to: '2027-03-31',
    });
    expect(await look(staff, '?from=2020-01-01&to=2027-03-31')).toMatchObject({ from: '2026-03-31' });
  });
});

describe('deliveries', () => {
  beforeAll(async () => {
    const [ana, bo] = [await driverOf('Ana'), await driverOf('Bo')];
    const morning = (day: string): [string, string] => [`${day} 08:00`, `${day} 11:00`];
    // On time to the second, 10 minutes; late by a second, 30 minutes; before the window; no arrival told.
    await stop({
      driver: ana,
      window: morning('2027-03-01'),
      arrived: '2027-03-01 10:50',
      ended: '2027-03-01 11:00',
    });
    await stop({
      driver: ana,
      window: morning('2027-03-01'),
      arrived: '2027-03-01 10:30:01',
      ended: '2027-03-01 11:00:01',
    });
    await stop({
      driver: ana,
      window: morning('2027-03-02'),
      arrived: '2027-03-02 07:30',
      ended: '2027-03-02 07:50',
    });
    await stop({ driver: bo, window: morning('2027-03-02'), ended: '2027-03-02 08:00' });
    await stop({
      driver: bo,
      status: 'failed',
      window: morning('2027-03-02'),
      arrived: '2027-03-02 09:00',
      ended: '2027-03-02 09:30',
    });
    await stop({ driver: null, window: ['2027-03-31 21:00', '2027-03-31 23:30'], ended: '2027-03-31 23:00' });
    // None of these: still to be done, the night before and after in New York, archived.
    await stop({ driver: ana, status: 'assigned', window: morning('2027-03-03') });
    await stop({ driver: ana, window: ['2027-02-28 23:00', '2027-03-01 01:00'], ended: '2027-03-01 00:30' });
    await stop({ driver: ana, window: ['2027-04-01 00:00', '2027-04-01 01:00'], ended: '2027-04-01 00:30' });
    await stop({ driver: bo, window: morning('2027-03-04'), ended: '2027-03-04 09:00', archived: true });
  });

  it('are counted by driver', async () => {
    expect(figures(await look(staff), 'Deliveries', 'By driver')).toEqual({
      // Stops, completed, failed, success, on time, minutes, quickest, slowest.
      Ana: ['3', '3', '0', '100%', '33.3%', '20', '10', '30'],
      Bo: ['2', '1', '1', '50%', '100%', '—', '—', '—'],
      'Without a driver': ['1', '1', '0', '100%', '100%', '—', '—', '—'],
      All: ['6', '5', '1', '83.3%', '60%', '20', '10', '30'],
    });
  });

  it('are counted by day of their window, the latest first', async () => {
    const days = figures(await look(staff), 'Deliveries', 'By day');
    expect(Object.entries(days)).toEqual([
      ['Wed 31 Mar 2027', ['1', '1', '0', '100%', '100%', '—', '—', '—']],
      ['Tue 2 Mar 2027', ['3', '2', '1', '66.7%', '50%', '20', '20', '20']],
      ['Mon 1 Mar 2027', ['2', '2', '0', '100%', '50%', '20', '10', '30']],
      ['All', ['6', '5', '1', '83.3%', '60%', '20', '10', '30']],
    ]);
  });

  it('are counted by driver and day, the latest day first', async () => {
    const { tables } = (await look(staff)).parts[0];
    const { head, names, rows, total } = tables.find(({ title }: any) => title === 'By driver and day');
    expect([head.length, names]).toEqual([8, 2]);
    expect([...rows, total].map((row: any) => row.map(({ text }: any) => text))).toEqual([
      ['Wed 31 Mar 2027', 'Without a driver', '1', '1', '0', '100%', '100%', '—'],
      ['Tue 2 Mar 2027', 'Ana', '1', '1', '0', '100%', '0%', '20'],
      ['Tue 2 Mar 2027', 'Bo', '2', '1', '1', '50%', '100%', '—'],
      ['Mon 1 Mar 2027', 'Ana', '2', '2', '0', '100%', '50%', '20'],
      ['All', '', '6', '5', '1', '83.3%', '60%', '20'],
    ]);
    expect(rows[1].slice(0, 2)).toMatchObject([
      { href: '/admin/pages/dispatch?day=2027-03-02' },
      { href: expect.stringMatching(/\/drivers\/records\//) },
    ]);
  });

  it('name the best and the worst', async () => {
    const { cards } = (await look(staff)).parts[0];
    expect(cards.slice(-2)).toEqual([
      { label: 'Most on time', text: 'Bo', hint: '100% on time, 1 stop' },
      { label: 'Least on time', text: 'Ana', hint: '33.3% on time, 3 stops' },
    ]);
  });

  it('of which none was completed have no rate of being on time', async () => {
    const body = await look(staff, '?from=2027-03-03&to=2027-03-30');
    expect(body.parts[0].tables).toEqual([]);
    const driver = await driverOf('Cy');
    await stop({
      driver,
      status: 'failed',
      window: ['2027-03-20 08:00', '2027-03-20 11:00'],
      ended: '2027-03-20 09:00',
    });
    const one = figures(await look(staff, '?from=2027-03-20&to=2027-03-20'), 'Deliveries', 'By driver');
    expect(one.Cy).toEqual(['1', '0', '1', '0%', '—', '—', '—', '—']);
  });
});

describe('mails', () => {
  beforeAll(async () => {
    let count = 0;
    const mail = async (type: string, status: string, at: string, told: string[] = []) => {
      count += 1;
      const [row] = await select<{ id: string }>(
        app.ctx,
        `insert into notifications (type, event_key, recipient, status, sent_at, created_at, updated_at)
         values ($1, $2, 'jo@example.com', $3::text, case when $3::text = 'sent' then $4::timestamptz end, $4, $4) returning id`,
        [type, `e${count}`, status, at],
      );
      for (const [index, kind] of told.entries())
        await execute(
          app.ctx,
          `insert into delivery_logs (notification_id, kind, source_event, occurred_at, created_at) values ($1, $2, $3, $4, $4)`,
          [row?.id, kind, `${count} ${index}`, at],
        );
    };
    const [tenth, eleventh] = ['2027-03-10T15:00:00Z', '2027-03-12T03:00:00Z'];
    await mail('booking_confirmed', 'sent', tenth, ['sent', 'delivered', 'opened', 'opened', 'clicked']);
    // That it was opened says that it arrived.
    await mail('booking_confirmed', 'sent', tenth, ['opened']);
    await mail('booking_confirmed', 'sent', tenth, ['delivered', 'complained']);
    await mail('booking_confirmed', 'sent', tenth, ['delayed', 'bounced']);
    await mail('booking_cancelled', 'sent', eleventh, ['delivered']);
    await mail('booking_cancelled', 'withheld', eleventh);
    await mail('booking_cancelled', 'failed', eleventh);
    await mail('delivery_failed', 'withheld', eleventh);
    await mail('delivery_failed', 'waiting', '2027-04-01T03:59:59Z');
    await mail('delivery_failed', 'sent', '2027-04-01T04:00:00Z', ['delivered']);
  });

  it('are counted by kind and by day', async () => {
    const body = await look(staff);
    const all = ['5', '80%', '50%', '25%', '20%', '1', '2', '1', '1'];
    expect(figures(body, 'Mails', 'By kind')).toEqual({
      // Sent, delivered, opened, clicked, came back, called spam, withheld, not sent, waiting.
      'Booking confirmed': ['4', '75%', '66.7%', '33.3%', '25%', '1', '0', '0', '0'],
      'Booking cancelled': ['1', '100%', '0%', '0%', '0%', '0', '1', '1', '0'],
      'Delivery failed': ['0', '—', '—', '—', '—', '0', '1', '0', '1'],
      All: all,
    });
    expect(figures(body, 'Mails', 'By day')).toEqual({
      'Wed 31 Mar 2027': ['0', '—', '—', '—', '—', '0', '0', '0', '1'],
      'Thu 11 Mar 2027': ['1', '100%', '0%', '0%', '0%', '0', '2', '1', '0'],
      'Wed 10 Mar 2027': ['4', '75%', '66.7%', '33.3%', '25%', '1', '0', '0', '0'],
      All: all,
    });
  });
});

describe('for each role', () => {
  it('a viewer sees the figures, without a way to the mails', async () => {
    const [mine, theirs] = [await look(viewer), await look(staff)];
    expect(figures(mine, 'Mails', 'By kind')).toEqual(figures(theirs, 'Mails', 'By kind'));
    expect(JSON.stringify(theirs)).toContain('/admin/resources/notifications');
    expect(JSON.stringify(mine)).not.toMatch(/resources\/notifications|jo@example/);
  });

  it('each table is a file, and each file in the audit log', async () => {
    const text = async (table: string) =>
      (await viewer.get(`/admin/export/analytics/${table}.csv?from=2027-03-01&to=2027-03-19`)).body.text;
    expect(await text('drivers')).toBe(
      [
        'Driver,Stops,Completed,Failed,Success %,On time,On time %,Minutes a stop,Quickest,Slowest',
        'Ana,3,3,0,100.0,1,33.3,20,10,30',
        'Bo,2,1,1,50.0,1,100.0,,,',
        '',
      ].join('\n'),
    );
    expect((await text('days')).split('\n')[1]).toBe('2027-03-02,3,2,1,66.7,1,50.0,20,20,20');
    expect((await text('driver-days')).split('\n').slice(0, 3)).toEqual([
      'Day,Driver,Stops,Completed,Failed,Success %,On time,On time %,Minutes a stop,Quickest,Slowest',
      '2027-03-02,Ana,1,1,0,100.0,0,0.0,20,20,20',
      '2027-03-02,Bo,2,1,1,50.0,1,100.0,,,',
    ]);
    expect((await text('mails')).split('\n')).toContain(
      'Booking confirmed,4,3,75.0,2,66.7,1,33.3,1,25.0,1,0,0,0',
    );
    expect((await text('mail-days')).split('\n')).toHaveLength(4);
    expect((await viewer.get('/admin/export/analytics/nothing.csv')).status).toBe(404);
    expect((await viewer.get('/admin/export/analytics/constructor.csv')).status).toBe(404);
    const logged = await select(
      app.ctx,
      `select subject_id from audit_logs where action = 'list.exported' and subject_type = 'analytics' order by sequence`,
    );
    expect(logged.map(({ subject_id }: any) => subject_id)).toEqual([
      'drivers',
      'days',
      'driver-days',
      'mails',
      'mail-days',
    ]);
  });
});
