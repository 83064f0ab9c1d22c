import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseServiceDay } from '../../src/clock.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { bookingPageUrl } from '../../src/resources/bookings/booking-page-link.ts';
import { approveCoi } from '../../src/resources/documents/approve-coi.ts';
import { incomingKey, storedKey } from '../../src/resources/documents/document.model.ts';
import { rejectCoi } from '../../src/resources/documents/reject-coi.ts';
import { presignDownload, putFile, statFile } from '../../src/resources/documents/s3/client.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import { eventually, type Made, makeBooking } from '../support/bookings.ts';
import { announce, complete, samples, send, upload } from '../support/files.ts';
import { actingAs } from '../support/refunds.ts';

/** Files of a booking by the API (`product.md` §6): announced, sent to the store, looked into, and only then counted. */

let app: TestApplication;
let made: Made;
beforeAll(async () => {
  app = await startTestApplication();
  made = await makeBooking(app);
});
afterAll(() => app.stop());

const list = async (of: Made = made) =>
  (await app.api.get(`${of.path}/documents`, of.headers)).body.data as Record<string, any>[];
const read = (id: string, of: Made = made) => app.api.get(`${of.path}/documents/${id}`, of.headers);
const rowOf = async (id: string) =>
  (await select<Record<string, any>>(app.ctx, 'select * from documents where id = $1', [id]))[0];

describe('a file', () => {
  it('is announced, sent, completed, listed and had again', async () => {
    const announced = await announce(app, made);
    expect(announced.status).toBe(201);
    const { document, upload: form } = announced.body;
    expect(document).toMatchObject({ category: 'coi', fileName: 'certificate.pdf', status: 'awaiting' });
    expect(await list()).toEqual([]);
    expect((await read(document.id)).body.url).toBeNull();
    expect(await send(form, samples.pdf)).toBeLessThan(300);

    const done = await complete(app, made, document.id);
    expect(done.body).toMatchObject({ id: document.id, status: 'stored', storedAt: expect.any(String) });
    expect((await list()).map(({ id }) => id)).toEqual([document.id]);
    const { body } = await read(document.id);
    const file = await fetch(body.url);
    expect(file.status).toBe(200);
    expect(file.headers.get('content-type')).toBe('application/pdf');
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename="?certificate\.pdf/);
    expect(Buffer.from(await file.arrayBuffer())).toEqual(samples.pdf);
  });

  it.each([
    ['photo', 'damage.JPG', 'image/jpeg', samples.jpeg],
    ['photo', 'hall.png', 'image/png', samples.png],
    ['proof_of_delivery', 'IMG_1.heic', 'image/heic', samples.heic],
  ])('may be a %s called %s', async (category, fileName, contentType, bytes) => {
    const stored = await upload(app, made, { category, fileName, contentType }, bytes);
    expect(stored).toMatchObject({ status: 'stored', contentType });
  });

  it('is tagged by who sent it, how far the booking was and what its name says', async () => {
    const { id } = await upload(app, made, { category: 'photo', fileName: 'broken-lamp.pdf' });
    expect((await rowOf(id))?.tags).toEqual(['from_customer', 'before_payment', 'damage']);
  });

  it('is completed once, however often and at once it is asked', async () => {
    const { body } = await announce(app, made);
    await send(body.upload, samples.pdf);
    const answers = await Promise.all([1, 2, 3].map(() => complete(app, made, body.document.id)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toContain(200);
    expect(statuses.filter((status) => status !== 200 && status !== 409)).toEqual([]);
    expect((await complete(app, made, body.document.id)).status).toBe(200);
    const cois = await select(app.ctx, 'select from cois where document_id = $1', [body.document.id]);
    expect(cois).toHaveLength(1);
  });

  it('lies where no upload reaches once it was looked into', async () => {
    const { body } = await announce(app, made);
    const { document, upload: form } = body;
    await send(form, samples.pdf);
    await complete(app, made, document.id);
    await eventually(async () => expect(await statFile(app.ctx, incomingKey(document))).toBeNull());
    const other = Buffer.from(samples.pdf.toString().replace('obj', 'OBJ'));
    await send(form, other);
    const file = await fetch((await read(document.id)).body.url);
    expect(Buffer.from(await file.arrayBuffer())).toEqual(samples.pdf);
  });

  it('is told and logged each time it is had', async () => {
    const { id } = await upload(app, made);
    await read(id);
    await read(id);
    const rows = await select<{ action: string; actor: string }>(
      app.ctx,
      `select action, actor_type as actor from audit_logs where subject_id = $1 order by sequence`,
      [id],
    );
    expect(rows.map(({ action }) => action)).toEqual([
      'document.announced',
      'document.stored',
      'document.downloaded',
      'document.downloaded',
    ]);
    expect(rows.every(({ actor }) => actor === 'customer')).toBe(true);
  });

  it('is one of twenty at most, of however many are announced at once', async () => {
    const full = await makeBooking(app, { pickupDate: '2027-05-18' });
    const answers = await Promise.all(Array.from({ length: 30 }, () => announce(app, full)));
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused.map(({ body }) => body.code)).toEqual(Array.from({ length: 10 }, () => 'too_many_files'));
    const rows = await select(app.ctx, 'select from documents where booking_id = $1', [full.id]);
    expect(rows).toHaveLength(20);
  });

  it('is one of twenty at most for the database, too, where thirty are written at once and nobody counts', async () => {
    const { id } = await makeBooking(app, { pickupDate: '2027-05-20' });
    const written = await Promise.allSettled(
      Array.from({ length: 30 }, () =>
        execute(
          app.ctx,
          `insert into documents (booking_id, category, file_name, content_type, byte_size, uploader, created_at, updated_at)
           values ($1, 'other', 'x.pdf', 'application/pdf', 1, 'system', now(), now())`,
          [id],
        ),
      ),
    );
    expect(written.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
  });
});

describe('an attack', () => {
  it.each([
    ['HTML under a PDF’s name', 'application/pdf', 'x.pdf', samples.html],
    ['a script in an SVG under a PNG’s name', 'image/png', 'x.png', samples.svg],
    ['a JPEG under a PDF’s name', 'application/pdf', 'x.pdf', samples.jpeg],
  ])('with %s is refused, and its file goes', async (_what, contentType, fileName, bytes) => {
    const { body } = await announce(app, made, { contentType, fileName, byteSize: bytes.length });
    expect(await send(body.upload, bytes)).toBeLessThan(300);
    const refused = await complete(app, made, body.document.id);
    expect([refused.status, refused.body.code]).toEqual([422, 'file_refused']);
    expect((await complete(app, made, body.document.id)).body.code).toBe('file_refused');
    expect((await read(body.document.id)).body).toMatchObject({ status: 'refused', url: null });
    await eventually(async () => expect(await statFile(app.ctx, incomingKey(body.document))).toBeNull());
    expect(await statFile(app.ctx, storedKey(body.document))).toBeNull();
  });

  it.each([
    ['type HTML', { contentType: 'text/html', fileName: 'x.html' }, 'contentType', 'invalid_value'],
    ['type SVG', { contentType: 'image/svg+xml', fileName: 'x.svg' }, 'contentType', 'invalid_value'],
    ['another ending', { fileName: 'x.html' }, 'fileName', 'wrong_ending'],
    ['no ending', { fileName: 'pdf' }, 'fileName', 'wrong_ending'],
    ['a path', { fileName: '../../etc/x.pdf' }, 'fileName', 'invalid_format'],
    ['a path of Windows', { fileName: 'C:\\x.pdf' }, 'fileName', 'invalid_format'],
    ['a character that is not seen', { fileName: 'x\u0000.pdf' }, 'fileName', 'invalid_characters'],
    ['text turned around', { fileName: 'x\u202Efdp.pdf' }, 'fileName', 'invalid_format'],
    ['a line break', { fileName: 'x\r\nSet-Cookie: a.pdf' }, 'fileName', 'invalid_format'],
    ['no bytes', { byteSize: 0 }, 'byteSize', 'too_small'],
    ['too many bytes', { byteSize: 15 * 1024 * 1024 + 1 }, 'byteSize', 'too_big'],
    ['an unknown category', { category: 'virus' }, 'category', 'invalid_value'],
    ['a key of its own', { key: 'documents/x' }, 'key', 'unknown_field'],
  ])('by %s is not even announced', async (_what, file, path, code) => {
    const { status, body } = await announce(app, made, file);
    expect(status).toBe(422);
    expect(body.errors).toContainEqual(expect.objectContaining({ path, code }));
  });

  it('by another size, key or type than was signed is not taken by the store', async () => {
    const { body } = await announce(app, made);
    const form = body.upload;
    for (const bytes of [Buffer.concat([samples.pdf, samples.pdf]), Buffer.alloc(0), samples.pdf.subarray(1)])
      expect(await send(form, bytes)).toBeGreaterThanOrEqual(400);
    expect(await send(form, samples.pdf, { key: 'documents/mine' })).toBeGreaterThanOrEqual(400);
    expect(await send(form, samples.pdf, { 'Content-Type': 'text/html' })).toBeGreaterThanOrEqual(400);
    const missing = await complete(app, made, body.document.id);
    expect([missing.status, missing.body.code]).toEqual([409, 'not_uploaded']);
  });

  it('by a file of another size that came all the same is refused', async () => {
    const { body } = await announce(app, made);
    const key = incomingKey(body.document);
    const twice = Buffer.concat([samples.pdf, samples.pdf]);
    await putFile(app.ctx, { key, contentType: 'application/pdf', body: twice });
    expect((await complete(app, made, body.document.id)).body.code).toBe('file_refused');
    expect((await rowOf(body.document.id))?.refusal).toBe('size');
  });

  it('on another booking’s document finds nothing', async () => {
    const { id } = await upload(app, made);
    const other = await makeBooking(app, { pickupDate: '2027-05-19' });
    expect((await read(id, other)).status).toBe(404);
    expect((await complete(app, other, id)).status).toBe(404);
    expect((await app.api.get(`${made.path}/documents/${id}`, other.headers)).status).toBe(404);
    expect((await app.api.get(`${made.path}/documents`, other.headers)).status).toBe(404);
    expect((await read('no-uuid')).status).toBe(404);
    expect((await read('00000000-0000-4000-8000-000000000000')).status).toBe(404);
  });

  it('on an address of the store, altered or used for another file, gets nothing', async () => {
    const [one, two] = [await upload(app, made), await upload(app, made)];
    const url: string = (await read(one.id)).body.url;
    const altered = [
      url.replace(one.id, two.id),
      url.replace('response-content-type=application%2Fpdf', 'response-content-type=text%2Fhtml'),
      url.replace(/X-Amz-Expires=\d+/, 'X-Amz-Expires=604800'),
      url.replace(/\?.*/, ''),
    ];
    expect(new Set(altered.filter((each) => each !== url)).size).toBe(4);
    for (const each of altered) {
      const answer = await fetch(each);
      expect([each, answer.status]).toEqual([each, 403]);
      await answer.arrayBuffer();
    }
  });

  it('on an address that has expired gets nothing', async () => {
    const { id } = await upload(app, made);
    const url = await presignDownload(app.ctx, {
      key: storedKey({ id }),
      fileName: 'x.pdf',
      contentType: 'application/pdf',
      disposition: 'inline',
      expiresInSeconds: 1,
    });
    await eventually(async () => expect((await fetch(url)).status).toBe(403));
  });
});

describe('the page of a booking', () => {
  const pageOf = async (of: Made) => {
    const { pathname } = new URL(bookingPageUrl(app.ctx.config, { id: of.id, accessTokenVersion: 1 }));
    const answer = await fetch(app.api.address + pathname);
    return { html: await answer.text(), policy: answer.headers.get('content-security-policy') ?? '' };
  };
  const coiOf = async (document: Record<string, any>) => {
    const [coi] = await select<{ id: string }>(app.ctx, 'select id from cois where document_id = $1', [
      document.id,
    ]);
    return coi?.id ?? '';
  };

  it('asks for a certificate where one is needed, and says how it stands', async () => {
    const staff = await actingAs(app, 'staff');
    const plain = await makeBooking(app, { pickupDate: '2027-05-19' });
    expect((await pageOf(plain)).html).not.toContain('Certificate of insurance');
    const needs = await makeBooking(app, { coi: true, pickupDate: '2027-05-19' });
    const missing = await pageOf(needs);
    expect(missing.html).toContain('We still need the certificate.');
    expect(missing.html).toContain('accept="application/pdf,image/jpeg,image/png"');
    expect(missing.policy).toContain(`connect-src 'self' ${new URL(app.s3).origin};`);

    const first = await upload(app, needs);
    expect((await pageOf(needs)).html).toContain('We have your certificate and are checking it.');
    await rejectCoi(staff, { coiId: await coiOf(first), reason: 'It names <another> building.' });
    const rejected = (await pageOf(needs)).html;
    expect(rejected).toContain('We could not accept your certificate. It names &#60;another&#62; building.');
    expect(rejected).toContain('Send a new certificate');

    const second = await upload(app, needs);
    await approveCoi(staff, {
      coiId: await coiOf(second),
      reading: {
        insurer: 'Acme',
        policyNumber: '1',
        certificateHolder: 'Main Street LLC',
        effectiveDate: parseServiceDay('2027-01-01'),
        expiryDate: parseServiceDay('2027-12-31'),
        coverageCents: 100_000_000,
      },
    });
    const approved = (await pageOf(needs)).html;
    expect(approved).toContain('Your certificate is approved. It is good until Fri 31 Dec 2027.');
    expect(approved).not.toContain('id="file"');
  });
});
