import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import type { Answer } from '../support/api.ts';
import { moneyAlone, startTestApplication, type TestApplication } from '../support/application.ts';
import { type Panel, signedIn } from '../support/panel.ts';
import { type Riding, rideIn, vanIdOf, vanOf } from '../support/rides.ts';

let app: TestApplication;
let staff: Panel;
let viewer: Panel;
let vans: string[];
let ann: Riding;
let ben: Riding;
beforeAll(async () => {
  app = await startTestApplication({ ...moneyAlone, panel: true }, 'postgres', 'seeded');
  staff = await signedIn(app, 'staff');
  viewer = await signedIn(app, 'viewer');
  vans = await Promise.all(['Van 1', 'Van 2', 'Van 3'].map((name) => vanIdOf(app.ctx, name)));
  ann = await rideIn(app.ctx, { van: 'Van 1', slots: 3, specialtyItems: 2, firstName: 'Ann' });
  ben = await rideIn(app.ctx, { van: 'Van 1', slots: 1, firstName: 'Ben' });
  await rideIn(app.ctx, { van: 'Van 2', slots: 5, firstName: 'Cleo' });
  await rideIn(app.ctx, { van: 'Van 3', slots: 6, wholeVan: true, firstName: 'Dan', day: '2027-05-14' });
});
afterAll(() => app.stop());

const page = '/admin/api/pages/calendar';
const look = (panel: Panel, query = '?month=2027-05') => panel.get(page + query);
const open = (van: number, day: string) => `?month=2027-05&van=${vans[van]}&day=${day}`;

/** A van's cell of a day. */
function cellOf({ body }: Answer, van: number, day: string) {
  const at = body.days.findIndex((each: { day: string }) => each.day === day);
  return body.vans[van].cells[at];
}

describe('the month', () => {
  it('shows each van on each day of whole weeks, in words', async () => {
    const month = await look(staff);
    expect(month.body).toMatchObject({ title: 'May 2027', previous: '2027-04', next: '2027-06' });
    expect(month.body.days).toHaveLength(42);
    expect(month.body.days[0]).toMatchObject({ words: 'Sun 25 Apr 2027', isOutside: true, isWeekend: true });
    expect(cellOf(month, 0, '2027-05-12')).toMatchObject({
      text: '4 of 6',
      specialty: '2 of 4',
      state: 'room',
      share: 66,
      label: 'Van 1, Wed 12 May 2027: 4 of 6 slots taken, 2 of 4 specialty items, 2 bookings.',
    });
    expect(cellOf(month, 2, '2027-05-14')).toMatchObject({ text: 'Whole van', state: 'full' });
    expect(cellOf(month, 0, '2027-05-13')).toMatchObject({ text: '0 of 6', specialty: null, state: 'room' });
  });

  it('begins with today, and takes an address that is none as such', async () => {
    for (const query of ['', '?month=2027-13', '?month=x', '?month=2027-05&van=x&day=y', '?month[]=1']) {
      expect((await look(staff, query)).status).toBe(200);
    }
    const { body } = await look(staff, '');
    expect(body).toMatchObject({ title: 'Apr 2027', thisMonth: '2027-04' });
    expect(body.days.filter(({ isToday }: { isToday: boolean }) => isToday)).toMatchObject([
      { day: '2027-04-05' },
    ]);
  });

  it('shows a van out of service only where it still carries somebody, as closed', async () => {
    await execute(
      app.ctx,
      `insert into vans (name, slots, specialty_limit, created_at, updated_at) values
         ('Wagon 1', 6, 4, $1, $1), ('Wagon 2', 6, 4, $1, $1)`,
      [app.ctx.clock.now()],
    );
    await rideIn(app.ctx, { van: 'Wagon 1', day: '2027-05-10' });
    await execute(app.ctx, `update vans set active = false where name like 'Wagon%'`);
    const may = await look(staff);
    expect(may.body.vans.map(({ name }: { name: string }) => name)).toEqual([
      'Van 1',
      'Van 2',
      'Van 3',
      'Wagon 1',
    ]);
    expect(cellOf(may, 3, '2027-05-10')).toMatchObject({ text: 'Closed, 1 on it', state: 'overfull' });
    const july = await look(staff, '?month=2027-07');
    expect(july.body.vans).toHaveLength(3);
  });
});

describe('an opened day', () => {
  it('names who rides, what they take and where else they fit', async () => {
    const { body } = await look(staff, open(0, '2027-05-12'));
    expect(body.opened.title).toBe('Van 1 on Wed 12 May 2027');
    const [first] = body.opened.rides;
    expect(first.number).toMatchObject({ text: ann.number });
    const facts = Object.fromEntries(
      first.facts.map(({ label, cell }: { label: string; cell: { text: string } }) => [label, cell.text]),
    );
    expect(facts).toMatchObject({
      Customer: 'Ann Doe',
      Window: '8–11 am',
      Takes: '3 slots, 2 specialty items',
      Status: 'Confirmed',
    });
    expect(first.vans.slice(0, 2)).toMatchObject([
      { name: 'Van 2', room: '1 slot free', refusal: expect.stringContaining('takes 3') },
      { name: 'Van 3', room: '6 slots free', refusal: null },
    ]);
    expect(body.opened.form.values).toEqual({ open: true, slots: null, specialtyLimit: null, note: '' });
  });

  it('shows a viewer names alone, nothing to reach people by and nothing to change', async () => {
    const { status, body } = await look(viewer, open(0, '2027-05-12'));
    expect(status).toBe(200);
    expect(JSON.stringify(body)).toContain('Ann Doe');
    expect(JSON.stringify(body)).not.toMatch(/jo@example|5550100|Main Street/);
    expect([body.bulk, body.opened.form, body.opened.rides[0].vans]).toEqual([null, null, []]);
  });
});

describe('changing it', () => {
  const move = (panel: Panel, { id }: Riding, van: number) =>
    panel.post(page, { verb: 'move', bookingId: id, vanId: vans[van], purpose: 'ride' });

  it('a booking moves, can be moved back, and is refused in words where there is no room', async () => {
    const moved = await move(staff, ben, 1);
    expect(moved.body.notice).toEqual({
      type: 'success',
      message: `${ben.number} rides in Van 2 on Wed 12 May 2027.`,
    });
    expect(await vanOf(app.ctx, ben)).toBe('Van 2');
    const refused = await move(staff, ann, 1);
    expect(refused.body.notice).toEqual({
      type: 'error',
      message: 'Van 2 has no room on Wed 12 May 2027: it has 0 slots left and this booking takes 3.',
    });
    await staff.post(page, moved.body.undo);
    expect(await vanOf(app.ctx, ben)).toBe('Van 1');
  });

  it('a booking moves from its own page, which shows its van and the move in its history', async () => {
    const body = { vanId: vans[1] };
    const preview = await staff.record('bookings', ben.id, 'moveToVan', { ...body, preview: true });
    expect(preview.body.record.verb.consequences[0]).toBe(
      `${ben.number} rides in Van 2 instead of Van 1 on Wed 12 May 2027.`,
    );
    await staff.record('bookings', ben.id, 'moveToVan', body);
    const shown = await staff.record('bookings', ben.id, 'show');
    expect(shown.body.record.screen.summary).toContainEqual({
      label: 'Van',
      cell: expect.objectContaining({ text: 'Van 2', hint: '1 slot' }),
    });
    expect(JSON.stringify(shown.body.record.screen.blocks)).toContain('Van: Van 1 → Van 2');
    const full = await staff.record('bookings', ann.id, 'moveToVan', { ...body, preview: true });
    expect(full.body.record.errors.vanId.message).toContain('this booking takes 3');
    await staff.record('bookings', ben.id, 'moveToVan', { vanId: vans[0] });
  });

  it('one day is edited with a warning that lists who rides, and a conflict when somebody was faster', async () => {
    const day = { verb: 'editDay', vanId: vans[0], day: '2027-05-12', scheduleId: null };
    const values = { open: false, slots: '', specialtyLimit: null, note: 'Garage' };
    const { warnings } = (await staff.post(page, { ...day, values, preview: true })).body;
    expect(warnings).toEqual([
      `Van 1 would be closed on Wed 12 May 2027, and 2 bookings ride in it then: ${ann.number} (Ann Doe), ${ben.number} (Ben Doe). They stay; only new bookings are kept out.`,
    ]);
    expect((await staff.post(page, { ...day, values })).body.notice.message).toBe('Wed 12 May 2027 saved.');
    const closed = await look(staff, open(0, '2027-05-12'));
    expect(cellOf(closed, 0, '2027-05-12')).toMatchObject({
      text: 'Closed, 2 on it',
      state: 'overfull',
      hasNote: true,
      label: 'Van 1, Wed 12 May 2027: closed, over-full: 2 bookings on it. Note: Garage',
    });
    const { scheduleId, version } = closed.body.opened.form;
    const edit = { ...day, scheduleId, version };
    await staff.post(page, { ...edit, values: { note: 'Garage until noon' } });
    const second = await staff.post(page, { ...edit, values: { note: 'Paint shop' } });
    expect(second.body.notice.type).toBe('error');
    expect(second.body.errors.note).toMatchObject({ type: 'conflict', mine: { text: 'Paint shop' } });
    const merged = await staff.post(page, { ...edit, values: { open: true } });
    expect(merged.body.notice.type).toBe('success');
    expect(cellOf(await look(staff), 0, '2027-05-12')).toMatchObject({ text: '4 of 6', hasNote: true });
  });

  it('many days close at once after a plan that lists who rides', async () => {
    const values = { vanIds: [vans[2]], from: '2027-05-10', to: '2027-05-16', open: 'closed' };
    const { warnings } = (await staff.post(page, { verb: 'setDays', values, preview: true })).body;
    expect(warnings).toEqual([
      'Van 3 from Mon 10 May 2027 to Sun 16 May 2027: closed. 7 days of vans change.',
      expect.stringContaining('Van 3 would be closed on Fri 14 May 2027, and 1 booking rides in it then:'),
    ]);
    const done = await staff.post(page, { verb: 'setDays', values });
    expect(done.body.notice.message).toBe('7 days of vans changed.');
    const again = await staff.post(page, { verb: 'setDays', values, preview: true });
    expect(again.body.notice).toEqual({ type: 'error', message: 'These days are like that already.' });
    expect(cellOf(await look(staff), 2, '2027-05-11')).toMatchObject({ text: 'Closed', state: 'closed' });
  });

  it('tells at its field what is wrong with the days', async () => {
    const values = { vanIds: [], from: 'soon', to: '2027-05-16', open: 'ajar' };
    const { body } = await staff.post(page, { verb: 'setDays', values, preview: true });
    expect(Object.keys(body.errors).toSorted()).toEqual(['from', 'open', 'vanIds']);
    for (const nonsense of [{}, { verb: 'fly' }, { verb: 'move' }, { verb: 'setDays', values: 3 }]) {
      expect((await staff.post(page, nonsense)).body.notice.type).toBe('error');
    }
  });

  it('a viewer changes nothing', async () => {
    const before = await select(app.ctx, 'select * from van_schedules order by id');
    const values = { vanIds: [vans[1]], from: '2027-05-10', to: '2027-05-16', open: 'closed' };
    const day = {
      verb: 'editDay',
      vanId: vans[1],
      day: '2027-05-12',
      scheduleId: null,
      values: { open: false },
    };
    const tries = [
      await move(viewer, ben, 2),
      await viewer.post(page, { verb: 'setDays', values }),
      await viewer.post(page, { verb: 'setDays', values, preview: true }),
      await viewer.post(page, day),
      await viewer.post(page, { ...day, preview: true }),
    ];
    expect(tries.map(({ status }) => status)).toEqual(tries.map(() => 403));
    expect(await select(app.ctx, 'select * from van_schedules order by id')).toEqual(before);
    expect(await vanOf(app.ctx, ben)).toBe('Van 1');
  });
});

describe('the forms of vans and of their days', () => {
  it('warn before a day or a van carries less than rides in it', async () => {
    const values = { vanId: vans[1], day: '2027-05-12', open: true, slots: 4, preview: true };
    const made = await staff.post('/admin/api/resources/vanSchedules/actions/new', values);
    expect(made.body.warnings).toEqual([
      expect.stringContaining('Van 2 would have 4 slots where 5 are taken on Wed 12 May 2027'),
    ]);
    const roomy = await staff.post('/admin/api/resources/vanSchedules/actions/new', { ...values, slots: 5 });
    expect(roomy.body.warnings).toEqual([]);
    const retired = await staff.record('vans', vans[1] ?? '', 'edit', { active: false, preview: true });
    expect(retired.body.warnings).toEqual([
      expect.stringContaining('Van 2 would be closed on Wed 12 May 2027'),
    ]);
    expect((await staff.record('vans', vans[1] ?? '', 'show')).body.record.params.active).toBe(true);
  });
});
