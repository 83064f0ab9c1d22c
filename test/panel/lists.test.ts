import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { moneyAlone, startTestApplication, type TestApplication } from '../support/application.ts';
import { makeBooking } from '../support/bookings.ts';
import { type Panel, signedIn } from '../support/panel.ts';

let app: TestApplication;
let staff: Panel;
let viewer: Panel;
beforeAll(async () => {
  app = await startTestApplication({ ...moneyAlone, panel: true });
  const people = [
    ['Maya', 'Brooks', 'maya@example.com', '(212) 555-0101', '2027-04-06'],
    ['Owen', "O'Neil_50%", 'owen_50@example.com', '917.555.0102', '2027-04-07'],
    ['Jürgen', 'Ökonom', 'j@example.com', '1 646 555 0103', '2027-04-10'],
    ['=cmd|calc', '@SUM(1)', 'evil@example.com', '(212) 555-0104', '2027-04-20'],
  ];
  for (const [firstName, lastName, email, phone, pickupDate] of people) {
    await makeBooking(app, { contact: { firstName, lastName, email, phone }, pickupDate });
  }
  [staff, viewer] = [await signedIn(app, 'staff'), await signedIn(app, 'viewer')];
});
afterAll(() => app.stop());

async function found(panel: Panel, query: string): Promise<string[]> {
  const { body } = await panel.resource('bookings', 'list', `?sortBy=number&${query}`);
  return body.records.map(({ cells }: any) => cells.customer.text.split(' ')[0]);
}

describe('searching bookings', () => {
  it.each([
    ['TT-000001', ['Maya']],
    ['000001', ['Maya']],
    ['brooks', ['Maya']],
    ['maya brooks', ['Maya']],
    ['brooks maya', ['Maya']],
    ['MAYA@EXAMPLE', ['Maya']],
    ['(212) 555-0101', ['Maya']],
    ['212 555 0101', ['Maya']],
    ['+1 (917) 555-0102', ['Owen']],
    ['12125550101', ['Maya']],
    ['tt-000002', ['Owen']],
    ['5550103', ['Jürgen']],
    ['ökonom', ['Jürgen']],
    ['50%', ['Owen']],
    ['owen_50', ['Owen']],
    ['owenx50', []],
    ['%', ['Owen']],
    ["o'neil", ['Owen']],
    ['\\', []],
    ['maya owen', []],
    ['br', ['Maya']],
    ['ro', []],
    ['maya b', ['Maya']],
    ['Maya@Example.com', ['Maya']],
    ['AYA@EXAMPLE.C', ['Maya']],
    ["'neil_50%", ['Owen']],
    ['owenx50@example', []],
    ['evil@example maya', []],
    ['evil@example calc', ['=cmd|calc']],
    ['\\\\\\\\\\\\', []],
  ])('%s', async (typed, expected) => {
    expect(await found(staff, `filters.q=${encodeURIComponent(typed)}`)).toEqual(expected);
  });

  it('a viewer finds by number and name, never by contact data', async () => {
    expect(await found(viewer, 'filters.q=brooks')).toEqual(['Maya']);
    for (const typed of ['maya@example', '5550101', '(212) 555-0101']) {
      expect(await found(viewer, `filters.q=${encodeURIComponent(typed)}`)).toEqual([]);
    }
  });
});

describe('searching by an id', () => {
  it('finds what has exactly that one, and for a viewer, who sees no ids, nothing', async () => {
    await execute(
      app.ctx,
      `insert into payments (booking_id, attempt, purpose, amount_cents, status, stripe_payment_intent_id, created_at, updated_at)
       select id, 9, 'booking', 100, 'cancelled', 'pi_searched', now(), now() from bookings limit 1`,
    );
    const ask = async (panel: Panel, typed: string) =>
      (await panel.resource('payments', 'list', `?filters.q=${typed}`)).body.records.length;
    expect(await ask(staff, 'pi_searched')).toBe(1);
    expect(await ask(staff, 'pi_search')).toBe(0);
    expect(await ask(viewer, 'pi_searched')).toBe(0);
  });
});

describe('filtering', () => {
  it.each([
    ['filters.pickupDate~~from=2027-04-07&filters.pickupDate~~to=2027-04-10', ['Owen', 'Jürgen']],
    ['filters.pickupDate=2027-04-06', ['Maya']],
    ['filters.status=inquiry,expired&filters.totalCents~~to=100', []],
    ['filters.totalCents~~from=99501&filters.totalCents~~to=120000', ['Jürgen']],
    ['filters.isTest=true', []],
    ['filters.view=tomorrow', []],
    ['filters.view=inquiries', ['Maya', 'Owen', 'Jürgen', '=cmd|calc']],
    ['filters.view=inquiries&filters.q=maya', ['Maya']],
  ])('%s', async (query, expected) => {
    expect(await found(staff, query)).toEqual(expected);
  });

  it.each([
    ['filters.pickupDate~~from=2027-04-01&filters.pickupDate~~to=2027-04-30', 'when', 'asc'],
    ['filters.pickupDate~~from=2027-04-01&sortBy=totalCents', 'totalCents', 'asc'],
    ['filters.pickupDate~~from=2027-04-01&filters.view=inquiries', 'createdAt', 'desc'],
    ['filters.createdAt~~from=2027-04-01', 'createdAt', 'desc'],
  ])('%s is sorted by %s, %s, and says so', async (query, by, direction) => {
    const { body } = await staff.resource('bookings', 'list', `?${query}`);
    expect([body.meta.sortBy, body.meta.direction]).toEqual([by, direction]);
    if (by !== 'when') return;
    const days = body.records.map(({ cells }: any) => Number(/ (\d+) Apr /.exec(cells.when.text)?.[1]));
    expect(days).toEqual(days.toSorted((a: number, b: number) => a - b));
    expect(new Set(days).size).toBeGreaterThan(1);
  });

  it('by a day means the day of New York, from its first moment to its last', async () => {
    await execute(
      app.ctx,
      `update bookings set created_at = '2027-04-02T03:59:59Z' where number = 'TT-000001'`,
    );
    await execute(
      app.ctx,
      `update bookings set created_at = '2027-04-02T04:00:00Z' where number = 'TT-000002'`,
    );
    expect(await found(staff, 'filters.createdAt~~from=2027-04-01&filters.createdAt~~to=2027-04-01')).toEqual(
      ['Maya'],
    );
    expect(await found(staff, 'filters.createdAt=2027-04-02')).toEqual(['Owen']);
  });

  it.each([
    'filters.pickupDate=yesterday',
    'filters.pickupDate~~from=2027-02-30',
    'filters.createdAt~~to=x',
    'filters.isTest=perhaps',
    'filters.customerId=x',
    'filters.totalCents~~from=1.5',
    'filters.totalCents=99999999999',
  ])('%s is refused in words, not broken', async (query) => {
    const { status, body } = await staff.resource('bookings', 'list', `?${query}`);
    expect([status, body.notice?.type, body.records]).toEqual([200, 'error', []]);
  });

  it.each([
    'filters.price=x',
    'filters.basket.miniMove=x',
    'sortBy=price',
    'sortBy=constructor',
    'filters.__proto__=1',
    'filters.view=nothing',
  ])('%s is not to be had', async (query) => {
    const { status, body } = await staff.resource('bookings', 'list', `?${query}`);
    expect([status < 500, body.records ?? []]).toEqual([true, []]);
  });

  it('of a status shows every one of its rows and no other', async () => {
    await execute(app.ctx, `update bookings set is_test = true where number = 'TT-000003'`);
    expect(await found(staff, 'filters.isTest=true')).toEqual(['Jürgen']);
    await execute(app.ctx, 'update bookings set is_test = false');
  });
});

describe('paging', () => {
  it('is steady: rows that sort the same are each shown once', async () => {
    await execute(
      app.ctx,
      `insert into bookings (source, service, basket, pickup_date, pickup_window, price, subtotal_cents, discount_cents, total_cents,
         rate_card_version, price_locked_until, contact_first_name, created_at, updated_at)
       select 'web', service, basket, '2027-09-01', pickup_window, price, subtotal_cents, discount_cents, total_cents,
         rate_card_version, price_locked_until, 'Same', created_at, updated_at from bookings, generate_series(1, 60)
       where number = 'TT-000001'`,
    );
    const seen: string[] = [];
    for (const page of [1, 2, 3]) {
      const query = `?filters.pickupDate=2027-09-01&sortBy=pickupDate&direction=asc&perPage=25&page=${page}`;
      const { body } = await staff.resource('bookings', 'list', query);
      expect(body.meta.total).toBe(60);
      seen.push(...body.records.map(({ id }: { id: string }) => id));
    }
    expect([seen.length, new Set(seen).size]).toEqual([60, 60]);
  });

  it.each([
    ['of another time', 'filters.pickupDate=2028-03-01&sortBy=createdAt'],
    ['of a name', 'filters.q=archivist&sortBy=createdAt'],
    ['in its order', 'filters.pickupDate=2028-03-01&sortBy=pickupDate'],
  ])('goes on beyond what is counted, each row once: %s', async (_, query) => {
    await execute(
      app.ctx,
      `insert into bookings (source, service, basket, pickup_date, pickup_window, price, subtotal_cents, discount_cents, total_cents,
         rate_card_version, price_locked_until, contact_last_name, created_at, updated_at, archived_at)
       select 'web', service, basket, '2028-03-01', pickup_window, price, subtotal_cents, discount_cents, total_cents, rate_card_version,
         price_locked_until, 'Archivist', timestamptz '2026-01-01Z' + n * 7919 % 1100 * interval '1 minute', updated_at, updated_at
       from bookings, generate_series(1, 1100) n
       where number = 'TT-000001' and not exists (select from bookings where contact_last_name = 'Archivist')`,
    );
    const admin = await signedIn(app, 'admin');
    const seen: string[] = [];
    for (let page = 1; page <= 12; page += 1) {
      const { body } = await admin.resource('archivedBookings', 'list', `?${query}&perPage=100&page=${page}`);
      expect(body.meta).toMatchObject({ total: 1_000, counted: 'more', hasNext: page <= 11 });
      seen.push(...body.records.map(({ id }: { id: string }) => id));
    }
    const by = query.endsWith('createdAt') ? 'created_at, id' : 'pickup_date, id';
    const rows = await select<{ id: string }>(
      app.ctx,
      `select id from bookings where archived_at is not null order by ${by}`,
    );
    expect(seen).toEqual(rows.map(({ id }) => id));
  });

  it('has limits that no request moves', async () => {
    const all = await staff.resource('bookings', 'list', '?perPage=100000');
    expect(all.body.meta.perPage).toBe(100);
    expect(all.body.records.length).toBeLessThanOrEqual(100);
    const deep = await staff.resource('bookings', 'list', '?page=999999999');
    expect(deep.body.records).toEqual([]);
    const odd = await staff.resource('bookings', 'list', '?page=-1&perPage=x');
    expect(odd.body.meta).toMatchObject({ page: 1, perPage: 25 });
    const searched = await staff.resource('bookings', 'search', '?perPage=100000');
    expect(searched.body.records.length).toBeLessThanOrEqual(50);
  });
});

describe('exporting', () => {
  const csv = async (panel: Panel, query: string) => {
    const { status, headers, body } = await panel.get(`/admin/export/bookings.csv?${query}`);
    return {
      status,
      headers,
      lines: String(body.text)
        .replace(/^\uFEFF/, '')
        .trimEnd()
        .split('\n'),
    };
  };

  it('gives exactly the list: its filter, its sort, the role’s columns', async () => {
    const { status, headers, lines } = await csv(
      staff,
      'filters.pickupDate~~to=2027-04-10&sortBy=pickupDate&direction=desc',
    );
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="bookings-2027-04-05\.csv"$/);
    // As COPY gives it: to compress it would take longer than to read it.
    expect([headers.get('cache-control'), headers.get('content-encoding')]).toEqual([
      'no-store, no-transform',
      null,
    ]);
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(
      /^Number,Status,Customer,Service,Day and window,From → to,Total,Paid,E-mail,Phone/,
    );
    expect(lines.slice(1).map((line) => line.split(',')[2])).toEqual(
      ['Jürgen Ökonom', "Owen O'neil_50%", 'Maya Brooks'].map((name) =>
        expect.stringMatching(new RegExp(name, 'i')),
      ),
    );
    expect(lines[3]).toContain('995.00');
    const forViewer = await csv(viewer, 'filters.q=maya');
    expect(forViewer.lines[0]).not.toMatch(/E-mail|Phone|Pickup,|Instructions/);
    expect(forViewer.lines.join('')).not.toContain('example.com');
    expect((await csv(viewer, 'filters.contactEmail=maya')).status).toBe(403);
  });

  it('has no cell that a spreadsheet would run, and leaves figures alone', async () => {
    const { lines } = await csv(staff, 'filters.q=evil');
    expect(lines[1]).toContain("'=cmd|calc @SUM(1)");
    expect(lines[1]).not.toMatch(/,[=@+]/);
  });

  it('says in SQL what the screen says, whatever has happened to a booking', async () => {
    await execute(
      app.ctx,
      `insert into bookings (source, service, basket, pickup_date, pickup_window, pickup_hour, pickup_zip, price,
         subtotal_cents, discount_cents, total_cents, rate_card_version, price_locked_until, created_at, updated_at)
       select 'staff', b.service, b.basket::jsonb, '2027-09-01', b.at, b.hour, b.zip, '{"lines":[]}', 99500, 0, 99500, 1,
         now(), now(), now()
       from (values ('mini_move', '{"miniMove":{"package":"full_house"}}', 'specific_hour', 9, '10001'),
         ('airport_transfer', '{"airportTransfer":{"airport":"JFK","direction":"from_airport"}}', 'flexible', null, null),
         ('airport_transfer', '{"airportTransfer":{"airport":"EWR","direction":"to_airport"}}', 'morning', null, '10002-1234'),
         ('standard_delivery', '{}', 'morning', null, null)) b(service, basket, at, hour, zip)`,
    );
    // Sums that no journey here reaches: part of it paid, all of it given back, nothing due.
    await app.ctx.db.query(
      `begin; set local session_replication_role = replica;
       update bookings set status = 'confirmed', captured_cents = 50000 where basket @> '{"miniMove":{"package":"full_house"}}';
       update bookings set status = 'cancelled', captured_cents = 99500, refunded_cents = 99500 where service = 'standard_delivery';
       update bookings set status = 'completed', credits_cents = 99500 where basket #>> '{airportTransfer,airport}' = 'EWR';
       update bookings set status = 'confirmed', captured_cents = 1234567, total_cents = 1234567, subtotal_cents = 1234567
         where basket #>> '{airportTransfer,airport}' = 'JFK'; commit`,
    );
    for (const panel of [staff, viewer]) {
      const listed = await panel.resource('bookings', 'list', '?sortBy=number&perPage=100');
      const { lines } = await csv(panel, 'sortBy=number');
      const [head = [], ...rows] = lines.map(cellsOfLine);
      const column = (label: string) => rows.map((row) => row[head.indexOf(label)]);
      const shown = (name: string) =>
        listed.body.records.map(({ cells }: any) => cells[name]?.text.replace(/^(?==)/, "'") ?? '');
      expect(rows).toHaveLength(listed.body.records.length);
      expect(column('Number')).toEqual(shown('number'));
      expect(column('Status')).toEqual(shown('status'));
      expect(column('Customer')).toEqual(shown('customer'));
      expect(column('Service')).toEqual(shown('service'));
      expect(column('From → to')).toEqual(shown('route'));
      expect(column('Paid')).toEqual(shown('paid'));
      expect(column('Total')).toEqual(shown('totalCents').map((sum: string) => sum.replace(/[$,]/g, '')));
      expect(column('Paid')).toEqual(
        expect.arrayContaining(['Paid', '$500.00 of $995.00', 'Refunded', 'Nothing due', '—']),
      );
    }
    const { lines } = await csv(staff, 'filters.source=staff&sortBy=number');
    expect(lines.slice(1).map((line) => cellsOfLine(line)[4])).toEqual([
      '2027-09-01 at 9 am',
      '2027-09-01 flexible',
      '2027-09-01 8–11 am',
      '2027-09-01 8–11 am',
    ]);
  });

  it('is audited before the first row leaves, what was searched for apart', async () => {
    await csv(staff, 'filters.q=maya&filters.status=inquiry');
    const [entry] = await select<{
      actor_name: string;
      changes: Record<string, [unknown, { digest: string }]>;
    }>(
      app.ctx,
      `select actor_name, changes from audit_logs where action = 'list.exported' order by sequence desc limit 1`,
    );
    expect(entry).toMatchObject({
      actor_name: 'Sam Staff',
      changes: { status: [null, 'inquiry'], search: [null, { digest: expect.any(String) }] },
    });
  });

  it('names the record that another one belongs to', async () => {
    const van = await staff.resource('vans', 'list', '?filters.name=Van 1');
    await staff.post('/admin/api/resources/vanSchedules/actions/new', {
      vanId: van.body.records[0].id,
      day: '2027-08-01',
      note: '-1 hour',
    });
    const { body } = await staff.get('/admin/export/vanSchedules.csv');
    expect(body.text).toContain('2027-08-01,Van 1,Open,');
    expect(body.text).toContain("'-1 hour");
  });

  it('ends its query when the client goes away', async () => {
    const controller = new AbortController();
    await execute(
      app.ctx,
      `insert into service_zones (zip, zone, created_at, updated_at) select lpad(n::text, 5, '0'), 'core', now(), now() from generate_series(20000, 99999) n on conflict do nothing`,
    );
    const admin = await signedIn(app, 'admin');
    const answer = await fetch(`${app.api.address}/admin/export/serviceZones.csv`, {
      headers: { cookie: admin.cookie },
      signal: controller.signal,
    });
    await answer.body?.getReader().read();
    controller.abort();
    const busy = async () =>
      select(
        app.ctx,
        `select 1 from pg_stat_activity where application_name = 'totetaxi export' and state <> 'idle'`,
      );
    await expect.poll(busy, { timeout: 10_000 }).toEqual([]);
  });
});

/** A line of CSV without line breaks inside, taken apart. */
function cellsOfLine(line: string): string[] {
  return [...line.matchAll(/("((?:[^"]|"")*)"|[^,]*)(?:,|$)/g)]
    .slice(0, -1)
    .map(([, plain = '', quoted]) => (quoted === undefined ? plain : quoted.replaceAll('""', '"')));
}

describe('the day at a glance', () => {
  it('shows today’s pickups by business time, whom to call, and who has not paid', async () => {
    const { body } = await staff.get('/admin/api/dashboard');
    expect(body.day).toBe('Mon 5 Apr 2027');
    expect(body.panels.map(({ title }: { title: string }) => title)).toEqual([
      'Pickups today',
      'Tomorrow',
      'Without a driver',
      'Certificates to review',
      'No certificate yet, today or tomorrow',
      'Unpaid',
      'Inquiries to call',
      'Refunds to decide',
      'To review',
    ]);
    const inquiries = body.panels.find(({ title }: { title: string }) => title === 'Inquiries to call');
    expect(inquiries.total).toBe(64);
  });
});

describe('the words of a booking', () => {
  it('follow its contact, and are left alone by every other change', async () => {
    const contact = {
      firstName: 'Wanda',
      lastName: 'Before',
      email: 'w@example.com',
      phone: '(212) 555-0105',
    };
    const made = await makeBooking(app, { contact });
    const written = () =>
      select(app.ctx, 'select xmin::text, contact_last_name from booking_words where booking_id = $1', [
        made.id,
      ]);
    const before = await written();
    const { body } = await app.api.patch(made.path, { pickupWindow: 'flexible' }, made.headers);
    expect(body.pickupWindow).toBe('flexible');
    expect(await written()).toEqual(before);
    await app.api.patch(made.path, { contact: { ...contact, lastName: 'Afterwards' } }, made.headers);
    expect(await written()).toMatchObject([{ contact_last_name: 'Afterwards' }]);
    expect(await found(staff, 'filters.q=afterw')).toEqual(['Wanda']);
    expect(await found(staff, 'filters.q=before')).toEqual([]);
  });
});
