import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execute } from '../../src/resources/_kit/sql.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import { awaitStatus, type Made, makeBooking, openPayment, pay } from '../support/bookings.ts';
import { type Panel, signedIn } from '../support/panel.ts';
import { awaitTasks } from '../support/road.ts';

let app: TestApplication;
let admin: Panel;
let staff: Panel;
let viewer: Panel;
let made: Made;

const evil = 'Ring </script><script>alert(1)</script>';
const personal = /jo@example|josephine@example|5550100|555-0100|555-0199|Main Street|Pine|Ring|Office only/;

beforeAll(async () => {
  app = await startTestApplication({ panel: true });
  [admin, staff, viewer] = [
    await signedIn(app, 'admin'),
    await signedIn(app, 'staff'),
    await signedIn(app, 'viewer'),
  ];
  made = await makeBooking(app, { instructions: 'Ring the bell' });
  await patch({ miniMove: { package: 'petite', itemCount: 12, packing: true } });
  await patch({
    contact: {
      firstName: 'Josephine',
      lastName: 'Doe',
      email: 'josephine@example.com',
      phone: '(212) 555-0199',
    },
    pickupAddress: { line1: '20 pine st', city: 'New York', state: 'NY', zip: '10001' },
  });
  await patch({ instructions: evil });
  await staff.record('bookings', made.id, 'amend', { notes: 'Office only' });
  await pay(app, await openPayment(app, { ...made, totalCents: await totalNow() }));
  await awaitStatus(app, made, 'confirmed');
  await awaitTasks(app, made);
});
afterAll(() => app.stop());

async function patch(changes: object): Promise<void> {
  const { status } = await app.api.patch(made.path, changes, made.headers);
  expect(status).toBe(200);
}

async function totalNow(): Promise<number> {
  return (await app.api.get(made.path, made.headers)).body.price.totalCents;
}

interface Entry {
  readonly id: string;
  readonly who: string;
  readonly what: string;
  readonly details: string[];
  readonly kinds: string[];
  readonly href: string;
}

async function timeline(panel: Panel, id = made.id) {
  const { body } = await panel.record('bookings', id, 'show');
  return body.record.screen.blocks.find(({ kind }: { kind: string }) => kind === 'timeline') as {
    kinds: { name: string; label: string; count: number }[];
    entries: Entry[];
  };
}

async function entryCalled(what: string, panel = staff): Promise<Entry> {
  const found = (await timeline(panel)).entries.find((entry) => entry.what === what);
  if (!found) throw new Error(`nothing is called ${what}`);
  return found;
}

async function asItWas(panel: Panel, entryId: string, id = made.id) {
  return (await panel.record('bookings', id, `asItWas?entry=${entryId}`)).body.record;
}

async function fieldsThen(panel: Panel, entryId: string): Promise<Record<string, any>> {
  const { moment } = await asItWas(panel, entryId);
  const fields = moment.sections.flatMap(({ fields: each }: { fields: object[] }) => each);
  return Object.fromEntries(fields.map((field: { name: string }) => [field.name, field]));
}

describe('the timeline', () => {
  it('tells what happened, newest first, by whom, found by kind', async () => {
    const { entries, kinds } = await timeline(staff);
    expect(entries.map(({ what, who }) => [what, who])).toEqual([
      ['Delivery task created', 'ToteTaxi'],
      ['Delivery task created', 'ToteTaxi'],
      ['Confirmed', 'ToteTaxi'],
      ['Paid', 'ToteTaxi'],
      ['Checked out', 'Customer'],
      ['Notes changed', 'Sam Staff'],
      ['Price and notes changed', 'Customer'],
      ['Price, move and contact changed', 'Customer'],
      ['Price and move changed', 'Customer'],
      ['Inquiry made', 'Customer'],
    ]);
    expect(kinds).toEqual([
      { name: 'status', label: 'Status', count: 3 },
      { name: 'price', label: 'Price', count: 4 },
      { name: 'money', label: 'Money', count: 1 },
      { name: 'move', label: 'Move', count: 3 },
      { name: 'contact', label: 'Contact', count: 2 },
      { name: 'notes', label: 'Notes', count: 2 },
      { name: 'tasks', label: 'Tasks', count: 2 },
    ]);
    expect((await entryCalled('Confirmed')).details).toEqual([
      '“Paid”',
      'Status: Awaiting payment → Confirmed',
    ]);
  });

  it('says the prices, and which line made the difference', async () => {
    const { details } = await entryCalled('Price and move changed');
    expect(details).toContain('What is moved: Petite, 12 items → Petite, 12 items, packing');
    expect(details.find((each) => each.startsWith('Price: '))).toBe('Price: $995.00 → $3,641.71');
    expect(details).toContain('Petite Packing: $2,445.00 added');
    expect(details.some((each) => each.startsWith('Total'))).toBe(false);
  });

  it('tells contact and notes to the office, as they were typed, and as JSON that no page can run', async () => {
    const answer = await staff.record('bookings', made.id, 'show');
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await entryCalled('Price and notes changed')).details).toContain(
      `Instructions: Ring the bell → ${evil}`,
    );
    const page = await staff.get(
      `/admin/resources/bookings/records/${made.id}/asItWas?entry=${encodeURIComponent(evil)}`,
    );
    expect(page.status).toBe(200);
    expect(page.body.text).not.toContain('<script>alert(1)');
  });

  it('shows a viewer no contact data, notes and instructions, and no entry that has nothing else', async () => {
    const shown = await viewer.record('bookings', made.id, 'show');
    expect(JSON.stringify(shown.body)).not.toMatch(personal);
    const { entries, kinds } = await timeline(viewer);
    expect(entries.map(({ what }) => what)).not.toContain('Notes changed');
    expect(kinds.map(({ name }) => name)).not.toContain('notes');
    expect(entries.every(({ who }) => ['Customer', 'ToteTaxi', 'Staff'].includes(who))).toBe(true);
    for (const { id } of entries) {
      const { moment } = await asItWas(viewer, id);
      expect(moment.sections.length).toBeGreaterThan(0);
      expect(JSON.stringify(moment)).not.toMatch(personal);
    }
  });

  it('of five hundred entries is whole and asks no more of the database than one of a few', async () => {
    const long = await makeBooking(app);
    const few = await statements(() => timeline(staff, long.id));
    await execute(
      app.ctx,
      `with made as (
         insert into audit_logs (at, actor_type, actor_name, action, subject_type, subject_id, booking_id, changes)
         select $2::timestamptz + n * interval '1 second', 'staff', 'Sam Staff', 'booking.updated', 'booking', $1::uuid::text, $1::uuid,
           jsonb_build_object('notes', jsonb_build_array(jsonb_build_object('digest', 'd' || n), jsonb_build_object('digest', 'd' || n + 1)))
         from generate_series(1, 500) n order by n returning id, changes)
       insert into audit_personal_values (audit_log_id, digest, value, booking_id)
       select id, c ->> 'digest', to_jsonb('Note ' || (c ->> 'digest')), $1::uuid from made, jsonb_array_elements(changes -> 'notes') c`,
      [long.id, app.ctx.clock.now()],
    );
    const many = await statements(() => timeline(staff, long.id));
    expect(many.count).toBe(few.count);
    expect(many.answer.entries).toHaveLength(501);
    expect(many.answer.entries[0]?.details).toEqual(['Office notes: Note d500 → Note d501']);
    expect(many.answer.entries[499]?.details).toEqual(['Office notes: Note d1 → Note d2']);
    expect(many.answer.kinds).toContainEqual({ name: 'notes', label: 'Notes', count: 500 });

    const then = await statements(() => asItWas(staff, many.answer.entries[250]?.id ?? '', long.id));
    // And the sums of the ledger.
    expect(then.count).toBeLessThanOrEqual(many.count + 1);
    expect(JSON.stringify(then.answer.moment)).toContain('"text":"Note d251"');
  });
});

/** What an answer is and how many statements the application made for it. */
async function statements<T>(ask: () => Promise<T>): Promise<{ answer: T; count: number }> {
  const { options } = app.ctx.db as unknown as { options: { logging: unknown } };
  const { logging } = options;
  let count = 0;
  options.logging = (sql: string) => {
    if (/ from audit_logs| "bookings" | payment_audits | "staff_users" | "customers" | credits /.test(sql))
      count += 1;
  };
  try {
    return { answer: await ask(), count };
  } finally {
    options.logging = logging;
  }
}

describe('the booking as it was', () => {
  it('is told beside what it is now', async () => {
    const first = await entryCalled('Inquiry made');
    const then = await fieldsThen(staff, first.id);
    expect(then.status).toMatchObject({
      cell: { text: 'Inquiry' },
      isChanged: true,
      now: { text: 'Confirmed' },
    });
    expect(then.contactEmail).toMatchObject({ cell: { text: 'jo@example.com' }, isChanged: true });
    expect(then.instructions).toMatchObject({ cell: { text: 'Ring the bell' }, now: { text: evil } });
    expect(then.notes).toMatchObject({ cell: null, isChanged: true, now: { text: 'Office only' } });
    expect(then.totalCents).toMatchObject({ cell: { text: '$995.00' }, isChanged: true });
    expect(then.capturedCents).toMatchObject({ cell: { text: '$0.00' }, isChanged: true });
    expect(then.source).toMatchObject({ isChanged: false, now: null });
    expect(then.confirmedAt).toMatchObject({ cell: null, isChanged: true });
    const { moment } = await asItWas(staff, first.id);
    const [price, since] = moment.blocks;
    expect(price.rows.at(-1).map((cell: { text: string } | null) => cell?.text)).toContain('$995.00');
    expect(since.text).toMatch(/^Price: \$995\.00 → \$3,641\.71\nPetite Packing: /);
    expect([moment.older, moment.newer]).toEqual([null, (await entryCalled('Price and move changed')).href]);
  });

  it('after its last entry is what it is', async () => {
    const then = Object.values(await fieldsThen(staff, (await entryCalled('Confirmed')).id));
    expect(then.filter(({ isChanged }) => isChanged)).toEqual([]);
    expect(then.length).toBeGreaterThan(15);
  });

  it('has the old lines of a price, and says when they were not kept', async () => {
    const old = await makeBooking(app, { pickupDate: '2027-05-19' });
    await execute(
      app.ctx,
      `with changed as (
         update bookings set subtotal_cents = 80000, total_cents = 80000, price = jsonb_set(price, '{totalCents}', '80000') where id = $1)
       insert into audit_logs (at, actor_type, actor_name, action, subject_type, subject_id, booking_id, changes)
       values ($2, 'system', 'before', 'booking.updated', 'booking', $1::text, $1, '{"totalCents": [99500, 80000]}')`,
      [old.id, app.ctx.clock.now()],
    );
    const [change, inquiry] = (await timeline(staff, old.id)).entries;
    expect(change?.details).toEqual(['Total: $995.00 → $800.00']);
    const { moment } = await asItWas(staff, inquiry?.id ?? '', old.id);
    expect(moment.notes).toEqual(['The lines of that price were not kept. The total was $995.00.']);
    expect(moment.blocks).toEqual([]);
    const kept = await asItWas(staff, (await entryCalled('Inquiry made')).id);
    expect([kept.moment.notes, kept.moment.blocks.length]).toEqual([[], 2]);
  });

  it('says in words what was erased, in the timeline too', async () => {
    const gone = await makeBooking(app, { pickupDate: '2027-05-26' });
    await staff.record('bookings', gone.id, 'amend', { notes: 'Secret' });
    await staff.record('bookings', gone.id, 'amend', { notes: 'Other' });
    const [, second] = (await timeline(staff, gone.id)).entries;
    expect(second?.details).toEqual(['Office notes: Secret']);
    await execute(app.ctx, 'delete from audit_personal_values where booking_id = $1', [gone.id]);
    const [newest] = (await timeline(staff, gone.id)).entries;
    expect(newest?.details).toEqual(['Office notes: erased → erased']);
    const { moment } = await asItWas(staff, second?.id ?? '', gone.id);
    expect(JSON.stringify(moment)).not.toMatch(/digest|Secret/);
    expect(moment.notes).toEqual([
      'Erased with the customer’s data, so it cannot be shown again: E-mail, Office notes.',
    ]);
  });

  it('is not to be had by an entry of another booking, by none, or by a change', async () => {
    const other = await makeBooking(app, { pickupDate: '2027-05-27' });
    const [foreign] = (await timeline(staff, other.id)).entries;
    for (const id of [foreign?.id ?? '', '00000000-0000-4000-8000-000000000000', "' or 1=1", evil]) {
      const answer = await staff.record('bookings', made.id, `asItWas?entry=${encodeURIComponent(id)}`);
      expect([id, answer.status, answer.body.record?.moment]).toEqual([id, 200, undefined]);
      expect(answer.body.notice.type).toBe('error');
    }
    const hidden = await entryCalled('Notes changed');
    expect((await asItWas(viewer, hidden.id))?.moment).toBeUndefined();
    const posted = await staff.record('bookings', made.id, `asItWas?entry=${hidden.id}`, {});
    expect(posted.body.record?.moment).toBeUndefined();
  });

  it('of an archived booking is for admins', async () => {
    const archived = await makeBooking(app, { pickupDate: '2027-05-28' });
    const [inquiry] = (await timeline(staff, archived.id)).entries;
    await admin.record('bookings', archived.id, 'archive', {});
    const ask = (panel: Panel) =>
      panel.record('archivedBookings', archived.id, `asItWas?entry=${inquiry?.id}`);
    expect((await ask(admin)).body.record.moment.entry.what).toBe('Inquiry made');
    expect((await ask(staff)).body.record.baseError.type).toBe('ForbiddenError');
    expect((await asItWas(staff, inquiry?.id ?? '', archived.id))?.moment).toBeUndefined();
  });
});
