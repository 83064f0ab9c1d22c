import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { beforeAll, describe, expect, it } from 'vitest';
import { asRequest, capture, fileStore, type RawRequest, sendRaw } from '../support/file-store.ts';

/** What a signature covers, and how long. Whatever is altered, the store must refuse it. */

const store = fileStore();
let key = '';
let other = '';
const send = (request: RawRequest) => sendRaw(store.endpoint, request);
const put = (more = {}, client = store.client()) =>
  capture(
    client,
    new PutObjectCommand({
      Bucket: store.bucket,
      Key: store.key(),
      Body: 'hello',
      ContentType: 'text/plain',
      ...more,
    }),
  );
const signGet = (more = {}, options = {}) =>
  getSignedUrl(store.forBrowsers(), new GetObjectCommand({ Bucket: store.bucket, Key: key, ...more }), {
    expiresIn: 60,
    ...options,
  });

beforeAll(async () => {
  [key, other] = [store.key('one é.txt'), store.key('other.txt')];
  for (const Key of [key, other]) {
    await store
      .client()
      .send(new PutObjectCommand({ Bucket: store.bucket, Key, Body: 'hello', ContentType: 'text/plain' }));
  }
});

describe('a signature in the header', () => {
  it('is taken as it is', async () => {
    expect(await send(await put())).toMatchObject({ status: 200, code: null });
  });

  type Alter = (request: RawRequest) => RawRequest;
  const header =
    (name: string, value: (before: string) => string | undefined): Alter =>
    (request) => {
      const { [name]: before = '', ...rest } = request.headers;
      const after = value(before);
      return { ...request, headers: after === undefined ? rest : { ...rest, [name]: after } };
    };
  const said = (from: RegExp, to: string): Alter =>
    header('authorization', (before) => before.replace(from, to));

  it.each<[string, Alter, number, string | null]>([
    [
      'another key',
      (r) => ({ ...r, path: r.path.replace(/[^/?]+(?=\?)/, 'elsewhere') }),
      403,
      'SignatureDoesNotMatch',
    ],
    ['another method', (r) => ({ ...r, method: 'DELETE' }), 403, 'SignatureDoesNotMatch'],
    ['another query', (r) => ({ ...r, path: `${r.path}&partNumber=1` }), 403, 'SignatureDoesNotMatch'],
    ['another type', header('content-type', () => 'text/html'), 403, 'SignatureDoesNotMatch'],
    ['another signature', said(/Signature=..../, 'Signature=0000'), 403, 'SignatureDoesNotMatch'],
    ['a short signature', said(/Signature=.*/, 'Signature=00'), 403, 'SignatureDoesNotMatch'],
    ['no host in it', said(/host;/, ''), 403, null],
    ['a header of meaning that it lacks', header('x-amz-meta-a', () => '1'), 403, 'AccessDenied'],
    ['another body', (r) => ({ ...r, body: Buffer.from('jello') }), 400, 'XAmzContentSHA256Mismatch'],
    ['no digest of the body', header('x-amz-content-sha256', () => undefined), 400, null],
    ['other words for it', header('x-amz-content-sha256', () => 'ABC'), 400, null],
    ['another service', said(/\/s3\//, '/ses/'), 400, 'AuthorizationHeaderMalformed'],
    ['another day', said(/\/\d{8}\//, '/20200101/'), 400, null],
    ['half of it', said(/, ?Signature=.*/, ''), 400, null],
    ['another kind of it', header('authorization', () => 'Basic YTpi'), 400, null],
    ['none', header('authorization', () => undefined), 403, 'AccessDenied'],
  ])('is refused with %s', async (_what, alter, status, code) => {
    const request = await put();
    const altered = alter(request);
    expect(altered).not.toEqual(request);
    const answer = await send(altered);
    expect(answer.status, answer.text).toBe(status);
    expect(answer.code).toBe(code ?? answer.code);
  });

  it.each([
    [
      'another secret',
      () => ({ credentials: { ...store.access, secretAccessKey: 'wrong' } }),
      'SignatureDoesNotMatch',
    ],
    [
      'another key',
      () => ({ credentials: { ...store.access, accessKeyId: 'AKIAUNKNOWN' } }),
      'InvalidAccessKeyId',
    ],
    ['another region', () => ({ region: 'eu-west-3' }), 'AuthorizationHeaderMalformed'],
    ['a clock that is behind', () => ({ systemClockOffset: -16 * 60_000 }), 'RequestTimeTooSkewed'],
    ['a clock that is ahead', () => ({ systemClockOffset: 16 * 60_000 }), 'RequestTimeTooSkewed'],
  ])('is refused by %s', async (_what, more, name) => {
    const call = store.client(more()).send(new ListObjectsV2Command({ Bucket: store.bucket }));
    await expect(call).rejects.toMatchObject({ name });
  });

  it('is taken from a clock that is a little wrong', async () => {
    const client = store.client({ systemClockOffset: -14 * 60_000 });
    const head = await client.send(new HeadObjectCommand({ Bucket: store.bucket, Key: key }));
    expect(head.ContentLength).toBe(5);
  });
});

describe('a signed address', () => {
  it('gives the file, by get and only by get', async () => {
    const address = await signGet();
    const answer = await fetch(address);
    expect([answer.status, await answer.text(), answer.headers.get('content-type')]).toEqual([
      200,
      'hello',
      'text/plain',
    ]);
    expect((await fetch(address, { headers: { range: 'bytes=1-2' } })).status).toBe(206);
    for (const method of ['HEAD', 'DELETE', 'PUT']) {
      expect([method, (await fetch(address, { method })).status]).toEqual([method, 403]);
    }
  });

  it('says how the file is shown, under its signature', async () => {
    const ResponseContentDisposition = 'attachment; filename="x.txt"; filename*=UTF-8\'\'%C3%BC.txt';
    const address = await signGet({ ResponseContentDisposition, ResponseContentType: 'application/pdf' });
    const answer = await fetch(address);
    expect(answer.headers.get('content-disposition')).toBe(ResponseContentDisposition);
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    for (const [from, to] of [
      ['attachment', 'inline'],
      ['application%2Fpdf', 'text%2Fhtml'],
    ] as const) {
      expect((await send(asRequest(address.replace(from, to)))).code).toBe('SignatureDoesNotMatch');
    }
  });

  it.each<[string, (address: string) => string, number, string | null]>([
    ['another key', (a) => a.replace('one%20%C3%A9.txt', 'other.txt'), 403, 'SignatureDoesNotMatch'],
    ['a longer life', (a) => a.replace('X-Amz-Expires=60', 'X-Amz-Expires=61'), 403, 'SignatureDoesNotMatch'],
    [
      'a life of more than a week',
      (a) => a.replace('X-Amz-Expires=60', 'X-Amz-Expires=604801'),
      400,
      'AuthorizationQueryParametersError',
    ],
    [
      'a negative life',
      (a) => a.replace('X-Amz-Expires=60', 'X-Amz-Expires=-1'),
      400,
      'AuthorizationQueryParametersError',
    ],
    ['no life', (a) => a.replace('X-Amz-Expires=60&', ''), 400, 'AuthorizationQueryParametersError'],
    [
      'another date',
      (a) =>
        a.replace(/(?<=X-Amz-Date=\d{8}T)\d\d/, (hour) => String((Number(hour) + 1) % 24).padStart(2, '0')),
      403,
      null,
    ],
    [
      'another signature',
      (a) => a.replace(/X-Amz-Signature=..../, 'X-Amz-Signature=0000'),
      403,
      'SignatureDoesNotMatch',
    ],
    ['no signature', (a) => a.replace(/X-Amz-Signature=\w+&?/, ''), 400, 'AuthorizationQueryParametersError'],
    ['something more', (a) => `${a}&response-content-type=text%2Fhtml`, 403, 'SignatureDoesNotMatch'],
    [
      'another host signed',
      (a) => a.replace('X-Amz-SignedHeaders=host', 'X-Amz-SignedHeaders=range'),
      403,
      null,
    ],
    ['nothing', (a) => a.split('?')[0] ?? '', 403, 'AccessDenied'],
  ])('is refused with %s', async (_what, alter, status, code) => {
    const address = await signGet();
    const altered = alter(address);
    expect(altered).not.toBe(address);
    const answer = await send(asRequest(altered));
    expect(answer.status, answer.text).toBe(status);
    expect(answer.code).toBe(code ?? answer.code);
  });

  it('is refused to another host, and with a header of meaning', async () => {
    const request = asRequest(await signGet());
    expect((await send({ ...request, headers: { host: 'elsewhere.test' } })).status).toBe(403);
    const more = { ...request, headers: { ...request.headers, 'x-amz-checksum-mode': 'ENABLED' } };
    expect((await send(more)).code).toBe('AccessDenied');
  });

  it('is refused beside a header that signs too', async () => {
    const request = asRequest(await signGet());
    const { headers } = await put();
    const both = { ...request, headers: { ...request.headers, authorization: headers.authorization ?? '' } };
    expect(await send(both)).toMatchObject({ status: 400, code: 'InvalidArgument' });
  });

  it('ends', async () => {
    const before = (seconds: number) => ({ signingDate: new Date(Date.now() - seconds * 1_000) });
    expect((await fetch(await signGet({}, before(50)))).status).toBe(200);
    const answer = await send(asRequest(await signGet({}, before(65))));
    expect(answer).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect(answer.text).toContain('Request has expired');
    expect((await fetch(await signGet({}, before(-20 * 60)))).status).toBe(403);
  });

  it('is refused by another secret, key and region', async () => {
    for (const [more, status] of [
      [{ credentials: { ...store.access, secretAccessKey: 'wrong' } }, 403],
      [{ credentials: { ...store.access, accessKeyId: 'AKIAUNKNOWN' } }, 403],
      [{ region: 'eu-west-3' }, 400],
    ] as const) {
      const command = new GetObjectCommand({ Bucket: store.bucket, Key: key });
      expect((await fetch(await getSignedUrl(store.forBrowsers(more), command))).status).toBe(status);
    }
  });
});

describe('a signed address to put at', () => {
  const signPut = (more = {}, options = {}, client = store.forBrowsers()) =>
    getSignedUrl(
      client,
      new PutObjectCommand({
        Bucket: store.bucket,
        Key: store.key(),
        ContentType: 'image/png',
        ContentLength: 4,
        ...more,
      }),
      {
        expiresIn: 60,
        signableHeaders: new Set(['content-type', 'content-length', 'host']),
        ...options,
      },
    );
  const headers = { 'content-type': 'image/png' };

  it('takes what was signed, and nothing else', async () => {
    const address = await signPut();
    const sent = (body: string, type = 'image/png') =>
      send(
        asRequest(address, {
          method: 'PUT',
          headers: { 'content-type': type, 'content-length': String(body.length) },
          body: Buffer.from(body),
        }),
      );
    expect((await sent('12345')).code).toBe('SignatureDoesNotMatch');
    expect((await sent('1234', 'text/html')).code).toBe('SignatureDoesNotMatch');
    expect((await sent('1234')).status).toBe(200);
  });

  it('takes nothing that does not say its length', async () => {
    const address = await signPut({ ContentLength: undefined }, { signableHeaders: new Set(['host']) });
    const request = asRequest(address, { method: 'PUT', headers: { 'transfer-encoding': 'chunked' } });
    const answer = await send({ ...request, body: Buffer.from('1234') });
    expect(answer.code).toMatch(/^(NotImplemented|MissingContentLength)$/);
  });

  it('verifies a checksum that is in the address', async () => {
    const address = await signPut({ ContentLength: undefined }, {}, store.client());
    expect(address).toContain('x-amz-checksum-crc32=AAAAAA');
    const answer = await fetch(address, { method: 'PUT', body: '1234', headers });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('BadDigest')]);
  });
});
