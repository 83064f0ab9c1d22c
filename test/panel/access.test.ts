import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mayAct, mayRead, mayWrite, type Role } from '../../src/resources/_kit/policy.ts';
import { select } from '../../src/resources/_kit/sql.ts';
import { resources } from '../../src/resources/index.ts';
import { syncDrivers } from '../../src/resources/logistics/sync-drivers.ts';
import type { Answer } from '../support/api.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import { awaitStatus, eventually, makeBooking, openPayment, pay } from '../support/bookings.ts';
import { mailsTo } from '../support/mail.ts';
import { type Panel, signedIn } from '../support/panel.ts';
import { awaitTasks } from '../support/road.ts';

/**
 * Everything that the panel's own API can be asked, by every role, from the registry: a new noun is in it by itself. What
 * is expected stands in `rules.md` §7 and is written here a second time, so that a policy cannot be its own judge.
 */

const roles: readonly Role[] = ['admin', 'staff', 'viewer'];

/** Who reads and who writes each noun (`rules.md` §7); a noun that is missing here fails. */
const rulebook: Readonly<
  Record<string, { read: string; write: string; verbs?: Record<string, string>; elsewhere?: string[] }>
> = {
  bookings: {
    read: 'admin staff viewer',
    write: 'admin staff',
    verbs: {
      asItWas: 'admin staff viewer',
      amend: 'admin staff',
      reschedule: 'admin staff',
      moveToVan: 'admin staff',
      cancel: 'admin staff',
      change: 'admin staff',
      sendPaymentLink: 'admin staff',
      duplicate: 'admin staff',
      addNote: 'admin staff',
      sendMessage: 'admin staff',
      issueCertificate: 'admin staff',
      complete: 'admin staff',
      archive: 'admin',
      overridePrice: 'admin',
      markTest: 'admin',
    },
  },
  bookingNotes: { read: 'admin staff', write: '' },
  archivedBookings: { read: 'admin', write: '', verbs: { asItWas: 'admin', restore: 'admin' } },
  customers: {
    read: 'admin staff viewer',
    write: 'admin staff',
    verbs: { merge: 'admin', erase: 'admin' },
  },
  feedbacks: { read: 'admin staff viewer', write: '' },
  documents: {
    read: 'admin staff',
    write: '',
    verbs: { sendToBuilding: 'admin staff' },
    elsewhere: ['upload', 'open'],
  },
  cois: { read: 'admin staff', write: '', verbs: { approve: 'admin staff', reject: 'admin staff' } },
  documentPurges: { read: 'admin', write: 'admin' },
  deliveryTasks: {
    read: 'admin staff viewer',
    write: '',
    verbs: {
      assign: 'admin staff',
      unassign: 'admin staff',
      rescheduleTask: 'admin staff',
      retry: 'admin staff',
    },
  },
  drivers: { read: 'admin staff viewer', write: '', verbs: { sync: 'admin staff' } },
  trackingUpdates: { read: 'admin staff viewer', write: '' },
  payments: { read: 'admin staff viewer', write: '', verbs: { requestRefund: 'admin staff' } },
  refunds: {
    read: 'admin staff viewer',
    write: '',
    verbs: { approve: 'admin', reject: 'admin', withdraw: 'admin staff' },
  },
  disputes: { read: 'admin staff viewer', write: '' },
  paymentAudits: { read: 'admin staff viewer', write: '' },
  needsReviews: {
    read: 'admin staff',
    write: '',
    verbs: { accept: 'admin staff', refund: 'admin staff', resolve: 'admin staff', reopen: 'admin staff' },
  },
  reconciliationRuns: { read: 'admin staff viewer', write: 'admin' },
  proofRuns: { read: 'admin staff viewer', write: 'admin' },
  notifications: { read: 'admin staff', write: '', verbs: { resend: 'admin staff' } },
  deliveryLogs: { read: 'admin staff', write: '' },
  emailTemplates: {
    read: 'admin staff',
    write: 'admin staff',
    verbs: {
      preview: 'admin staff',
      sendTest: 'admin staff',
      restore: 'admin staff',
      reset: 'admin staff',
    },
  },
  vans: { read: 'admin staff viewer', write: 'admin staff' },
  vanSchedules: { read: 'admin staff viewer', write: 'admin staff' },
  capacityTakings: { read: 'admin staff viewer', write: '' },
  miniMovePackages: { read: 'admin staff viewer', write: 'admin' },
  organizingServices: { read: 'admin staff viewer', write: 'admin' },
  deliveryTerms: { read: 'admin staff viewer', write: 'admin' },
  specialtyItems: { read: 'admin staff viewer', write: 'admin' },
  airports: { read: 'admin staff viewer', write: 'admin' },
  serviceZones: { read: 'admin staff', write: 'admin' },
  surchargeRules: { read: 'admin staff', write: 'admin' },
  discountCodes: { read: 'admin staff', write: 'admin' },
  staffUsers: {
    read: 'admin',
    write: 'admin',
    verbs: { disable: 'admin', enable: 'admin', resetPassword: 'admin', signOutEverywhere: 'admin' },
  },
  auditLogs: { read: 'admin', write: '' },
  webhookEvents: { read: 'admin', write: '', verbs: { replay: 'admin', replayFailed: 'admin' } },
  outboxMessages: { read: 'admin', write: '' },
  heartbeats: { read: 'admin', write: '' },
};

/** What a viewer must never see of a noun that they may look at, and what nobody must. */
const contactData = /jo@example|5550100|Wonderful crew|Main Street|Church Street|Ring the bell|Office only/i;
const hiddenFromAll = [
  'passwordHash',
  'passwordLinkHash',
  'sessionEpoch',
  'holdClientAddress',
  'accessTokenVersion',
];

let app: TestApplication;
let panels: Record<Role, Panel>;
/** A record of each noun that has any. */
const records: Record<string, string> = {};

beforeAll(async () => {
  app = await startTestApplication({ panel: true });
  const paid = await makeBooking(app, { instructions: 'Ring the bell' });
  await pay(app, await openPayment(app, paid));
  await awaitStatus(app, paid, 'confirmed');
  const [pickup] = await awaitTasks(app, paid);
  await syncDrivers(app.ctx);
  await eventually(async () => expect(await mailsTo(app, 'jo@example.com')).toHaveLength(2));
  await makeBooking(app, { pickupDate: '2027-04-06' });
  const archived = await makeBooking(app, { contact: undefined });
  await app.ctx.db.query(`
    update bookings set notes = 'Office only' where number = 'TT-000001';
    update bookings set archived_at = now() where id = '${archived.id}';
    insert into van_schedules (van_id, day, note, created_at, updated_at)
      select id, '2027-06-01', '', now(), now() from vans limit 1;
    insert into capacity_takings (booking_id, van_id, day, slots, created_at, updated_at)
      select b.id, v.id, b.pickup_date, 2, now(), now() from bookings b, (select id from vans order by name limit 1) v
      where b.number = 'TT-000001' on conflict do nothing;
    insert into booking_notes (booking_id, author, text, created_at, updated_at)
      select id, 'Sam Staff', 'Office only', now(), now() from bookings where number = 'TT-000001';
    insert into feedbacks (booking_id, score, comment, created_at, updated_at)
      select id, 5, 'Wonderful crew', now(), now() from bookings where number = 'TT-000001';
    insert into needs_reviews (kind, subject, reason, suggested_step, created_at, updated_at)
      values ('orphan_payment', 'x', 'Somebody paid', 'Look', now(), now());
    insert into refunds (payment_id, booking_id, amount_cents, reason, source, rule, requested_at, created_at, updated_at)
      select id, booking_id, 100, 'Kindness', 'rule', 'late_payment', now(), now(), now() from payments limit 1;
    insert into disputes (payment_id, booking_id, amount_cents, status, reason, stripe_dispute_id, stripe_status, opened_at, closed_at, created_at, updated_at)
      select id, booking_id, 100, 'won', 'fraudulent', 'du_x', 'won', now(), now(), now(), now() from payments limit 1;
    insert into tracking_updates (delivery_task_id, booking_id, kind, source_event, occurred_at, created_at)
      values ('${pickup.id}', '${paid.id}', 'started', 'x', now(), now());
    insert into delivery_logs (notification_id, kind, source_event, occurred_at, created_at)
      select id, 'opened', 'y', now(), now() from notifications limit 1;
    insert into reconciliation_runs (created_at, updated_at) values (now(), now());
    insert into proof_runs (from_day, to_day, created_at, updated_at) values ('2027-04-01', '2027-04-05', now(), now());
    insert into documents (booking_id, category, file_name, content_type, byte_size, status, stored_at, uploader, created_at, updated_at)
      values ('${paid.id}', 'coi', 'coi.pdf', 'application/pdf', 9, 'stored', now(), 'customer', now(), now());
    insert into document_purges (abandoned, kept_long_enough, replaced, freed_bytes, created_at, updated_at)
      values (0, 0, 0, 0, now(), now());
    insert into cois (booking_id, document_id, created_at, updated_at)
      select booking_id, id, now(), now() from documents limit 1;
    insert into outbox_messages (job, payload, delay_ms, created_at) values ('work-stripe-event', '{}', 86400000, now());`);
  panels = {
    admin: await signedIn(app, 'admin'),
    staff: await signedIn(app, 'staff'),
    viewer: await signedIn(app, 'viewer'),
  };
  for (const { noun, scope } of resources) {
    const row = await noun.model.findOne({ ...(scope && { where: scope }) });
    if (row) records[noun.policy.id] = String(row.get(noun.model.primaryKeyAttribute));
  }
});
afterAll(() => app.stop());

function isForbidden({ status, body }: Answer): boolean {
  return status === 403 || body.record?.baseError?.type === 'ForbiddenError';
}

function allowed(noun: string, what: 'read' | 'write', role: Role): boolean {
  return rulebook[noun]?.[what].split(' ').includes(role) ?? false;
}

const nouns = resources.map(({ noun }) => [noun.policy.id, noun.policy] as const);
const everyNounAndRole = nouns.flatMap(([id, policy]) => roles.map((role) => [id, role, policy] as const));

describe('the registry', () => {
  it('has every noun in the rulebook, with a record to ask about', () => {
    expect(nouns.map(([id]) => id).sort()).toEqual(Object.keys(rulebook).sort());
    expect(Object.keys(records).sort()).toEqual(Object.keys(rulebook).sort());
  });

  it.each(nouns)('%s names only actions that the rulebook knows', (id, policy) => {
    const known = [
      'list',
      'show',
      'search',
      'export',
      'new',
      'edit',
      'delete',
      ...Object.keys(rulebook[id]?.verbs ?? {}),
      // Asked by routes of their own (`test/panel/documents.test.ts`).
      ...(rulebook[id]?.elsewhere ?? []),
    ];
    expect(Object.keys(policy.actions).filter((action) => !known.includes(action))).toEqual([]);
  });

  it('lets nobody read what is secret', () => {
    for (const [, policy] of nouns)
      for (const field of hiddenFromAll) expect(policy.fields).not.toHaveProperty(field);
  });
});

describe.each(everyNounAndRole)('%s as %s', (id, role, policy) => {
  const panel = () => panels[role];
  const record = () => records[id] ?? '';
  const reads = allowed(id, 'read', role);
  const readable = reads ? Object.keys(policy.fields).filter((field) => mayRead(policy, field, role)) : [];
  const columns = () =>
    Object.keys(resources.find(({ noun }) => noun.policy.id === id)?.noun.model.getAttributes() ?? {});
  const neverSeen = role === 'viewer' ? contactData : /never/;

  it('is listed, searched and exported as the rules say, without a hidden column', async () => {
    for (const action of ['list', 'search']) {
      const answer = await panel().resource(id, action);
      expect([action, isForbidden(answer), answer.body.records.length > 0]).toEqual([action, !reads, reads]);
      for (const { id: _, title: __, cells = {}, ...more } of answer.body.records)
        expect([hiddenIn(madeOf(id, cells), readable), more]).toEqual([[], {}]);
      expect(JSON.stringify(answer.body)).not.toMatch(neverSeen);
    }
    const exported = await panel().get(`/admin/export/${id}.csv`);
    expect(exported.status).toBe(reads ? 200 : 403);
    expect(JSON.stringify(exported.body)).not.toMatch(neverSeen);
  });

  it('is shown as the rules say, without a hidden column', async () => {
    const answer = await panel().record(id, record(), 'show');
    expect([answer.status, isForbidden(answer)]).toEqual([200, !reads]);
    expect(hiddenIn(answer.body.record.params, readable)).toEqual([]);
    expect(JSON.stringify(answer.body)).not.toMatch(neverSeen);
  });

  it('tells nothing about a hidden column by filter, sort or search', async () => {
    const hidden = columns().filter((each) => !readable.includes(each));
    // A noun that is closed as a whole is closed alike for each of its columns.
    const asks = (field: string) => [
      ...[`?filters.${field}=x`, `?filters.${field}~~from=1`, `?sortBy=${field}`].flatMap((query) => [
        async () => {
          const answer = await panel().resource(id, 'list', query);
          expect([query, isForbidden(answer), answer.body.records]).toEqual([query, true, []]);
        },
        async () => {
          const { status } = await panel().get(`/admin/export/${id}.csv${query}`);
          expect([query, status]).toEqual([query, 403]);
        },
      ]),
      ...[
        `/x?searchProperty=${field}`,
        `?searchProperty=${field}`,
        `?filters.${field}=x`,
        `?sortBy=${field}`,
      ].map((query) => async () => {
        expect([query, isForbidden(await panel().resource(id, 'search', query))]).toEqual([query, true]);
      }),
    ];
    // Each column in two or three of the ten ways, by turns: each way is tried with a quarter of the columns.
    for (const [index, field] of (reads ? hidden : hidden.slice(0, 4)).entries())
      for (const [way, ask] of asks(field).entries()) if ((way + index) % 4 === 0) await ask();
  });

  it('is made, changed and deleted by nobody whom the rules do not name', async () => {
    const before = await fingerprint();
    const may = (action: string) => mayAct(policy, action, role);
    expect(['new', 'edit', 'delete'].some(may) && !allowed(id, 'write', role)).toBe(false);
    const tries: Answer[] = [];
    if (!may('new')) tries.push(await panel().post(`/admin/api/resources/${id}/actions/new`, { name: 'x' }));
    if (!may('edit')) tries.push(await panel().record(id, record(), 'edit', { name: 'x' }));
    if (!may('delete')) tries.push(await panel().record(id, record(), 'delete', {}));
    expect(tries.map(isForbidden)).toEqual(tries.map(() => true));
    for (const action of ['bulkDelete', 'delete', 'edit']) {
      const path = `/admin/api/resources/${id}/bulk/${action}?recordIds=${record()}`;
      const answer = await panel().post(path, {});
      const isRefused = answer.status >= 400 || answer.body.notice?.type === 'error';
      expect([action, isRefused]).toEqual([action, true]);
    }
    expect(await fingerprint()).toBe(before);
  });

  it('has verbs for whom the rules name, and for nobody else', async () => {
    const before = await fingerprint();
    for (const [verb, who] of Object.entries(rulebook[id]?.verbs ?? {})) {
      const may = who.split(' ').includes(role);
      expect([verb, isForbidden(await panel().record(id, record(), verb))]).toEqual([verb, !may]);
      const tries = may ? [] : [await panel().record(id, record(), verb, { notes: 'x' })];
      expect(tries.map(isForbidden)).toEqual(tries.map(() => true));
    }
    expect(await fingerprint()).toBe(before);
  });
});

// Whoever may do the least can do no more by it than whoever may do the most.
it.each(nouns.map(([id]) => id))('%s: a GET does nothing', async (id) => {
  const before = await fingerprint();
  for (const action of ['new', 'edit', 'delete', 'bulkDelete', ...Object.keys(rulebook[id]?.verbs ?? {})]) {
    await panels.admin.resource(id, action);
    await panels.admin.record(id, records[id] ?? '', action);
    await panels.admin.get(`/admin/api/resources/${id}/bulk/${action}?recordIds=${records[id]}`);
  }
  expect(await fingerprint()).toBe(before);
});

const everyWriter = everyNounAndRole.filter(([, role, policy]) => mayAct(policy, 'edit', role));

describe.each(everyWriter)('%s changed by %s', (id, role, policy) => {
  it('is refused whole when it touches a field that the role may not write', async () => {
    const before = await fingerprint();
    const { model } = resources.find(({ noun }) => noun.policy.id === id)?.noun ?? {};
    const unwritable = Object.keys(model?.getAttributes() ?? {}).filter(
      (field) => !mayWrite(policy, field, role) && field !== 'version',
    );
    for (const field of [...unwritable, 'noSuchField', '__proto__x']) {
      const answer = await panels[role].record(id, records[id] ?? '', 'edit', {
        [field]: '2001-01-01T00:00:00.000Z',
      });
      expect([field, answer.body.record.errors[field]?.type]).toEqual([field, 'not_writable']);
    }
    expect(await fingerprint()).toBe(before);
  });
});

describe('what is not there', () => {
  it.each(roles)('says so to %s without naming what is', async (role) => {
    for (const path of [
      '/admin/api/resources/nothing/actions/list',
      '/admin/api/resources/bookings/actions/nothing',
      `/admin/api/resources/bookings/records/${records.bookings}/nothing`,
      '/admin/api/pages/nothing',
      '/admin/export/nothing.csv',
    ]) {
      const { status, body } = await panels[role].get(path);
      expect([path, status]).toEqual([path, 404]);
      expect(JSON.stringify(body)).not.toMatch(/staffUsers|Cannot read|undefined|at .*\.js/);
    }
    for (const id of ['no-uuid', '00000000-0000-4000-8000-000000000000', "' or 1=1"]) {
      const { status, body } = await panels[role].record('bookings', encodeURIComponent(id), 'show');
      expect([id, status]).toEqual([id, 200]);
      expect(body.notice.type).toBe('error');
    }
  });
});

describe('pages', () => {
  it.each([
    ['settings', 'admin', true],
    ['settings', 'staff', true],
    ['settings', 'viewer', false],
    ['profile', 'viewer', true],
    ['calendar', 'staff', true],
    ['calendar', 'viewer', true],
    ['dispatch', 'staff', true],
    ['dispatch', 'viewer', true],
    ['analytics', 'staff', true],
    ['analytics', 'viewer', true],
  ] as const)('%s is seen by %s: %s', async (page, role, may) => {
    expect((await panels[role].get(`/admin/api/pages/${page}`)).status).toBe(may ? 200 : 403);
  });

  it('settings are changed by admins alone', async () => {
    const change = { values: { holdMinutes: 25 }, were: { holdMinutes: 30 } };
    for (const role of ['staff', 'viewer'] as const) {
      expect((await panels[role].post('/admin/api/pages/settings', change)).status).toBe(403);
    }
    expect((await panels.admin.get('/admin/api/pages/settings')).body.values.holdMinutes).toBe(30);
  });

  it('the dashboard shows a viewer no contact data', async () => {
    const { status, body } = await panels.viewer.get('/admin/api/dashboard');
    expect(status).toBe(200);
    expect(JSON.stringify(body)).not.toMatch(contactData);
    expect(JSON.stringify((await panels.staff.get('/admin/api/dashboard')).body)).toContain('Jo Doe');
  });
});

/** The fields that the cells of a list are made of. */
function madeOf(id: string, cells: object): Record<string, true> {
  const columns = resources.find(({ noun }) => noun.policy.id === id)?.columns ?? {};
  return Object.fromEntries(
    Object.keys(cells).flatMap((name) => (columns[name]?.needs ?? [name]).map((field) => [field, true])),
  );
}

function hiddenIn(params: object, readable: readonly string[]): string[] {
  const shown = new Set(Object.keys(params).map((path) => path.split('.')[0] ?? ''));
  return [...shown].filter((field) => !readable.includes(field));
}

/** Everything but what looking itself leaves behind. */
async function fingerprint(): Promise<string> {
  const tables = [...new Set(resources.map(({ noun }) => noun.model.tableName))].filter(
    (table) => !['audit_logs', 'heartbeats', 'outbox_messages', 'webhook_events'].includes(table),
  );
  // A row that is written anew has another place or another transaction, whatever its words are.
  const sums = tables.map(
    (table) =>
      `select '${table}' as t, md5(string_agg(concat(x.ctid, x.xmin), ' ' order by x.ctid)) as sum from ${table} x`,
  );
  return JSON.stringify(await select(app.ctx, sums.join(' union all ')));
}
