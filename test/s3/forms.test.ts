import { createHash } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { fileStore, postForm, signForm } from '../support/file-store.ts';

/** Uploads from browsers: what a form's policy lets in, and what it does not. */

const store = fileStore();
type Form = Awaited<ReturnType<typeof signForm>>;
const head = (Key = '') => store.client().send(new HeadObjectCommand({ Bucket: store.bucket, Key }));
const refuses = async (form: Form, status: number, code: string, file?: Parameters<typeof postForm>[1]) => {
  const answer = await postForm(form, file);
  expect([answer.status, answer.code], answer.text).toEqual([status, code]);
  if (form.fields.key) await expect(head(form.fields.key)).rejects.toMatchObject({ name: 'NotFound' });
};

describe('a signed form', () => {
  it('takes the file', async () => {
    const form = await signForm(store);
    const answer = await postForm(form);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(answer.headers.get('etag')).toBe(`"${createHash('md5').update('1234').digest('hex')}"`);
    expect(await head(form.fields.key)).toMatchObject({ ContentLength: 4, ContentType: 'image/png' });
  });

  it('takes bytes that look like the end of a form', async () => {
    const bytes = '\r\n--\r\n------formdata-undici-0\r\nContent-Disposition: form-data; name="key"\r\n\r\nx';
    const form = await signForm(store, { Conditions: [['content-length-range', 1, 1_000]] });
    expect((await postForm(form, bytes)).status).toBe(204);
    const got = await store
      .client()
      .send(new GetObjectCommand({ Bucket: store.bucket, Key: form.fields.key }));
    expect(await got.Body?.transformToString()).toBe(bytes);
  });

  it('takes an empty file where that is allowed', async () => {
    const form = await signForm(store, { Conditions: [['content-length-range', 0, 10]] });
    expect((await postForm(form, '')).status).toBe(204);
    expect(await head(form.fields.key)).toMatchObject({ ContentLength: 0 });
  });

  it('answers as it is asked to', async () => {
    const created = await postForm(
      await signForm(store, { Fields: { 'Content-Type': 'image/png', success_action_status: '201' } }),
    );
    expect([created.status, created.text]).toEqual([
      201,
      expect.stringMatching(/<PostResponse.*<ETag>.*<\/PostResponse>/s),
    ]);
    const ok = await postForm(
      await signForm(store, { Fields: { 'Content-Type': 'image/png', success_action_status: '200' } }),
    );
    expect([ok.status, ok.text]).toEqual([200, '']);
    const moved = await postForm(
      await signForm(store, {
        Fields: { 'Content-Type': 'image/png', success_action_redirect: 'https://totetaxi.test/done?a=1' },
      }),
    );
    expect(moved.status).toBe(303);
    expect(moved.headers.get('location')).toMatch(/^https:\/\/totetaxi\.test\/done\?a=1&bucket=/);
  });

  it('takes a name of the browser where the key says so', async () => {
    const dollar = '$';
    const Key = `${store.key('up')}/${dollar}{filename}`;
    const form = await signForm(store, { Key });
    expect((await postForm(form)).status).toBe(204);
    expect(await head(Key.replace(/\$.*/, 'picture.png'))).toMatchObject({ ContentLength: 4 });
  });

  it('reads conditions that begin with something', async () => {
    const Conditions = [
      ['content-length-range', 1, 9],
      ['starts-with', '$Content-Type', 'image/'],
    ] as never;
    const form = await signForm(store, { Conditions, Fields: {} });
    const typed = (type: string) => ({ ...form, fields: { ...form.fields, 'Content-Type': type } });
    await refuses(typed('text/html'), 403, 'AccessDenied');
    await refuses(form, 403, 'AccessDenied');
    expect((await postForm(typed('image/jpeg'))).status).toBe(204);
  });
});

describe('a form is refused', () => {
  const altered = async (fields: Record<string, string | undefined>): Promise<Form> => {
    const form = await signForm(store);
    const entries = Object.entries({ ...form.fields, ...fields }).filter(([, value]) => value !== undefined);
    return { ...form, fields: Object.fromEntries(entries) as Record<string, string> };
  };

  it('with a file that is too large, by one byte and by far', async () => {
    await refuses(await signForm(store), 400, 'EntityTooLarge', '12345');
    await refuses(await signForm(store), 400, 'EntityTooLarge', new Blob([new Uint8Array(3_000_000)]));
    expect((await postForm(await signForm(store))).status).toBe(204);
  });
  it('with a file that is too small, and with an empty one', async () => {
    await refuses(await signForm(store), 400, 'EntityTooSmall', '123');
    await refuses(await signForm(store), 400, 'EntityTooSmall', '');
  });
  it.each<[string, Record<string, string | undefined>, string]>([
    ['another type', { 'Content-Type': 'text/html' }, 'AccessDenied'],
    ['no type', { 'Content-Type': undefined }, 'AccessDenied'],
    ['another key', { key: 'elsewhere/x.png' }, 'AccessDenied'],
    ['a key that walks', { key: '../../x.png' }, 'AccessDenied'],
    ['a field without a condition', { 'x-amz-meta-a': '1' }, 'AccessDenied'],
    ['a right that nobody gave', { acl: 'public-read' }, 'AccessDenied'],
    ['another signature', { 'X-Amz-Signature': '0'.repeat(64) }, 'SignatureDoesNotMatch'],
    [
      'another policy',
      { Policy: Buffer.from('{"expiration":"2999-01-01T00:00:00Z","conditions":[]}').toString('base64') },
      'SignatureDoesNotMatch',
    ],
    ['no policy', { Policy: undefined }, 'AccessDenied'],
  ])('with %s', async (_what, fields, code) => {
    const form = await altered(fields);
    await refuses(form, 403, code);
  });
  it('with what was signed for another bucket', async () => {
    const { fields, url } = await signForm(store, { Bucket: 'elsewhere' });
    await refuses({ fields, url: url.replace('elsewhere', store.bucket) }, 403, 'AccessDenied');
  });
  it('with what nobody signed: key id, secret, region', async () => {
    const by = (more: object) => signForm(store, {}, store.forBrowsers(more));
    await refuses(
      await by({ credentials: { ...store.access, secretAccessKey: 'x' } }),
      403,
      'SignatureDoesNotMatch',
    );
    await refuses(
      await by({ credentials: { ...store.access, accessKeyId: 'AKIAX' } }),
      403,
      'InvalidAccessKeyId',
    );
    expect((await postForm(await by({ region: 'eu-west-3' }))).status).toBeGreaterThanOrEqual(400);
  });
  it('when it is too old', async () => {
    await refuses(await signForm(store, { Expires: -5 }), 403, 'AccessDenied');
  });
  it('without a file', async () => {
    await refuses(await signForm(store), 400, 'InvalidArgument', null);
  });
  it('with a checksum that is not that of the file', async () => {
    const Fields = { 'Content-Type': 'image/png', 'x-amz-checksum-crc32': 'AAAAAA==' };
    await refuses(await signForm(store, { Fields }), 400, 'BadDigest');
  });
  it('that is no form', async () => {
    const { url } = await signForm(store);
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    for (const body of ['nonsense', '--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nhalf']) {
      const answer = await fetch(url, { method: 'POST', headers, body });
      expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('<Code>')]);
    }
  });
});

describe('a page', () => {
  const preflight = (origin: string, method = 'POST') =>
    fetch(`${store.endpoint}/${store.bucket}`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'content-type',
      },
    });

  it('of ours may upload and read the answer', async () => {
    const asked = await preflight(store.origin);
    expect(asked.status).toBeLessThan(300);
    expect(asked.headers.get('access-control-allow-origin')).toBe(store.origin);
    expect(asked.headers.get('access-control-allow-methods')).toContain('POST');
    const answer = await postForm(await signForm(store), '1234', { origin: store.origin });
    expect(answer.headers.get('access-control-allow-origin')).toBe(store.origin);
    expect(answer.headers.get('access-control-expose-headers')).toContain('ETag');
    const refused = await postForm(await signForm(store), '12345', { origin: store.origin });
    expect(refused.headers.get('access-control-allow-origin')).toBe(store.origin);
  });

  it('of others may not', async () => {
    expect((await preflight('https://elsewhere.test')).status).toBe(403);
    const answer = await postForm(await signForm(store), '1234', { origin: 'https://elsewhere.test' });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect((await preflight(store.origin, 'DELETE')).status).toBe(403);
  });
});
