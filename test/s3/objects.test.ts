import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { fileStore } from '../support/file-store.ts';

/** What the SDK does with a store. It runs against the stand-in and against any other: see `fileStore`. */

const store = fileStore();
const Bucket = () => store.bucket;
const put = (Key: string, Body: string | Buffer, more = {}) =>
  store.client().send(new PutObjectCommand({ Bucket: Bucket(), Key, Body, ...more }));
const get = (Key: string, more = {}) =>
  store.client().send(new GetObjectCommand({ Bucket: Bucket(), Key, ...more }));
const textOf = async (Key: string, more = {}) =>
  (await (await get(Key, more)).Body?.transformToString()) ?? '';
const head = (Key: string) => store.client().send(new HeadObjectCommand({ Bucket: Bucket(), Key }));
const list = (Prefix: string, more = {}) =>
  store.client().send(new ListObjectsV2Command({ Bucket: Bucket(), Prefix, ...more }));

describe('an object', () => {
  it('comes back with its bytes, its type and what was said of it', async () => {
    const key = store.key('a/b c+é & 100%.txt');
    const { ETag } = await put(key, 'hello', {
      ContentType: 'text/plain',
      ContentDisposition: 'inline',
      CacheControl: 'no-store',
      Metadata: { booking: 'b1' },
    });
    expect(ETag).toBe(`"${createHash('md5').update('hello').digest('hex')}"`);
    const got = await get(key);
    expect(await got.Body?.transformToString()).toBe('hello');
    expect(got).toMatchObject({
      ETag,
      ContentType: 'text/plain',
      ContentDisposition: 'inline',
      CacheControl: 'no-store',
      ContentLength: 5,
      AcceptRanges: 'bytes',
      Metadata: { booking: 'b1' },
    });
    expect(Date.now() - (got.LastModified?.getTime() ?? 0)).toBeLessThan(60_000);
    expect(await head(key)).toMatchObject({ ETag, ContentLength: 5, ContentType: 'text/plain' });
  });

  it('may be empty, may be large, and may come as a stream', async () => {
    const [nothing, large, stream] = [store.key(), store.key(), store.key()];
    await put(nothing, '');
    expect(await textOf(nothing)).toBe('');
    const bytes = randomBytes(3_000_001);
    await put(large, bytes);
    const got = Buffer.from((await (await get(large)).Body?.transformToByteArray()) ?? []);
    expect(got.equals(bytes)).toBe(true);
    const body = Readable.from([Buffer.from('hello'), Buffer.alloc(100_000, 'x'), Buffer.from('world')]);
    await store
      .client()
      .send(new PutObjectCommand({ Bucket: Bucket(), Key: stream, Body: body, ContentLength: 100_010 }));
    const text = await textOf(stream);
    expect([text.length, text.slice(0, 6), text.slice(-6)]).toEqual([100_010, 'hellox', 'xworld']);
  });

  it('is replaced whole', async () => {
    const key = store.key();
    await put(key, 'the first one', { ContentType: 'text/plain', Metadata: { a: '1' } });
    await put(key, 'two', { ContentType: 'image/png' });
    expect(await textOf(key)).toBe('two');
    expect(await head(key)).toMatchObject({ ContentType: 'image/png', ContentLength: 3, Metadata: {} });
  });

  it('has keys that walk nowhere', async () => {
    for (const name of [
      'a/../../b',
      './c',
      'd//e',
      '..%2f..%2fpasswd',
      'back\\slash',
      'quote"\'<&>',
      '日本/ü',
    ]) {
      const key = store.key(name);
      await put(key, name);
      expect(await textOf(key)).toBe(name);
    }
  });

  it('is not there: 404, by head and by get', async () => {
    await expect(head(store.key())).rejects.toMatchObject({ name: 'NotFound' });
    await expect(get(store.key())).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('is deleted, also when it is not there', async () => {
    const key = store.key();
    await put(key, 'x');
    const command = new DeleteObjectCommand({ Bucket: Bucket(), Key: key });
    await store.client().send(command);
    await expect(head(key)).rejects.toMatchObject({ name: 'NotFound' });
    expect((await store.client().send(command)).$metadata.httpStatusCode).toBe(204);
  });

  it('is copied with what belongs to it', async () => {
    const [from, to] = [store.key('from é'), store.key()];
    await put(from, 'hello', { ContentType: 'text/plain', Metadata: { a: '1' } });
    const CopySource = `${Bucket()}/${encodeURIComponent(from)}`;
    await store.client().send(new CopyObjectCommand({ Bucket: Bucket(), Key: to, CopySource }));
    expect(await textOf(to)).toBe('hello');
    expect(await head(to)).toMatchObject({ ContentType: 'text/plain', Metadata: { a: '1' } });
  });

  it('is only made when there is none, where that is asked for', async () => {
    const key = store.key();
    await put(key, 'x', { IfNoneMatch: '*' });
    await expect(put(key, 'y', { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(await textOf(key)).toBe('x');
  });
});

describe('a range', () => {
  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=5-', '56789', 'bytes 5-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
  ])('%s', async (Range, text, contentRange) => {
    const key = store.key();
    await put(key, '0123456789');
    const got = await get(key, { Range });
    expect(await got.Body?.transformToString()).toBe(text);
    expect(got).toMatchObject({ ContentRange: contentRange, ContentLength: text.length });
    expect(got.$metadata.httpStatusCode).toBe(206);
  });

  it('beyond the end, and of nothing, is refused', async () => {
    const [key, nothing] = [store.key(), store.key()];
    await put(key, '0123456789');
    await put(nothing, '');
    const refusal = { name: 'InvalidRange', $metadata: { httpStatusCode: 416 } };
    await expect(get(key, { Range: 'bytes=10-' })).rejects.toMatchObject(refusal);
    await expect(get(nothing, { Range: 'bytes=0-3' })).rejects.toMatchObject(refusal);
  });
});

describe('a checksum', () => {
  it.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const)(
    '%s is kept, and a wrong one refused',
    async (name) => {
      const key = store.key();
      const field = `Checksum${name}`;
      const wrong = {
        CRC32: 'AAAAAA==',
        CRC32C: 'AAAAAA==',
        SHA1: `${'A'.repeat(27)}=`,
        SHA256: `${'A'.repeat(43)}=`,
      };
      const sent = (await put(key, 'hello', { ChecksumAlgorithm: name })) as unknown as Record<
        string,
        string
      >;
      expect(sent[field]).toMatch(/=$/);
      const got = (await get(key, { ChecksumMode: 'ENABLED' })) as unknown as Record<string, string>;
      expect(got[field]).toBe(sent[field]);
      const other = put(store.key('other'), 'hello', { [field]: wrong[name] });
      await expect(other).rejects.toMatchObject({ name: 'BadDigest' });
      await expect(head(store.key('other'))).rejects.toMatchObject({ name: 'NotFound' });
    },
  );

  it('knows CRC32C by its check value', async () => {
    const sent = await put(store.key(), '123456789', { ChecksumCRC32C: '4waSgw==' });
    expect(sent.ChecksumCRC32C).toBe('4waSgw==');
  });

  it('by MD5 is verified', async () => {
    const ContentMD5 = createHash('md5').update('hello').digest('base64');
    await put(store.key(), 'hello', { ContentMD5 });
    await expect(put(store.key(), 'hellO', { ContentMD5 })).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(put(store.key(), 'hello', { ContentMD5: 'abc' })).rejects.toMatchObject({
      name: 'InvalidDigest',
    });
  });
});

describe('a list', () => {
  it('is by prefix, in order of bytes, page by page', async () => {
    const names = ['b', 'a/2', 'a/1', 'a/10', 'a-', 'a/é', 'a/𝄞', 'a/Z'];
    for (const name of names) await put(store.key(`list/${name}`), name);
    const prefix = store.key('list/');
    const inOrder = names.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
    const found: string[] = [];
    let ContinuationToken: string | undefined;
    let pages = 0;
    do {
      const page = await list(prefix, { MaxKeys: 3, ContinuationToken });
      found.push(...(page.Contents ?? []).map(({ Key = '' }) => Key.slice(prefix.length)));
      expect(page.KeyCount).toBe(page.Contents?.length);
      ContinuationToken = page.NextContinuationToken;
      expect(page.IsTruncated).toBe(ContinuationToken !== undefined);
      pages += 1;
    } while (ContinuationToken !== undefined);
    expect([found, pages]).toEqual([inOrder, 3]);
    const [first] = (await list(store.key('list/b'))).Contents ?? [];
    expect(first).toMatchObject({ Size: 1, ETag: `"${createHash('md5').update('b').digest('hex')}"` });
    expect(await list(store.key('nothing/'))).toMatchObject({ KeyCount: 0, IsTruncated: false });
  });

  it('has what lies before a delimiter once', async () => {
    for (const name of ['x', 'a/1', 'a/2', 'b/1', 'c']) await put(store.key(`tree/${name}`), name);
    const prefix = store.key('tree/');
    const seen: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await list(prefix, { Delimiter: '/', MaxKeys: 1, ContinuationToken });
      seen.push(...(page.Contents ?? []).map(({ Key }) => Key?.slice(prefix.length)));
      seen.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix?.slice(prefix.length)));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(seen).toEqual(['a/', 'b/', 'c', 'x']);
  });

  it('of objects goes at once', async () => {
    const keys = ['1', '2 & <3>', 'ü'].map((name) => store.key(`gone/${name}`));
    for (const key of keys) await put(key, key);
    const Objects = [...keys, store.key('gone/never')].map((Key) => ({ Key }));
    const answer = await store
      .client()
      .send(new DeleteObjectsCommand({ Bucket: Bucket(), Delete: { Objects } }));
    expect(answer.Deleted).toHaveLength(4);
    expect(answer.Errors ?? []).toEqual([]);
    expect((await list(store.key('gone/'))).KeyCount).toBe(0);
  });
});

describe('an upload in parts', () => {
  const start = async (Key: string) =>
    (
      await store
        .client()
        .send(new CreateMultipartUploadCommand({ Bucket: Bucket(), Key, ContentType: 'image/png' }))
    ).UploadId ?? '';
  const part = async (Key: string, UploadId: string, PartNumber: number, Body: Buffer) => {
    const command = new UploadPartCommand({ Bucket: Bucket(), Key, UploadId, PartNumber, Body });
    const { ETag, ChecksumCRC32 } = await store.client().send(command);
    return { PartNumber, ETag, ChecksumCRC32 };
  };
  const complete = (Key: string, UploadId: string, Parts: object[]) =>
    store
      .client()
      .send(
        new CompleteMultipartUploadCommand({ Bucket: Bucket(), Key, UploadId, MultipartUpload: { Parts } }),
      );
  const five = 5 * 1024 ** 2;

  it('becomes one object when it is whole', async () => {
    const key = store.key();
    const [one, two] = [randomBytes(five), randomBytes(7)];
    const id = await start(key);
    const parts = [await part(key, id, 2, two), await part(key, id, 1, one)].toReversed();
    await expect(head(key)).rejects.toMatchObject({ name: 'NotFound' });
    await complete(key, id, parts);
    const got = await get(key);
    expect(
      Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(Buffer.concat([one, two])),
    ).toBe(true);
    expect(got.ContentType).toBe('image/png');
    expect(got.ETag).toMatch(/^"[\da-f]{32}-2"$/);
    await expect(complete(key, id, parts.toReversed())).rejects.toMatchObject({
      name: expect.stringMatching(/NoSuchUpload|InvalidPartOrder/),
    });
  });

  it('is refused with other parts, small ones, and in another order', async () => {
    const key = store.key();
    const id = await start(key);
    const parts = [await part(key, id, 1, Buffer.from('x')), await part(key, id, 2, Buffer.from('y'))];
    await expect(complete(key, id, parts.toReversed())).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(complete(key, id, parts)).rejects.toMatchObject({ name: 'EntityTooSmall' });
    const other = { PartNumber: 1, ETag: `"${'0'.repeat(32)}"` };
    await expect(complete(key, id, [other])).rejects.toMatchObject({ name: 'InvalidPart' });
    await store.client().send(new AbortMultipartUploadCommand({ Bucket: Bucket(), Key: key, UploadId: id }));
    await expect(complete(key, id, parts.slice(0, 1))).rejects.toMatchObject({ name: 'NoSuchUpload' });
    await expect(head(key)).rejects.toMatchObject({ name: 'NotFound' });
  });
});

describe('the bucket', () => {
  it('is there, and another one is not', async () => {
    const is = (name: string) => store.client().send(new HeadBucketCommand({ Bucket: name }));
    expect((await is(Bucket())).$metadata.httpStatusCode).toBe(200);
    await expect(is('nobody-has-this-bucket-0000')).rejects.toMatchObject({
      $metadata: { httpStatusCode: expect.toSatisfy((status: number) => status === 404 || status === 403) },
    });
  });

  it('refuses a key that is too long', async () => {
    await expect(put(store.key('x'.repeat(1_024)), 'x')).rejects.toMatchObject({ name: 'KeyTooLongError' });
  });
});
