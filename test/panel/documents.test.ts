import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays, type ServiceDay } from '../../src/clock.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { incomingKey, storedKey } from '../../src/resources/documents/document.model.ts';
import { purgeDocuments } from '../../src/resources/documents/purge-documents.ts';
import { putFile, statFile } from '../../src/resources/documents/s3/client.ts';
import { watchCois } from '../../src/resources/documents/watch-cois.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import {
  awaitStatus,
  eventually,
  type Made,
  makeBooking,
  openPayment,
  pay,
  readBooking,
} from '../support/bookings.ts';
import { announce, complete, samples, send, upload } from '../support/files.ts';
import { mailsTo } from '../support/mail.ts';
import { type Panel, signedIn } from '../support/panel.ts';

/** Documents and certificates of insurance in the panel (`product.md` §6). */

let app: TestApplication;
let staff: Panel;
let viewer: Panel;
beforeAll(async () => {
  app = await startTestApplication({ panel: true });
  staff = await signedIn(app, 'staff');
  viewer = await signedIn(app, 'viewer');
});
afterAll(() => app.stop());

const reading = {
  insurer: 'Harbor Mutual',
  policyNumber: 'HM-2291',
  certificateHolder: '215 W 88th St Owners Corp.',
  effectiveDate: '2027-01-01',
  expiryDate: '2027-12-31',
  coverageCents: 200_000_000,
};

let people = 0;

/** A paid booking of somebody of their own whose building wants a certificate. */
async function confirmed(pickupDate = '2027-05-12'): Promise<Made & { email: string }> {
  people += 1;
  const email = `coi${people}@example.com`;
  const contact = { firstName: 'Jo', lastName: 'Doe', email, phone: '(212) 555-0100' };
  const made = await makeBooking(app, { coi: true, pickupDate, contact });
  await pay(app, await openPayment(app, made));
  await awaitStatus(app, made, 'confirmed');
  return { ...made, email };
}

async function coiOf(made: Made): Promise<string> {
  const rows = await select<{ id: string }>(
    app.ctx,
    `select id from cois where booking_id = $1 and status <> 'replaced' order by created_at desc`,
    [made.id],
  );
  return rows[0]?.id ?? '';
}

const statusOf = async (made: Made) => (await readBooking(app, made)).coi.status as string;
const subjectsTo = async (email: string) => (await mailsTo(app, email)).map(({ subject }) => subject);

describe('documents', () => {
  it('are uploaded, looked at and kept by staff, each look in the log', async () => {
    const made = await makeBooking(app);
    const asked = { bookingId: made.id, category: 'photo', fileName: 'hall.png', contentType: 'image/png' };
    const announced = await staff.post('/admin/api/documents', {
      ...asked,
      byteSize: samples.png.length,
    });
    expect(announced.status).toBe(201);
    const { id, upload: form } = announced.body;
    await send(form, samples.png);
    expect((await staff.post(`/admin/api/documents/${id}/complete`, {})).status).toBe(200);
    const shown = (await staff.record('documents', id, 'show')).body.record.screen;
    expect(shown.blocks[0]).toMatchObject({ kind: 'file', documentId: id, contentType: 'image/png' });
    const { url } = (await staff.post(`/admin/api/documents/${id}/open`, { disposition: 'inline' })).body;
    const file = await fetch(url);
    expect(file.headers.get('content-disposition')).toMatch(/^inline/);
    expect(Buffer.from(await file.arrayBuffer())).toEqual(samples.png);
    await staff.post(`/admin/api/documents/${id}/open`, { disposition: 'attachment' });
    const booking = (await staff.record('bookings', made.id, 'show')).body.record.screen;
    const block = booking.blocks.find(({ kind }: { kind: string }) => kind === 'upload');
    expect(block.rows[0][0]).toMatchObject({ text: 'hall.png' });
    const log = await select<{ action: string; name: string }>(
      app.ctx,
      `select action, actor_name as name from audit_logs where subject_id = $1 order by sequence`,
      [id],
    );
    expect(log.slice(2).map(({ action }) => action)).toEqual(['document.lookedAt', 'document.downloaded']);
  });

  it('are found by booking, customer, day, category and name', async () => {
    const made = await confirmed('2027-06-02');
    const { id } = await upload(app, made, { fileName: 'Needle.pdf', category: 'invoice' });
    const [row] = await select<{ customer: string }>(
      app.ctx,
      'select customer_id as customer from documents where id = $1',
      [id],
    );
    for (const query of [
      `?filters.bookingId=${made.id}`,
      `?filters.customerId=${row?.customer}`,
      '?filters.category=invoice',
      '?filters.createdAt~~from=2027-04-05&filters.createdAt~~to=2027-04-05&filters.category=invoice',
      '?filters.q=needle',
    ]) {
      const { records } = (await staff.resource('documents', 'list', query)).body;
      expect([query, records.map((each: { id: string }) => each.id)]).toEqual([query, [id]]);
    }
  });

  it('are nothing to a viewer, and to other sites', async () => {
    const made = await makeBooking(app);
    const { id } = await upload(app, made);
    const asked = { bookingId: made.id, category: 'coi', fileName: 'x.pdf', contentType: 'application/pdf' };
    const tries = [
      await viewer.post('/admin/api/documents', { ...asked, byteSize: 9 }),
      await viewer.post(`/admin/api/documents/${id}/complete`, {}),
      await viewer.post(`/admin/api/documents/${id}/open`, {}),
      await staff.post(`/admin/api/documents/${id}/open`, {}, { 'sec-fetch-site': 'cross-site' }),
    ];
    expect(tries.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    const screen = (await viewer.record('bookings', made.id, 'show')).body.record.screen;
    expect(JSON.stringify(screen.blocks)).not.toMatch(/certificate\.pdf|upload/);
    expect((await staff.get(`/admin/api/documents/${id}/open`)).status).toBe(404);
  });

  it('come from the store alone, and nothing in them acts as the panel', async () => {
    const policy = (await staff.get('/admin')).headers.get('content-security-policy') ?? '';
    const store = new URL(app.ctx.config.files?.endpoint ?? '').origin;
    for (const directive of ['frame-src', 'img-src', 'connect-src'])
      expect(new RegExp(`${directive} ([^;]*)`).exec(policy)?.[1]).toContain(store);
    expect(policy).toMatch(/script-src 'self' 'nonce-[^']+'(;|$)/);
    expect(policy).toContain("object-src 'none'");
  });

  it('say in a sentence what is wrong with them', async () => {
    const made = await makeBooking(app);
    const asked = {
      bookingId: made.id,
      category: 'other',
      fileName: '../x.pdf',
      contentType: 'application/pdf',
    };
    const { status, body } = await staff.post('/admin/api/documents', { ...asked, byteSize: 9 });
    expect([status, body.message]).toEqual([422, 'Give the name of the file alone, without a path.']);
  });
});

describe('a certificate', () => {
  it('is missing, submitted, then approved, and the customer is told', async () => {
    const made = await confirmed();
    expect(await statusOf(made)).toBe('missing');
    await upload(app, made);
    expect(await statusOf(made)).toBe('submitted');
    const id = await coiOf(made);
    const form = (await staff.record('cois', id, 'approve')).body.record.verb;
    expect(form.beside).toMatchObject({ kind: 'file', fileName: 'certificate.pdf' });
    expect(form.values.building).toBe('1 Main Street, New York');
    const { number } = await readBooking(app, made);
    const title = async () => (await staff.record('cois', id, 'show')).body.record.title;
    expect(await title()).toBe(`Certificate of ${number} for Wed 12 May 2027, to review`);
    const listed = async () =>
      (await staff.resource('cois', 'list', `?filters.bookingId=${made.id}`)).body.records[0].cells;
    expect(await listed()).toMatchObject({
      documentId: { text: 'certificate.pdf' },
      bookingId: { text: number },
      customer: { text: 'Jo Doe' },
      serviceDay: { text: 'Wed 12 May 2027' },
      reviewedBy: null,
    });
    const done = await staff.record('cois', id, 'approve', reading);
    expect(done.body.notice).toMatchObject({ type: 'success' });
    expect(await statusOf(made)).toBe('approved');
    expect((await listed()).reviewedBy).toEqual({ text: 'Sam Staff' });
    const csv = await staff.get(`/admin/export/cois.csv?filters.bookingId=${made.id}`);
    for (const said of ['certificate.pdf', number, 'Jo Doe', '2027-05-12', 'Sam Staff'])
      expect(csv.body.text).toContain(said);
    await eventually(async () =>
      expect(await subjectsTo(made.email)).toContain(
        'The insurance certificate for Wed 12 May 2027 is approved',
      ),
    );
    const again = await staff.record('cois', id, 'approve', reading);
    expect(again.body.notice).toMatchObject({
      type: 'error',
      message: 'This certificate was decided already.',
    });
  });

  it.each([
    ['ends the day before', { expiryDate: '2027-05-11' }, 'expiryDate'],
    ['begins the day after', { effectiveDate: '2027-05-13' }, 'effectiveDate'],
    ['names no holder', { certificateHolder: '' }, 'certificateHolder'],
    ['covers nothing', { coverageCents: 0 }, 'coverageCents'],
  ])('that %s is not approved', async (_what, changes, field) => {
    const made = await confirmed();
    await upload(app, made);
    const refused = await staff.record('cois', await coiOf(made), 'approve', { ...reading, ...changes });
    expect(refused.body.notice.type).toBe('error');
    expect(Object.keys(refused.body.record.errors)).toContain(field);
    expect(await statusOf(made)).toBe('submitted');
  });

  it('that ends on the service day is approved', async () => {
    const made = await confirmed();
    await upload(app, made);
    const days = { effectiveDate: '2027-05-12', expiryDate: '2027-05-12' };
    await staff.record('cois', await coiOf(made), 'approve', { ...reading, ...days });
    expect(await statusOf(made)).toBe('approved');
  });

  it('is not approved by the database either when it does not cover the day', async () => {
    const made = await confirmed();
    await upload(app, made);
    await expect(
      execute(
        app.ctx,
        `update cois set status = 'approved', insurer = 'x', policy_number = 'x', certificate_holder = 'x', coverage_cents = 1,
           effective_date = '2027-01-01', expiry_date = '2027-05-11', reviewed_at = now(),
           reviewed_by = (select id from staff_users limit 1) where booking_id = $1`,
        [made.id],
      ),
    ).rejects.toThrow('covers the service day');
  });

  it('is rejected with a reason that the customer reads, and replaced by the next', async () => {
    const made = await confirmed();
    await upload(app, made);
    const id = await coiOf(made);
    await staff.record('cois', id, 'reject', { reason: 'The holder must be the owners.' });
    expect(await statusOf(made)).toBe('rejected');
    await eventually(async () => {
      const mail = (await mailsTo(app, made.email)).find(({ subject }) => subject.includes('needs a change'));
      expect(mail?.text).toContain('The holder must be the owners.');
      expect(mail?.text).toContain(`/booking/`);
    });
    await upload(app, made);
    expect(await statusOf(made)).toBe('submitted');
    expect((await staff.record('cois', id, 'show')).body.record.params.status).toBe('replaced');
  });

  it('waits for a review again when the booking moves past its end, and the customer is asked for a newer one', async () => {
    const made = await confirmed();
    await upload(app, made);
    const id = await coiOf(made);
    await staff.record('cois', id, 'approve', { ...reading, expiryDate: '2027-05-20' });
    const moved = await staff.record('bookings', made.id, 'reschedule', {
      pickupDate: '2027-05-26',
      priceChoice: 'keep',
    });
    expect(moved.body.notice).toMatchObject({ type: 'success' });
    expect(await statusOf(made)).toBe('submitted');
    await eventually(async () =>
      expect(await subjectsTo(made.email)).toContain(
        'The insurance certificate for Wed 26 May 2027 ends Thu 20 May 2027',
      ),
    );
  });
});

describe('a certificate of a booking that is not paid yet', () => {
  const MOVED = '2027-05-26';

  /** One that is approved until a week after the service day. */
  async function approved(): Promise<Made & { coiId: string; email: string }> {
    people += 1;
    const email = `coi${people}@example.com`;
    const contact = { firstName: 'Jo', lastName: 'Doe', email, phone: '(212) 555-0100' };
    const made = { ...(await makeBooking(app, { coi: true, contact })), email };
    await upload(app, made);
    const coiId = await coiOf(made);
    await staff.record('cois', coiId, 'approve', { ...reading, expiryDate: '2027-05-19' });
    expect(await statusOf(made)).toBe('approved');
    return { ...made, coiId };
  }
  const byCustomer = async (made: Made, pickupDate: string) =>
    (await app.api.patch(made.path, { pickupDate }, made.headers)).status === 200;
  const byStaff = async (made: Made, pickupDate: string) =>
    (await staff.record('bookings', made.id, 'change', { pickupDate })).body.notice.type === 'success';
  const told = async ({ id }: Made) =>
    (await select(app.ctx, `select from notifications where booking_id = $1 and type = 'coi_expiring'`, [id]))
      .length;
  const reopened = async ({ coiId }: { coiId: string }) =>
    (
      await select(
        app.ctx,
        `select from audit_logs where subject_id = $1 and action = 'coi.submitted' and reason like 'It does not cover%'`,
        [coiId],
      )
    ).length;

  it.each([
    ['its customer', byCustomer],
    ['the office', byStaff],
  ])('waits for a review again once %s moves the day past its end', async (_who, move) => {
    const made = await approved();
    expect(await move(made, MOVED)).toBe(true);
    expect(await statusOf(made)).toBe('submitted');
    expect([await reopened(made), await told(made)]).toEqual([1, 1]);
  });

  it('is reopened once, however often and at once the day is moved', async () => {
    const made = await approved();
    await Promise.all([1, 2, 3].map(() => byCustomer(made, MOVED)));
    await byStaff(made, MOVED);
    expect(await statusOf(made)).toBe('submitted');
    expect([await reopened(made), await told(made)]).toEqual([1, 1]);
  });

  it('stays approved where it covers the new day, where no day moves and where the move is refused', async () => {
    const made = await approved();
    expect(await byCustomer(made, '2027-05-19')).toBe(true);
    expect((await app.api.patch(made.path, { instructions: 'Ring twice' }, made.headers)).status).toBe(200);
    expect(await byCustomer(made, '2026-05-26')).toBe(false);
    expect(await byStaff(made, '2026-05-26')).toBe(false);
    expect(await statusOf(made)).toBe('approved');
    expect([await reopened(made), await told(made)]).toEqual([0, 0]);
  });
});

describe('the certificate that we issue to a building', () => {
  const policy = {
    insuranceInsured: 'ToteTaxi Test LLC, 5 Sample Street, New York, NY 10002',
    insuranceKind: 'Commercial general liability',
    insuranceInsurer: 'Harbor Mutual',
    insurancePolicyNumber: 'HM-77',
    insuranceCoverageCents: 100_000_000,
    insuranceFrom: '2027-01-01',
    insuranceUntil: '2027-12-31',
  };
  const asked = {
    certificateHolder: '215 W 88th St Owners Corp.',
    holderAddress: '215 W 88th St, New York, NY 10024',
    building: '1 Main Street, New York',
  };
  let admin: Panel;
  const save = (values: object) => admin.post('/admin/api/pages/settings', { values, were: {} });
  const issue = (made: Made, changes: object = {}, panel = staff) =>
    panel.record('bookings', made.id, 'issueCertificate', { ...asked, ...changes });
  const noticeOf = (answer: any) => answer.body.notice?.message as string;
  const issuedOf = ({ id }: Made) =>
    select<{ id: string; coi: string; name: string; status: string; holder: string; uploader: string }>(
      app.ctx,
      `select d.id, c.id as coi, d.file_name as name, c.status, c.certificate_holder as holder, d.uploader
       from documents d join cois c on c.document_id = d.id where d.booking_id = $1 order by d.created_at, d.file_name`,
      [id],
    );
  async function pdfOf(id: string): Promise<string> {
    const { url } = (await staff.post(`/admin/api/documents/${id}/open`, {})).body;
    const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
    const { text } = await extractText(await getDocumentProxy(bytes), { mergePages: true });
    return text.replace(/\s+/g, ' ');
  }
  beforeAll(async () => {
    admin = await signedIn(app, 'admin');
  });

  it('is refused as long as the settings do not say how the company is insured, and where that does not cover the day', async () => {
    const made = await makeBooking(app, { coi: true });
    expect(noticeOf(await issue(made))).toMatch(
      /not complete: on the settings page an admin fills in the insured, .*and valid until\./,
    );
    const unordered = await save({ ...policy, insuranceUntil: '2026-12-31', insuranceAggregateCents: 1 });
    expect(Object.keys(unordered.body.errors).sort()).toEqual(['insuranceAggregateCents', 'insuranceUntil']);
    await save({ ...policy, insuranceUntil: '2027-05-11' });
    expect(noticeOf(await issue(made))).toMatch(/does not cover the service day, Wed 12 May 2027/);
    await save({ ...policy, insuranceUntil: '2027-04-04' });
    expect(noticeOf(await issue(made))).toMatch(/policy ended on Sun 4 Apr 2027/);
    await save(policy);
    const form = async () => (await staff.record('bookings', made.id, 'issueCertificate')).body;
    expect((await form()).record.verb.fields).toHaveLength(5);
    await save({ insuranceKind: '' });
    expect((await form()).notice.message).toMatch(/fills in the kind of insurance\./);
    await save(policy);
    expect(noticeOf(await issue(made, {}, viewer))).not.toMatch(/issued/);
    const unfilled = await issue(made, { certificateHolder: ' ', sendTo: 'not an address' });
    expect(Object.keys(unfilled.body.record.errors).sort()).toEqual(['certificateHolder', 'sendTo']);
    expect(await issuedOf(made)).toEqual([]);
  });

  it('is a PDF among the documents that says what the settings say, waits for its review, and is told in the log', async () => {
    const made = await confirmed();
    const form = (await staff.record('bookings', made.id, 'issueCertificate')).body.record.verb;
    expect(form.values).toMatchObject({
      certificateHolder: '',
      holderAddress: '1 Main Street, New York, NY 10001',
      building: '1 Main Street, New York',
    });
    const plan = await issue(made, { preview: true });
    expect(plan.body.record.verb.consequences[1]).toBe(
      'It says: Harbor Mutual, policy HM-77, $1,000,000.00 for each occurrence, valid until Fri 31 Dec 2027.',
    );
    const message = noticeOf(await issue(made, { description: 'The owners are additionally insured.' }));
    const [issued] = await issuedOf(made);
    expect(message).toContain(issued?.name);
    expect(issued).toMatchObject({ status: 'submitted', uploader: 'system' });
    const text = await pdfOf(issued?.id ?? '');
    for (const said of [
      asked.certificateHolder,
      asked.holderAddress,
      policy.insuranceInsured,
      'Harbor Mutual',
      'HM-77',
      'Fri 1 Jan 2027 to Fri 31 Dec 2027',
      'Coverage for each occurrence $1,000,000.00',
      'on Wed 12 May 2027',
      'The owners are additionally insured.',
    ])
      expect(text).toContain(said);
    const review = (await staff.record('cois', issued?.coi ?? '', 'approve')).body.record.verb.values;
    await staff.record('cois', issued?.coi ?? '', 'approve', review);
    expect(await statusOf(made)).toBe('approved');
    const log = await select<{ action: string; actor: string }>(
      app.ctx,
      `select action, actor_type as actor from audit_logs where subject_id in ($1, $2) order by sequence`,
      [issued?.id, issued?.coi],
    );
    expect(log.map(({ action }) => action)).toEqual([
      'document.announced',
      'document.stored',
      'coi.submitted',
      'document.lookedAt',
      'coi.approved',
    ]);
    expect(log.every(({ actor }) => actor === 'staff')).toBe(true);
  });

  it('is issued once, however often and at once it is asked for; another one takes the place of what nobody read', async () => {
    const made = await confirmed();
    await Promise.all([1, 2, 3].map(() => issue(made)));
    expect(noticeOf(await issue(made))).toMatch(/issued already/);
    expect((await issuedOf(made)).map(({ status }) => status)).toEqual(['submitted']);
    await issue(made, { certificateHolder: '215 Tenants Inc.' });
    const both = await issuedOf(made);
    expect(both.map(({ status }) => status)).toEqual(['replaced', 'submitted']);
    expect(both.map(({ name }) => name.replace(/TT-\d+/, 'TT'))).toEqual([
      'certificate-TT-C1.pdf',
      'certificate-TT-C2.pdf',
    ]);
  });

  it('goes to the building by mail, attached, once, without a link to the booking', async () => {
    const made = await confirmed();
    const to = 'manager@building.example.com';
    await issue(made, { sendTo: to });
    const [issued] = await issuedOf(made);
    await eventually(async () => {
      const [mail] = await mailsTo(app, to);
      expect(mail?.subject).toBe('Certificate of insurance for Wed 12 May 2027');
      expect(mail?.text).toContain(asked.certificateHolder);
      expect(mail?.text).not.toMatch(/\/booking\/|Jo|coi\d+@/);
      expect(JSON.stringify(mail)).toContain(issued?.name);
    });
    const again = (message: string) =>
      staff.record('documents', issued?.id ?? '', 'sendToBuilding', { to, message });
    expect(noticeOf(await again(''))).toMatch(/was sent to manager@building.example.com already/);
    expect(noticeOf(await again('As you asked.'))).toBe('The mail goes out.');
    await eventually(async () => expect(await mailsTo(app, to)).toHaveLength(2));
    const own = await app.api.get(`${made.path}/notifications`, made.headers);
    expect(JSON.stringify(own.body)).not.toContain('coi_issued');
  });

  it('is mailed only when it was approved or is ours', async () => {
    const made = await confirmed();
    const { id } = await upload(app, made);
    const sent = await staff.record('documents', id, 'sendToBuilding', { to: 'a@example.com', message: '' });
    expect(noticeOf(sent)).toBe('Only a certificate that was approved is sent.');
  });
});

describe('the morning watch', () => {
  it('asks once for what is missing three days before, and for what ends too soon', async () => {
    await app.moveClock({ now: '2027-07-06T14:00:00Z' });
    const day = (days: number) => addDays('2027-07-06' as ServiceDay, days);
    const soon = await confirmed(day(3));
    const later = await confirmed(day(4));
    const covered = await confirmed(day(2));
    await upload(app, covered);
    await staff.record('cois', await coiOf(covered), 'approve', { ...reading, expiryDate: day(3) });
    await watchCois(app.ctx);
    await watchCois(app.ctx);
    const count = async ({ id }: Made, type: string) => {
      const where = 'select from notifications where booking_id = $1 and type = $2';
      return (await select(app.ctx, where, [id, type])).length;
    };
    expect(await count(soon, 'coi_missing')).toBe(1);
    expect(await count(later, 'coi_missing')).toBe(0);
    expect(await count(covered, 'coi_missing')).toBe(0);
    expect(await count(covered, 'coi_expiring')).toBe(1);
    expect(await count(soon, 'coi_expiring')).toBe(0);
  });

  it('is on the day’s page the day before, until one is approved', async () => {
    const made = await confirmed('2027-07-08');
    await app.moveClock({ now: '2027-07-07T14:00:00Z' });
    const panel = async (title: string) =>
      (await staff.get('/admin/api/dashboard')).body.panels.find((each: any) => each.title === title);
    const shown = async (title: string) => JSON.stringify(await panel(title));
    const late = 'No certificate yet, today or tomorrow';
    expect(await shown(late)).toContain(made.id);
    await upload(app, made);
    const id = await coiOf(made);
    expect((await panel('Certificates to review')).total).toBeGreaterThan(0);
    const waiting = await staff.resource('cois', 'list', '?filters.view=waiting');
    expect(waiting.body.records.map((each: { id: string }) => each.id)).toContain(id);
    const filtered = await staff.resource('bookings', 'list', '?filters.coiStatus=submitted');
    expect(filtered.body.records.map((each: { id: string }) => each.id)).toContain(made.id);
    await staff.record('cois', id, 'approve', reading);
    expect(await shown(late)).not.toContain(made.id);
    expect(JSON.stringify((await viewer.get('/admin/api/dashboard')).body)).not.toContain(
      'Certificates to review',
    );
  });
});

describe('the clean-up', () => {
  it('shows what would go, and takes what was abandoned, kept long enough, replaced, or is nobody’s', async () => {
    const admin = await signedIn(app, 'admin');
    const clean = (body: object) => admin.post('/admin/api/resources/documentPurges/actions/new', body);
    await app.moveClock({ now: '2027-08-02T14:00:00Z' });
    const made = await makeBooking(app, { pickupDate: '2027-08-11' });
    const abandoned = (await announce(app, made, { fileName: 'abandoned.pdf' })).body.document.id;
    const kept = (await upload(app, made, { fileName: 'kept.pdf' })).id;
    const stray = { id: '00000000-0000-4000-8000-000000000001' };
    const file = { contentType: 'application/pdf', body: samples.pdf };
    for (const key of [incomingKey(stray), storedKey(stray)]) await putFile(app.ctx, { key, ...file });
    const planned = async () =>
      (await admin.get('/admin/api/resources/documentPurges/actions/new')).body.form as {
        consequences: string[];
        below: { title: string; rows: ({ text: string; href?: string } | null)[][] }[];
      };
    const going = async () => {
      const [groups, named] = (await planned()).below;
      return [groups?.rows, named?.rows].map((rows) =>
        rows?.map((row) => row.map((cell) => cell?.text ?? '')),
      );
    };
    const idle = await planned();
    expect(idle.consequences[0]).toMatch(/^No document goes/);
    expect(idle.below.map(({ title }) => title)).toEqual(['How long documents are kept']);
    expect(idle.below[0]?.rows[0]?.[1]).toEqual({ text: '365 days', href: '/admin/pages/settings' });

    await app.moveClock({ now: '2027-08-03T14:01:00Z' });
    expect(JSON.stringify(await going())).not.toContain('kept.pdf');
    await clean({});
    const statuses = async () =>
      select<{ id: string; status: string; because: string | null }>(
        app.ctx,
        'select id, status, gone_because as because from documents where id = any($1::uuid[]) order by file_name',
        [[abandoned, kept]],
      );
    expect(await statuses()).toEqual([
      { id: abandoned, status: 'gone', because: 'abandoned' },
      { id: kept, status: 'stored', because: null },
    ]);
    for (const key of [incomingKey(stray), storedKey(stray)]) expect(await statFile(app.ctx, key)).toBeNull();
    expect(await statFile(app.ctx, storedKey({ id: kept }))).not.toBeNull();
    expect((await complete(app, made, abandoned)).status).toBe(404);

    const save = (panel: Panel, keptDaysCoi: number, were: number) =>
      panel.post('/admin/api/pages/settings', { values: { keptDaysCoi }, were: { keptDaysCoi: were } });
    expect((await save(staff, 400, 365)).status).toBe(403);
    expect(Object.keys((await save(admin, 29, 365)).body.errors)).toEqual(['keptDaysCoi']);
    const longer = await save(admin, 400, 365);
    expect(JSON.stringify(longer.body.blocks)).toContain('Days certificates are kept: 365 → 400');
    // The booking's own schedules have expired it meanwhile; a year after its day nobody needs it, but the office keeps it.
    await app.moveClock({ now: '2028-08-12T16:00:00Z' });
    await purgeDocuments(app.ctx);
    expect((await statuses())[1]).toMatchObject({ status: 'stored' });
    await save(admin, 365, 400);
    expect((await planned()).consequences[0]).toMatch(/^\d+ documents? go(es)?, .* in the store\. Deleted/);
    const [groups, named] = await going();
    expect(groups?.[0]?.slice(0, 2)).toEqual(['Certificate of insurance', 'Kept long enough']);
    expect(named?.find(([name]) => name === 'kept.pdf')).toMatchObject([
      'kept.pdf',
      expect.stringMatching(/^TT-/),
      'Kept long enough',
      'Mon 2 Aug 2027',
      expect.stringMatching(/bytes|kB/),
    ]);
    await purgeDocuments(app.ctx);
    expect((await statuses())[1]).toMatchObject({ status: 'gone', because: 'kept_long_enough' });
    await eventually(async () => expect(await statFile(app.ctx, storedKey({ id: kept }))).toBeNull());
  });
});
