import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { fileStore, postForm } from '../../../../test/support/file-store.ts';
import type { FilesConfig } from '../../../config.ts';
import {
  deleteFiles,
  type FilesContext,
  listKeys,
  presignDownload,
  presignUpload,
  putFile,
  readFile,
  readFirstBytes,
  statFile,
} from './client.ts';
import { filesOrigin } from './files-origin.ts';

/** The client against a store that verifies. */

const store = fileStore();
let ctx: FilesContext;
const contextOf = (more: Partial<FilesConfig> = {}): FilesContext => ({
  config: {
    files: {
      bucket: store.bucket,
      region: store.region,
      ...store.access,
      endpoint: store.endpoint,
      publicEndpoint: null,
      forcePathStyle: true,
      ...more,
    },
  },
});
const keysUnder = async (prefix: string) => {
  const keys: string[] = [];
  for await (const { key } of listKeys(ctx, prefix)) keys.push(key);
  return keys;
};
const put = (key: string, body: string | Buffer, contentType = 'image/png') =>
  putFile(ctx, { key, contentType, body: Buffer.from(body) });

beforeEach(() => {
  ctx = contextOf();
});

describe('an upload', () => {
  it('is taken with its key, type and size, and with no other', async () => {
    const key = store.key('ü & x.png');
    const upload = { key, contentType: 'image/png', byteSize: 4, expiresInSeconds: 60 };
    const form = await presignUpload(ctx, upload);
    expect(new URL(form.url).origin).toBe(filesOrigin(ctx.config));
    const altered = (fields: Record<string, string>) => ({ ...form, fields: { ...form.fields, ...fields } });
    expect((await postForm(form, '12345')).code).toBe('EntityTooLarge');
    expect((await postForm(form, '123')).code).toBe('EntityTooSmall');
    expect((await postForm(altered({ 'Content-Type': 'text/html' }), '1234')).code).toBe('AccessDenied');
    expect((await postForm(altered({ key: store.key() }), '1234')).code).toBe('AccessDenied');
    expect(await statFile(ctx, key)).toBeNull();
    expect((await postForm(form, '1234')).status).toBe(204);
    expect(await statFile(ctx, key)).toEqual({
      byteSize: 4,
      contentType: 'image/png',
      etag: '81dc9bdb52d04dc20036dbd8313ed055',
    });
  });
});

describe('a download', () => {
  it('is shown under its name and type, whatever was stored', async () => {
    const key = store.key();
    await put(key, '<script>', 'text/html');
    const address = await presignDownload(ctx, {
      key,
      fileName: 'Übersicht "1";.pdf',
      contentType: 'application/pdf',
      disposition: 'attachment',
      expiresInSeconds: 60,
    });
    const answer = await fetch(address);
    expect([answer.status, await answer.text()]).toEqual([200, '<script>']);
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    expect(answer.headers.get('content-disposition')).toBe(
      'attachment; filename="Ubersicht _1__.pdf"; filename*=UTF-8\'\'%C3%9Cbersicht%20%221%22%3B.pdf',
    );
    for (const name of ['response-content-type', 'response-content-disposition']) {
      const url = new URL(address);
      url.searchParams.set(name, name.endsWith('type') ? 'text/html' : 'inline');
      expect((await fetch(url)).status).toBe(403);
      url.searchParams.delete(name);
      expect((await fetch(url)).status).toBe(403);
    }
  });

  it('is signed for the address that browsers use', async () => {
    const publicEndpoint = store.endpoint.replace('127.0.0.1', 'localhost');
    const there = contextOf({ publicEndpoint });
    const key = store.key();
    await put(key, 'hello');
    const shown = { key, fileName: 'a', contentType: 'image/png', disposition: 'inline' as const };
    const address = await presignDownload(there, { ...shown, expiresInSeconds: 60 });
    expect(address.startsWith(publicEndpoint)).toBe(true);
    expect(await (await fetch(address)).text()).toBe('hello');
    const upload = { key, contentType: 'image/png', byteSize: 4, expiresInSeconds: 60 };
    expect((await presignUpload(there, upload)).url.startsWith(publicEndpoint)).toBe(true);
  });
});

describe('a file', () => {
  it('is read whole, and no more of it than is allowed', async () => {
    const key = store.key();
    const bytes = randomBytes(200_000);
    await put(key, bytes);
    expect((await readFile(ctx, key, 200_000)).equals(bytes)).toBe(true);
    await expect(readFile(ctx, key, 199_999)).rejects.toThrow('has more than 199999 bytes');
    await expect(readFile(ctx, store.key(), 10)).rejects.toMatchObject({
      message: expect.stringContaining('failed'),
      cause: { name: 'NoSuchKey' },
    });
  });

  it('is read by its first bytes, also when it has fewer and none', async () => {
    const [key, nothing] = [store.key(), store.key()];
    await put(key, '%PDF-1.7 and more');
    await put(nothing, '');
    expect((await readFirstBytes(ctx, key, 5)).toString()).toBe('%PDF-');
    expect((await readFirstBytes(ctx, key, 500)).toString()).toBe('%PDF-1.7 and more');
    expect((await readFirstBytes(ctx, nothing, 5)).length).toBe(0);
    await expect(readFirstBytes(ctx, store.key(), 5)).rejects.toMatchObject({ cause: { name: 'NoSuchKey' } });
  });

  it('is not there: null', async () => {
    expect(await statFile(ctx, store.key())).toBeNull();
  });
});

describe('many files', () => {
  it('are listed over all pages and deleted in batches', async () => {
    const prefix = store.key('many/');
    const keys = Array.from({ length: 1_003 }, (_, number) => `${prefix}${String(number).padStart(4, '0')}`);
    for (let from = 0; from < keys.length; from += 100) {
      await Promise.all(keys.slice(from, from + 100).map((key) => put(key, 'x')));
    }
    expect(await keysUnder(prefix)).toEqual(keys);
    const { value: first } = await listKeys(ctx, prefix).next();
    expect(first).toEqual({ key: keys[0], byteSize: 1, lastModified: expect.any(Date) });
    await deleteFiles(ctx, [...keys.slice(1), `${prefix}never`]);
    expect(await keysUnder(prefix)).toEqual(keys.slice(0, 1));
    await deleteFiles(ctx, []);
    await deleteFiles(ctx, keys);
    expect(await keysUnder(prefix)).toEqual([]);
  }, 60_000);
});

describe('a store that fails', () => {
  const unavailable = { code: 'file_store_unavailable', status: 503, retryable: true };
  const calls: [string, (there: FilesContext) => Promise<unknown>][] = [
    ['statFile', (there) => statFile(there, store.key())],
    ['readFirstBytes', (there) => readFirstBytes(there, store.key(), 4)],
    ['readFile', (there) => readFile(there, store.key(), 4)],
    [
      'putFile',
      (there) => putFile(there, { key: store.key(), contentType: 'image/png', body: Buffer.from('x') }),
    ],
    ['deleteFiles', (there) => deleteFiles(there, [store.key()])],
    ['listKeys', (there) => listKeys(there, store.key()).next()],
  ];
  describe.each(calls)('is told by %s', (_name, call) => {
    it.each<[string, () => Partial<FilesConfig>]>([
      ['out of reach', () => ({ endpoint: 'http://127.0.0.1:1' })],
      ['another secret', () => ({ secretAccessKey: 'wrong' })],
      ['another key', () => ({ accessKeyId: 'AKIAUNKNOWN' })],
    ])('with %s', async (_what, more) => {
      await expect(call(contextOf(more()))).rejects.toMatchObject(unavailable);
    });
  });

  it('has no such bucket: that is no passing trouble', async () => {
    const there = contextOf({ bucket: 'nobody-has-this-bucket-0000' });
    const failed = listKeys(there, 'a').next();
    await expect(failed).rejects.toMatchObject({ cause: { name: 'NoSuchBucket' } });
    await expect(failed).rejects.not.toMatchObject({ code: expect.anything() });
  });
});
