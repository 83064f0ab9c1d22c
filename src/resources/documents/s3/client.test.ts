import { describe, expect, it } from 'vitest';
import type { FilesConfig } from '../../../config.ts';
import {
  deleteFiles,
  listKeys,
  presignDownload,
  presignUpload,
  putFile,
  readFile,
  readFirstBytes,
  statFile,
} from './client.ts';
import { contentDisposition } from './content-disposition.ts';
import { filesOrigin } from './files-origin.ts';

const config = (more: Partial<FilesConfig> = {}): { files: FilesConfig } => ({
  files: {
    bucket: 'papers',
    region: 'us-east-1',
    accessKeyId: 'key',
    secretAccessKey: 'secret',
    endpoint: null,
    publicEndpoint: null,
    forcePathStyle: false,
    ...more,
  },
});
const shown = {
  key: 'a/b.pdf',
  fileName: 'Übersicht "1".pdf',
  contentType: 'application/pdf',
  disposition: 'inline' as const,
  expiresInSeconds: 60,
};

describe('without a store', () => {
  const ctx = { config: { files: null } };
  const sent = { key: 'a', contentType: 'image/png', byteSize: 3, expiresInSeconds: 60 };
  it.each([
    ['presignUpload', () => presignUpload(ctx, sent)],
    ['presignDownload', () => presignDownload(ctx, shown)],
    ['statFile', () => statFile(ctx, 'a')],
    ['readFirstBytes', () => readFirstBytes(ctx, 'a', 4)],
    ['readFile', () => readFile(ctx, 'a', 4)],
    ['putFile', () => putFile(ctx, { key: 'a', contentType: 'image/png', body: Buffer.from('x') })],
    ['deleteFiles', () => deleteFiles(ctx, ['a'])],
    ['listKeys', () => listKeys(ctx, 'a').next()],
  ])('%s is told', async (_name, call) => {
    await expect(call()).rejects.toMatchObject({ code: 'file_store_unavailable' });
  });
  it('there is no origin', () => {
    expect(filesOrigin({ files: null })).toBeNull();
  });
});

describe('the origin for browsers', () => {
  it.each<[string, Partial<FilesConfig>]>([
    ['https://papers.s3.us-east-1.amazonaws.com', {}],
    ['https://papers.s3.eu-central-1.amazonaws.com', { region: 'eu-central-1' }],
    ['https://papers.s3.cn-north-1.amazonaws.com.cn', { region: 'cn-north-1' }],
    ['https://s3.us-east-1.amazonaws.com', { bucket: 'our.papers' }],
    ['https://s3.us-east-1.amazonaws.com', { forcePathStyle: true }],
    ['http://127.0.0.1:9000', { endpoint: 'http://127.0.0.1:9000' }],
    ['http://papers.store:9000', { endpoint: 'http://store:9000' }],
    ['http://store:9000', { endpoint: 'http://store:9000', forcePathStyle: true }],
    ['https://papers.files.test', { endpoint: 'http://store:9000', publicEndpoint: 'https://files.test' }],
  ])('is that of what is signed: %s', async (origin, more) => {
    expect(filesOrigin(config(more))).toBe(origin);
    const ctx = { config: config(more) };
    const upload = { key: 'a', contentType: 'image/png', byteSize: 3, expiresInSeconds: 60 };
    expect(new URL((await presignUpload(ctx, upload)).url).origin).toBe(origin);
    expect(new URL(await presignDownload(ctx, shown)).origin).toBe(origin);
  });
});

describe('the name of a download', () => {
  it.each([
    ['plan.pdf', 'attachment; filename="plan.pdf"; filename*=UTF-8\'\'plan.pdf'],
    [
      'Übersicht (2).pdf',
      'attachment; filename="Ubersicht (2).pdf"; filename*=UTF-8\'\'%C3%9Cbersicht%20%282%29.pdf',
    ],
    ['a"b;c%41.pdf', 'attachment; filename="a_b_c_41.pdf"; filename*=UTF-8\'\'a%22b%3Bc%2541.pdf'],
    [
      '../../x\r\nSet-Cookie: a',
      'attachment; filename=".._.._x  Set-Cookie: a"; filename*=UTF-8\'\'.._.._x%20%20Set-Cookie%3A%20a',
    ],
    ['搬家.png', 'attachment; filename="__.png"; filename*=UTF-8\'\'%E6%90%AC%E5%AE%B6.png'],
    ['\ud800.pdf', 'attachment; filename="_.pdf"; filename*=UTF-8\'\'%EF%BF%BD.pdf'],
    [' ', 'attachment; filename="file"; filename*=UTF-8\'\'file'],
  ])('is safe: %s', (fileName, header) => {
    expect(contentDisposition('attachment', fileName)).toBe(header);
  });
});
