import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import type { Answer } from '../support/api.ts';
import { moneyAlone, startTestApplication, type TestApplication } from '../support/application.ts';
import { awaitStatus, makeBooking, openPayment, pay, readBooking } from '../support/bookings.ts';
import { type Panel, signedIn } from '../support/panel.ts';

let app: TestApplication;
let admin: Panel;
let manager: Panel;
let staff: Panel;
beforeAll(async () => {
  app = await startTestApplication({ ...moneyAlone, panel: true }, 'postgres', 'seeded');
  [admin, manager, staff] = [
    await signedIn(app, 'admin'),
    await signedIn(app, 'manager'),
    await signedIn(app, 'staff'),
  ];
});
afterAll(() => app.stop());

async function idOf(table: string, where: string): Promise<string> {
  const [row] = await select<{ id: string }>(app.ctx, `select id from ${table} where ${where}`);
  return row?.id ?? '';
}

const params = ({ body }: Answer) => body.record.params;
const errors = ({ body }: Answer) => body.record.errors;

describe('changing a record', () => {
  it('writes the audit row with it, in values that people can read back', async () => {
    const id = await idOf('mini_move_packages', `code = 'petite'`);
    const saved = await admin.record('miniMovePackages', id, 'edit', { priceCents: 101_000, version: 0 });
    expect(saved.body.notice).toEqual({ message: 'Package saved.', type: 'success' });
    expect(params(saved)).toMatchObject({ priceCents: 101_000, version: 1 });
    const [entry] = await select(
      app.ctx,
      `select actor_name, action, changes, subject_version from audit_logs where subject_id = $1 order by sequence desc limit 1`,
      [id],
    );
    expect(entry).toEqual({
      actor_name: 'Ada Admin',
      action: 'miniMovePackage.updated',
      changes: { priceCents: [99_500, 101_000] },
      subject_version: 1,
    });
    const shown = await admin.record('miniMovePackages', id, 'show');
    const history = shown.body.record.screen.blocks.find(
      (block: { title: string }) => block.title === 'History',
    );
    expect(history.rows[0][3].text).toBe('Price: $995.00 → $1,010.00');
  });

  it('is in force at once: the next quote has the new price', async () => {
    const id = await idOf('specialty_items', `code = 'peloton'`);
    await admin.record('specialtyItems', id, 'edit', { priceCents: 51_000 });
    const quote = {
      service: 'specialty_item',
      pickupDate: '2027-05-12',
      pickupZip: '10001',
      deliveryZip: '10013',
      specialtyItems: [{ item: 'peloton', quantity: 1 }],
    };
    const quoted = await app.api.post('/api/v1/quotes', { ...quote, pickupWindow: 'morning' });
    expect(quoted.body.lines[0].amountCents).toBe(51_000);
  });

  it('takes what a form of AdminJS would post: text, every field, the untouched ones too', async () => {
    const id = await idOf('vans', `name = 'Van 2'`);
    const read = params(await staff.record('vans', id, 'edit'));
    const posted = new FormData();
    for (const [name, value] of Object.entries({ ...read, slots: '7' })) posted.append(name, String(value));
    const saved = await staff.post(`/admin/api/resources/vans/records/${id}/edit`, posted);
    expect(params(saved)).toMatchObject({ slots: 7, name: 'Van 2', version: 1 });
    const again = await staff.record('vans', id, 'edit', { slots: 7 });
    expect(params(again).version).toBe(1);
  });

  it('says at each field what is wrong, all at once, and keeps nothing', async () => {
    const id = await idOf('surcharge_rules', `code = 'weekend'`).catch(() => '');
    const rule = id || (await idOf('surcharge_rules', `type = 'weekend'`));
    const refused = await admin.record('surchargeRules', rule, 'edit', {
      name: '',
      code: 'Not A Code',
      amountCents: 'ten dollars',
      weekdays: [],
      services: ['teleport'],
    });
    expect(refused.body.notice.type).toBe('error');
    expect(errors(refused)).toMatchObject({
      name: { message: 'This is required.' },
      code: { message: 'Use small letters, digits and _ only, beginning with a letter.' },
      amountCents: { message: 'Enter an amount like 995.00.' },
      weekdays: { message: 'Choose at least one.' },
      services: { type: 'invalid_value' },
    });
    const both = await admin.record('surchargeRules', rule, 'edit', {
      amountCents: 100,
      percentBasisPoints: 100,
    });
    expect(errors(both)).toEqual({
      amountCents: { type: 'not_allowed', message: 'Give either a fixed sum or a percentage.' },
    });
    const [row] = await select<{ version: number }>(
      app.ctx,
      'select version from surcharge_rules where id = $1',
      [rule],
    );
    expect(row?.version).toBe(0);
  });

  it('tells the database’s own refusals at their fields', async () => {
    const petite = await idOf('mini_move_packages', `code = 'petite'`);
    const taken = await admin.record('miniMovePackages', petite, 'edit', { code: 'standard' });
    expect(errors(taken)).toEqual({ code: { type: 'taken', message: 'Another one has this already.' } });
    const van = await idOf('vans', `name = 'Van 1'`);
    const day = { vanId: van, day: '2027-07-04', open: false };
    expect((await staff.post('/admin/api/resources/vanSchedules/actions/new', day)).body.notice.type).toBe(
      'success',
    );
    const twice = await staff.post('/admin/api/resources/vanSchedules/actions/new', day);
    expect(errors(twice)).toEqual({
      day: { type: 'taken', message: 'This van has an entry for this day already.' },
    });
    const nowhere = await staff.post('/admin/api/resources/vanSchedules/actions/new', {
      ...day,
      day: '2027-07-05',
      vanId: '00000000-0000-4000-8000-000000000000',
    });
    expect(errors(nowhere)).toEqual({ vanId: { type: 'not_there', message: 'There is no such record.' } });
    const huge = await admin.record('miniMovePackages', petite, 'edit', { priceCents: 99_999_999_999 });
    expect(errors(huge).priceCents.type).toBe('too_big');
  });

  it('knows days and times of New York, and the hour that is skipped', async () => {
    const id = await idOf('discount_codes', `code = (select min(code) from discount_codes)`);
    await admin.record('discountCodes', id, 'edit', { validFrom: '2027-07-04T09:30' });
    const [row] = await select<{ valid_from: Date }>(
      app.ctx,
      'select valid_from from discount_codes where id = $1',
      [id],
    );
    expect(row?.valid_from.toISOString()).toBe('2027-07-04T13:30:00.000Z');
    expect((await admin.record('discountCodes', id, 'edit')).body.record.form.values.validFrom).toBe(
      '2027-07-04T09:30',
    );
    const skipped = await admin.record('discountCodes', id, 'edit', { validUntil: '2028-03-12T02:30' });
    expect(errors(skipped).validUntil.message).toContain('skipped in spring');
    const rule = await idOf('surcharge_rules', `type = 'peak' and from_day = to_day limit 1`);
    await admin.record('surchargeRules', rule, 'edit', { fromDay: '2027-03-09', toDay: '2027-03-09' });
    const [days] = await select(
      app.ctx,
      'select from_day::text, to_day::text from surcharge_rules where id = $1',
      [rule],
    );
    expect(days).toEqual({ from_day: '2027-03-09', to_day: '2027-03-09' });
  });

  it('is deleted with what it was in the audit log, unless others need it', async () => {
    const zone = await idOf('service_zones', `zip = (select max(zip) from service_zones)`);
    expect((await admin.record('serviceZones', zone, 'delete', {})).body.notice.message).toBe(
      'Served ZIP deleted.',
    );
    expect((await admin.record('serviceZones', zone, 'delete', {})).body.notice.type).toBe('error');
    const [entry] = await select<{ changes: object }>(
      app.ctx,
      `select changes from audit_logs where action = 'serviceZone.deleted'`,
    );
    expect(entry?.changes).toMatchObject({ zip: [expect.stringMatching(/^\d{5}$/), null] });
  });

  it('leaves no change without its audit row when the log cannot be written', async () => {
    const id = await idOf('vans', `name = 'Van 3'`);
    await execute(
      app.ctx,
      `alter table audit_logs add constraint full_disk check (action <> 'van.updated') not valid`,
    );
    const broken = await staff.record('vans', id, 'edit', { slots: 2 });
    await execute(app.ctx, 'alter table audit_logs drop constraint full_disk');
    expect(broken.status === 500 || broken.body.notice.type === 'error').toBe(true);
    expect(params(await staff.record('vans', id, 'show')).slots).toBe(6);
  });
});

describe('two people at one record', () => {
  it('merge when they change different fields, and lose nothing', async () => {
    const id = await idOf('vans', `name = 'Van 3'`);
    const { version } = params(await staff.record('vans', id, 'show'));
    expect(params(await admin.record('vans', id, 'edit', { slots: 8, version })).slots).toBe(8);
    const second = await staff.record('vans', id, 'edit', {
      name: 'Van 3',
      slots: 6,
      specialtyLimit: 2,
      version,
    });
    expect(params(second)).toMatchObject({ slots: 8, specialtyLimit: 2, version: version + 2 });
  });

  it('see both values and who wrote the other when they change the same, and choose', async () => {
    const id = await idOf('vans', `name = 'Van 3'`);
    const { version } = params(await staff.record('vans', id, 'show'));
    await admin.record('vans', id, 'edit', { slots: 5, version });
    const second = await staff.record('vans', id, 'edit', { slots: 4, specialtyLimit: 1, version });
    expect(second.body.notice.type).toBe('error');
    expect(errors(second)).toEqual({
      slots: {
        type: 'conflict',
        message: 'Ada Admin wrote “5” while you wrote “4”.',
        by: 'Ada Admin',
        at: expect.any(String),
        version: version + 1,
        theirs: { value: 5, text: '5' },
        mine: { value: 4, text: '4' },
      },
    });
    expect(params(await staff.record('vans', id, 'show'))).toMatchObject({ slots: 5, specialtyLimit: 2 });
    const chosen = await staff.record('vans', id, 'edit', {
      slots: 4,
      specialtyLimit: 1,
      version: version + 1,
    });
    expect(params(chosen)).toMatchObject({ slots: 4, specialtyLimit: 1 });
  });

  it('do not conflict when both wrote the same', async () => {
    const id = await idOf('vans', `name = 'Van 3'`);
    const { version } = params(await staff.record('vans', id, 'show'));
    await admin.record('vans', id, 'edit', { slots: 9, version });
    expect((await staff.record('vans', id, 'edit', { slots: 9, version })).body.notice.type).toBe('success');
  });

  it('at the very same moment: one is first, the others are told', async () => {
    const id = await idOf('vans', `name = 'Van 3'`);
    const { version } = params(await staff.record('vans', id, 'show'));
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, number) =>
        (number % 2 === 0 ? admin : staff).record('vans', id, 'edit', { slots: 20 + number, version }),
      ),
    );
    const types = answers.map((answer) => answer.body.notice.type);
    expect(types.filter((type) => type === 'success')).toHaveLength(1);
    expect(params(await staff.record('vans', id, 'show')).version).toBe(version + 1);
  });

  it('are told of personal values too, which the log keeps apart', async () => {
    const booking = await makeBooking(app);
    const { version } = params(await staff.record('bookings', booking.id, 'show'));
    await admin.record('bookings', booking.id, 'amend', { notes: 'Gate code 4711', version });
    const second = await staff.record('bookings', booking.id, 'amend', {
      notes: 'Call first',
      instructions: 'Two flights',
      version,
    });
    expect(errors(second).notes.message).toBe(
      'Ada Admin wrote “Gate code 4711” while you wrote “Call first”.',
    );
    const third = await staff.record('bookings', booking.id, 'amend', {
      instructions: 'Two flights',
      version,
    });
    expect(params(third)).toMatchObject({ notes: 'Gate code 4711', instructions: 'Two flights' });
    const [log] = await select<{ changes: string }>(
      app.ctx,
      `select string_agg(changes::text, '') as changes from audit_logs where subject_id = $1`,
      [booking.id],
    );
    expect(log?.changes).not.toContain('4711');
  });

  it('no version that is none is taken', async () => {
    const id = await idOf('vans', `name = 'Van 3'`);
    for (const version of ['x', -1, 1.5, {}]) {
      const answer = await staff.record('vans', id, 'edit', { slots: 3, version });
      expect(errors(answer)).toHaveProperty('version');
    }
  });
});

describe('a booking', () => {
  it('is amended at any time, without its price, its day or its customer’s profile changing', async () => {
    const booking = await makeBooking(app);
    await pay(app, await openPayment(app, booking));
    await awaitStatus(app, booking, 'confirmed');
    const amended = await staff.record('bookings', booking.id, 'amend', {
      contactPhone: '917 555 0123',
      contactEmail: ' New@Example.com',
    });
    expect(params(amended)).toMatchObject({
      contactPhone: '+19175550123',
      contactEmail: 'new@example.com',
      status: 'confirmed',
    });
    expect((await readBooking(app, booking)).price.totalCents).toBe(booking.totalCents);
    const [profile] = await select(
      app.ctx,
      `select email, phone from customers where email = 'jo@example.com'`,
    );
    expect(profile).toEqual({ email: 'jo@example.com', phone: '+12125550100' });
    const wrong = await staff.record('bookings', booking.id, 'amend', {
      contactEmail: 'no mail',
      contactPhone: 'call me',
    });
    expect(Object.keys(errors(wrong)).sort()).toEqual(['contactEmail', 'contactPhone']);
  });

  it('is archived and restored by an admin, once, and its link with it', async () => {
    const booking = await makeBooking(app);
    const preview = await admin.record('bookings', booking.id, 'archive');
    expect(preview.body.record.verb.consequences).toHaveLength(3);
    const all = await Promise.all([1, 2, 3].map(() => admin.record('bookings', booking.id, 'archive', {})));
    expect(all.filter(({ body }) => body.notice.type === 'success').length).toBeGreaterThan(0);
    expect((await app.api.get(booking.path, booking.headers)).status).toBe(404);
    const { number } = params(await admin.record('archivedBookings', booking.id, 'show'));
    expect((await admin.resource('bookings', 'list', `?filters.q=${number}`)).body.records).toEqual([]);
    expect((await staff.record('bookings', booking.id, 'show')).body.notice.type).toBe('error');
    expect((await admin.record('archivedBookings', booking.id, 'restore', {})).body.notice.type).toBe(
      'success',
    );
    expect((await app.api.get(booking.path, booking.headers)).status).toBe(200);
    const [count] = await select(
      app.ctx,
      `select count(*) filter (where action = 'booking.archived')::int as gone, count(*) filter (where action = 'booking.restored')::int as back from audit_logs where subject_id = $1`,
      [booking.id],
    );
    expect(count).toEqual({ gone: 1, back: 1 });
  });

  it('is not archived while it holds money or a day', async () => {
    const booking = await makeBooking(app);
    await openPayment(app, booking);
    const refused = await admin.record('bookings', booking.id, 'archive', {});
    expect(refused.body.notice.message).toContain('holds money or a place in a van');
    const offered = (await admin.record('bookings', booking.id, 'show')).body.record.recordActions;
    expect(offered.map(({ name }: { name: string }) => name)).not.toContain('archive');
  });
});

describe('the people who sign in', () => {
  it('always keep one admin, whoever takes whom away at once', async () => {
    const [one, other] = [
      await idOf('staff_users', `email = 'admin@totetaxi.test'`),
      await idOf('staff_users', `email = 'manager@totetaxi.test'`),
    ];
    expect((await admin.record('staffUsers', one, 'disable', {})).body.notice.message).toBe(
      'You cannot disable yourself.',
    );
    expect(errors(await admin.record('staffUsers', one, 'edit', { role: 'staff' })).role.message).toBe(
      'You cannot take your own admin role.',
    );
    await Promise.all([
      admin.record('staffUsers', other, 'disable', {}),
      manager.record('staffUsers', one, 'disable', {}),
    ]);
    const [left] = await select<{ admins: number }>(
      app.ctx,
      `select count(*)::int as admins from staff_users where role = 'admin' and disabled_at is null`,
    );
    expect(left?.admins).toBe(1);
    await execute(app.ctx, 'update staff_users set disabled_at = null');
    [admin, manager] = [await signedIn(app, 'admin'), await signedIn(app, 'manager')];
  });

  it('have no name that a page could take for its own', async () => {
    const made = await admin.post('/admin/api/resources/staffUsers/actions/new', {
      name: '<b>x',
      email: 'x@totetaxi.test',
      role: 'staff',
    });
    expect(errors(made)).toEqual({ name: { type: 'not_allowed', message: 'A name has no < or >.' } });
  });
});

describe('settings', () => {
  const change = (panel: Panel, values: object, were: object) =>
    panel.post('/admin/api/pages/settings', { values, were });

  it('are checked in words, saved together, audited, and in force at once', async () => {
    const refused = await change(admin, { holdMinutes: 'soon', cutOffHour: 24 }, {});
    expect(Object.keys(refused.body.errors).sort()).toEqual(['cutOffHour', 'holdMinutes']);
    const saved = await change(
      admin,
      { holdMinutes: 25, coiThresholdCents: 300_000 },
      { holdMinutes: 30, coiThresholdCents: 200_000 },
    );
    expect(saved.body.values).toMatchObject({ holdMinutes: 25, coiThresholdCents: 300_000 });
    expect(saved.body.blocks[0].rows[0][3].text).toContain('Minutes that checkout holds the day: 30 → 25');
    expect((await app.api.get('/api/v1/catalog')).body.terms.holdMinutes).toBe(25);
  });

  it('merge when two admins change different ones, and tell the second of the same one', async () => {
    const both = await Promise.all([
      change(admin, { paymentAttempts: 4 }, { paymentAttempts: 3 }),
      change(manager, { inquiryDays: 20 }, { inquiryDays: 30 }),
    ]);
    expect(both.map(({ body }) => body.notice.type)).toEqual(['success', 'success']);
    const second = await change(manager, { paymentAttempts: 5 }, { paymentAttempts: 3 });
    expect(second.body.errors.paymentAttempts).toMatchObject({
      type: 'conflict',
      by: 'Ada Admin',
      theirs: { text: '4' },
      mine: { text: '5' },
    });
    expect((await admin.get('/admin/api/pages/settings')).body.values).toMatchObject({
      paymentAttempts: 4,
      inquiryDays: 20,
    });
  });

  it('keep the steps of the cancellation policy in order, and percentages within 0 and 100', async () => {
    const refused = await change(
      admin,
      { partialRefundHours: 72, partialRefundBasisPoints: 10_100, holdMaximumMinutes: 10 },
      {},
    );
    expect(refused.body.errors).toEqual({
      partialRefundBasisPoints: { type: 'too_big', message: 'This must be at most 100%.' },
    });
    const unordered = await change(
      admin,
      { partialRefundHours: 72, fullRefundBasisPoints: 4_000, holdMaximumMinutes: 10 },
      {},
    );
    expect(unordered.body.errors).toMatchObject({
      partialRefundHours: {
        message: 'The partial refund comes after the full one: at most 48 hours before pickup.',
      },
      partialRefundBasisPoints: { message: 'This must be at most the 40% of the full refund.' },
      holdMaximumMinutes: { type: 'not_allowed' },
    });
    const ordered = await change(
      admin,
      { fullRefundHours: 96, partialRefundHours: 72, paymentLinkHours: 12 },
      { fullRefundHours: 48, partialRefundHours: 24, paymentLinkHours: 24 },
    );
    expect(ordered.body.values).toMatchObject({
      fullRefundHours: 96,
      partialRefundHours: 72,
      paymentLinkHours: 12,
    });
  });

  it('take no figure that is not one of them', async () => {
    const { body } = await change(admin, { nothing: 1 }, {});
    expect(body.errors).toHaveProperty('nothing');
  });
});
