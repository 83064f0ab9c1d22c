import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import type { Answer } from '../support/api.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import {
  awaitStatus,
  bookingRequest,
  type Made,
  makeBooking,
  openPayment,
  pay,
} from '../support/bookings.ts';
import { type Panel, signedIn } from '../support/panel.ts';

let app: TestApplication;
let admin: Panel;
let staff: Panel;
let viewer: Panel;
beforeAll(async () => {
  app = await startTestApplication({ panel: true });
  [admin, staff, viewer] = [
    await signedIn(app, 'admin'),
    await signedIn(app, 'staff'),
    await signedIn(app, 'viewer'),
  ];
});
afterAll(() => app.stop());

const maya = { firstName: 'Maya', lastName: 'Brooks', email: 'maya@example.com', phone: '(917) 555-0142' };

async function idOf(email: string): Promise<string> {
  const [row] = await select<{ id: string }>(app.ctx, 'select id from customers where email = $1', [email]);
  return row?.id ?? '';
}

async function paid(pickupDate: string): Promise<Made> {
  const made = await makeBooking(app, { contact: maya, pickupDate });
  await pay(app, await openPayment(app, made));
  await awaitStatus(app, made, 'confirmed');
  return made;
}

const params = ({ body }: Answer) => body.record.params;
const cardsOf = ({ body }: Answer): Record<string, { text: string; hint?: string } | null> =>
  Object.fromEntries(
    body.record.screen.summary.map(({ label, cell }: { label: string; cell: object }) => [label, cell]),
  );
const blockOf = ({ body }: Answer, title: string) =>
  body.record.screen.blocks.find((block: { title: string }) => block.title === title);

describe('a customer’s page', () => {
  it('counts their history from their bookings, test and archived ones apart', async () => {
    const inquiry = await makeBooking(app, { contact: maya });
    const id = await idOf(maya.email);
    expect(cardsOf(await staff.record('customers', id, 'show'))).toMatchObject({
      Who: { text: 'Maya Brooks', hint: '(917) 555-0142 · maya@example.com' },
      Customer: { text: 'Has not moved yet' },
      Bookings: { text: '1', hint: '0 confirmed or done' },
      Spent: { text: '$0.00' },
      'Last service day': null,
    });

    const first = await paid('2027-05-12');
    expect(cardsOf(await staff.record('customers', id, 'show')).Customer).toMatchObject({
      text: 'First time',
    });
    await paid('2027-06-09');
    await execute(
      app.ctx,
      `insert into refunds (payment_id, booking_id, amount_cents, reason, status, source, rule, requested_at, created_at, updated_at)
       select id, booking_id, 20000, 'Late', 'succeeded', 'rule', 'late_payment', now(), now(), now() from payments where booking_id = $1
       union all select id, booking_id, 5000, 'Kind', 'requested', 'rule', 'late_payment', now(), now(), now() from payments where booking_id = $1`,
      [first.id],
    );
    await execute(
      app.ctx,
      `insert into payment_audits (booking_id, payment_id, kind, amount_cents, stripe_object_id, occurred_at, created_at)
       select booking_id, id, 'refunded', 20000, 're_1', now(), now() from payments where booking_id = $1
       union all select booking_id, id, 'dispute_withdrawn', 10000, 'dp_1', now(), now() from payments where booking_id = $1`,
      [first.id],
    );
    const archived = await makeBooking(app, { contact: maya, pickupDate: '2027-04-14' });
    await admin.record('bookings', archived.id, 'archive', {});
    await execute(app.ctx, 'update bookings set is_test = true where id = $1', [inquiry.id]);

    const shown = await staff.record('customers', id, 'show');
    expect(cardsOf(shown)).toMatchObject({
      Customer: { text: 'Repeat customer', tone: 'good' },
      Bookings: { text: '2', hint: '2 confirmed or done' },
      Spent: { text: '$1,690.00' },
      Refunded: { text: '$200.00', hint: 'once' },
      'Last service day': { text: 'Wed 9 Jun 2027', hint: 'first Wed 12 May 2027' },
    });
    const words = blockOf(shown, 'Payments and refunds').rows.map((row: ({ text: string } | null)[]) =>
      row.map((cell) => cell?.text ?? ''),
    );
    expect(words).toEqual([
      ['Received', '2', '$1,990.00'],
      ['Refunded', '1', '-$200.00'],
      ['Lost in disputes', '', '-$100.00'],
      ['Spent', '', '$1,690.00'],
      ['Refunds under way', '', '$50.00'],
    ]);
    const listed = blockOf(shown, 'Bookings').rows;
    expect(listed[0][0]).toMatchObject({
      text: expect.stringMatching(/^TT-/),
      href: expect.stringContaining('/bookings/'),
    });
  });

  it('shows a viewer no way to reach them', async () => {
    const shown = await viewer.record('customers', await idOf(maya.email), 'show');
    expect(cardsOf(shown).Who).toEqual({ text: 'Maya Brooks' });
    expect(JSON.stringify(shown.body)).not.toMatch(/5550142|555-0142|maya@/);
  });
});

describe('what staff know of a customer', () => {
  it('is edited with their preferences, and told in words', async () => {
    const id = await idOf(maya.email);
    const { version } = params(await staff.record('customers', id, 'show'));
    const saved = await staff.record('customers', id, 'edit', {
      preferences: { callAhead: true, extraCare: true, sameCrew: false },
      communicationPreferences: { marketing: true },
      tags: 'vip\nsummer',
      notes: 'Has a dog',
      version,
    });
    expect(saved.body.notice).toEqual({ type: 'success', message: 'Customer saved.' });
    const shown = await staff.record('customers', id, 'show');
    const said = Object.fromEntries(
      shown.body.record.screen.sections
        .flatMap(({ fields }: { fields: { name: string; cell: { text: string } }[] }) => fields)
        .map(({ name, cell }: { name: string; cell: { text: string } }) => [name, cell.text]),
    );
    expect(said).toMatchObject({
      preferences: 'Call before arriving, Fragile things: extra care',
      communicationPreferences: 'News and offers',
      tags: 'vip, summer',
      notes: 'Has a dog',
    });
    expect(blockOf(shown, 'History').rows[0][3].text).toContain(
      'Preferences: None → Call before arriving, Fragile things: extra care',
    );
  });

  it('is the same whatever order its wishes come in', async () => {
    const id = await idOf(maya.email);
    const { version } = params(await staff.record('customers', id, 'show'));
    const preferences = { sameCrew: false, extraCare: true, callAhead: true };
    const saved = await staff.record('customers', id, 'edit', { preferences, version });
    expect(params(saved).version).toBe(version);
  });

  it('takes no wish that is none', async () => {
    const id = await idOf(maya.email);
    for (const preferences of [{ teleport: true }, { callAhead: 'maybe' }, 'callAhead', ['callAhead']]) {
      const refused = await staff.record('customers', id, 'edit', { preferences });
      expect([preferences, Object.keys(refused.body.record.errors)]).toEqual([preferences, ['preferences']]);
    }
  });

  it('is not overwritten by the second of two', async () => {
    const id = await idOf(maya.email);
    const { version } = params(await staff.record('customers', id, 'show'));
    await admin.record('customers', id, 'edit', {
      preferences: { callAhead: false },
      notes: 'Two dogs',
      version,
    });
    const second = await staff.record('customers', id, 'edit', {
      preferences: { textRatherThanCall: true },
      tags: ['vip'],
      version,
    });
    expect(second.body.record.errors.preferences.message).toBe(
      'Ada Admin wrote “None” while you wrote “Text rather than call”.',
    );
    const third = await staff.record('customers', id, 'edit', { tags: ['vip'], version });
    expect(params(third)).toMatchObject({ notes: 'Two dogs', 'tags.0': 'vip' });
  });
});

describe('two profiles of one person', () => {
  const work = { ...maya, lastName: 'Brooks-Lee', email: 'm.brooks@work.example' };

  it('are merged after a preview that says what will move', async () => {
    await makeBooking(app, { contact: work });
    await makeBooking(app, { contact: work, pickupDate: '2027-07-14' });
    const id = await idOf(work.email);
    const wrong = await admin.record('customers', id, 'merge', {
      intoEmail: 'nobody@example.com',
      preview: true,
    });
    expect(wrong.body.record.errors.intoEmail.message).toBe('No profile has this e-mail.');
    const preview = await admin.record('customers', id, 'merge', {
      intoEmail: ' Maya@Example.com',
      preview: true,
    });
    expect(preview.body.record.verb.consequences).toEqual([
      '2 bookings and 2 addresses move to Maya Brooks (maya@example.com).',
      'Each booking keeps the contact that it was made with.',
      'The profile of Maya Brooks-Lee (m.brooks@work.example) is closed. What is booked with its e-mail from now on goes to Maya Brooks.',
      'This cannot be taken back.',
    ]);
    const merged = await admin.record('customers', id, 'merge', { intoEmail: 'maya@example.com' });
    expect(merged.body.notice.message).toBe(
      'Maya Brooks-Lee was merged into Maya Brooks (maya@example.com).',
    );
    const twice = await admin.record('customers', id, 'merge', { intoEmail: 'maya@example.com' });
    expect(twice.body.notice.message).toBe('This profile was merged into another one already.');
  });

  it('leave one that is edited, and one that says where it went', async () => {
    const [closed, living] = [await idOf(work.email), await idOf(maya.email)];
    const shown = await staff.record('customers', closed, 'show');
    expect(cardsOf(shown).Customer).toMatchObject({ text: 'Merged' });
    expect(JSON.stringify(shown.body.record.screen.sections)).toContain(`records/${living}/show`);
    expect(blockOf(shown, 'History').rows[0][2].text).toBe('Merged into another profile');
    expect(blockOf(await staff.record('customers', living, 'show'), 'History').rows[0][2].text).toBe(
      'Another profile merged in',
    );
    const edited = await staff.record('customers', closed, 'edit', { notes: 'Lost here' });
    expect(edited.body.notice.message).toBe('This profile was merged into another one. Edit that one.');
    const [found] = (await staff.resource('customers', 'list', '?filters.q=m.brooks')).body.records;
    expect(found.cells.name).toEqual({ text: 'Maya Brooks-Lee', hint: 'Merged into another profile' });
    const exported = await staff.get('/admin/export/customers.csv?filters.q=m.brooks');
    expect(exported.body.text).toMatch(/^Maya Brooks-Lee,m\.brooks@work\.example,.*,Maya Brooks,/m);
  });
});

describe('what was looked for in an export', () => {
  it('is kept apart from the log when it names a person', async () => {
    await admin.get(
      `/admin/export/customers.csv?filters.email=maya@example.com&filters.q=${bookingRequest().contact.lastName}`,
    );
    const [entry] = await select<{ changes: string; kept: string[] }>(
      app.ctx,
      `select a.changes::text as changes, (select array_agg(v.value #>> '{}') from audit_personal_values v where v.audit_log_id = a.id) as kept
       from audit_logs a where action = 'list.exported' order by sequence desc limit 1`,
    );
    expect(entry?.changes).not.toMatch(/maya|Doe/);
    expect(entry?.kept.toSorted()).toEqual(['Doe', 'maya@example.com']);
  });
});
