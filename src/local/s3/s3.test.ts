import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { postForm, sendRaw } from '../../../test/support/file-store.ts';
import { type FilesContext, putFile, readFile, statFile } from '../../resources/documents/s3/client.ts';
import { noFaults } from './faults.ts';
import { type S3StandIn, startS3StandIn } from './start.ts';

/** What the stand-in does beyond S3: `test/s3` holds it against what S3 does. */

let directory = '';
let standIn: S3StandIn;
const Bucket = 'totetaxi-files';
const clientOf = ({ baseUrl }: { readonly baseUrl: string }, more: S3ClientConfig = {}) =>
  new S3Client({
    endpoint: baseUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local-s3-key', secretAccessKey: 'local-s3-secret' },
    forcePathStyle: true,
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...more,
  });
const put = (Key: string, Body: string) =>
  clientOf(standIn).send(new PutObjectCommand({ Bucket, Key, Body }));
const textOf = async (Key: string) =>
  (await clientOf(standIn).send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
const json = async (path: string, init: RequestInit = {}) =>
  (await (await fetch(standIn.baseUrl + path, init)).json()) as any;
const contextAt = (endpoint: string): FilesContext => ({
  config: {
    files: {
      bucket: Bucket,
      region: 'us-east-1',
      accessKeyId: 'local-s3-key',
      secretAccessKey: 'local-s3-secret',
      endpoint,
      publicEndpoint: null,
      forcePathStyle: true,
    },
  },
});

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'totetaxi-s3-'));
  standIn = await startS3StandIn({ directory });
});
afterEach(() => Object.assign(standIn.faults, noFaults()));
afterAll(async () => {
  await standIn.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('what is stored', () => {
  it('lies in files that no key can name', async () => {
    for (const key of ['../../../evil', '/etc/passwd', 'a/b', '..', 'nul\u0000byte']) await put(key, key);
    for (const file of readdirSync(join(directory, 'objects')))
      expect(file).toMatch(/^[\da-f]{64}\.[\da-f]{16}$/);
    expect(readdirSync(join(directory, 'incoming'))).toEqual([]);
    expect(await textOf('../../../evil')).toBe('../../../evil');
  });

  it('is one file an object, and none of what was refused', async () => {
    await put('twice', 'one');
    const before = readdirSync(join(directory, 'objects')).length;
    await put('twice', 'two');
    const wrong = new PutObjectCommand({ Bucket, Key: 'wrong', Body: 'x', ChecksumCRC32: 'AAAAAA==' });
    await expect(clientOf(standIn).send(wrong)).rejects.toMatchObject({ name: 'BadDigest' });
    expect(readdirSync(join(directory, 'objects'))).toHaveLength(before);
    expect(readdirSync(join(directory, 'incoming'))).toEqual([]);
  });

  it('survives a restart at the same port; what nobody knows of is swept away', async () => {
    await put('kept', 'hello');
    await standIn.close();
    writeFileSync(join(directory, 'objects', `${'0'.repeat(64)}.${'0'.repeat(16)}`), 'torn');
    writeFileSync(join(directory, 'incoming', 'half'), 'torn');
    const { port } = standIn;
    standIn = await startS3StandIn({ directory });
    expect(standIn.port).toBe(port);
    expect(await textOf('kept')).toBe('hello');
    expect(readdirSync(join(directory, 'objects')).filter((name) => name.startsWith('0000000'))).toEqual([]);
    expect(readdirSync(join(directory, 'incoming'))).toEqual([]);
  });

  it('is reached by the host too', async () => {
    await put('by host', 'hello');
    const host = `${Bucket}.localhost:${standIn.port}`;
    const baseUrl = `http://localhost:${standIn.port}`;
    const client = clientOf({ baseUrl }, { forcePathStyle: false });
    const address = new URL(await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'by host' })));
    expect(address.host).toBe(host);
    const path = address.pathname + address.search;
    const got = await sendRaw(standIn.baseUrl, { method: 'GET', path, headers: { host } });
    expect([got.status, got.text]).toEqual([200, 'hello']);
    const { fields } = await createPresignedPost(client, { Bucket, Key: 'posted' });
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob(['x']));
    const encoded = new Response(form);
    const posted = await sendRaw(standIn.baseUrl, {
      method: 'POST',
      path: '/',
      headers: { host, 'content-type': encoded.headers.get('content-type') ?? '' },
      body: Buffer.from(await encoded.arrayBuffer()),
    });
    expect(posted.status).toBe(204);
    expect(await textOf('posted')).toBe('x');
  });
});

describe('signed chunks', () => {
  const chunked = async (alter: (body: string) => string = (body) => body) => {
    const hmac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest();
    const sha = (text: string) => createHash('sha256').update(text).digest('hex');
    const at = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const scope = `${at.slice(0, 8)}/us-east-1/s3/aws4_request`;
    const key = scope.split('/').reduce<Buffer | string>(hmac, 'AWS4local-s3-secret');
    const payload = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER';
    const headers: Record<string, string> = {
      host: new URL(standIn.baseUrl).host,
      'x-amz-content-sha256': payload,
      'x-amz-date': at,
      'x-amz-decoded-content-length': '11',
      'x-amz-trailer': 'x-amz-checksum-sha256',
    };
    const names = Object.keys(headers).join(';');
    const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
    const canonical = ['PUT', `/${Bucket}/chunks`, '', lines.join(''), names, payload].join('\n');
    const sign = (...parts: string[]) => hmac(key, parts.join('\n')).toString('hex');
    let signature = sign('AWS4-HMAC-SHA256', at, scope, sha(canonical));
    headers.authorization = `AWS4-HMAC-SHA256 Credential=local-s3-key/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    let body = '';
    for (const chunk of ['hello ', 'world', '']) {
      signature = sign('AWS4-HMAC-SHA256-PAYLOAD', at, scope, signature, sha(''), sha(chunk));
      body += `${chunk.length.toString(16)};chunk-signature=${signature}\r\n${chunk}${chunk && '\r\n'}`;
    }
    const digest = createHash('sha256').update('hello world').digest('base64');
    const trailer = `x-amz-checksum-sha256:${digest}\n`;
    const trailerSignature = sign('AWS4-HMAC-SHA256-TRAILER', at, scope, signature, sha(trailer));
    body += `${trailer.trim()}\r\nx-amz-trailer-signature:${trailerSignature}\r\n\r\n`;
    const sent = Buffer.from(alter(body));
    headers['content-length'] = String(sent.length);
    return sendRaw(standIn.baseUrl, { method: 'PUT', path: `/${Bucket}/chunks`, headers, body: sent });
  };

  it('are taken', async () => {
    expect((await chunked()).status).toBe(200);
    expect(await textOf('chunks')).toBe('hello world');
  });

  it.each<[string, (body: string) => string, string]>([
    ['other bytes', (body) => body.replace('world', 'wOrld'), 'SignatureDoesNotMatch'],
    [
      'another signature',
      (body) => body.replace(/signature=..../, 'signature=0000'),
      'SignatureDoesNotMatch',
    ],
    ['another checksum', (body) => body.replace(/sha256:..../, 'sha256:AAAA'), 'SignatureDoesNotMatch'],
    [
      'another signature of the end',
      (body) => body.replace(/trailer-signature:..../, 'trailer-signature:0000'),
      'SignatureDoesNotMatch',
    ],
    ['no end', (body) => body.slice(0, body.indexOf('\r\n0;') + 2), 'IncompleteBody'],
    ['nonsense', () => 'nonsense\r\n', 'IncompleteBody'],
  ])('are refused with %s', async (_what, alter, code) => {
    expect((await chunked(alter)).code).toBe(code);
  });
});

describe('a fault', () => {
  const fault = (given: object) => json('/_faults', { method: 'POST', body: JSON.stringify(given) });
  const unavailable = { code: 'file_store_unavailable' };
  const file = (key: string) => ({ key, contentType: 'image/png', body: Buffer.alloc(300_000, 'x') });

  it('is met by the client once and asked again; twice is told', async () => {
    const ctx = contextAt(standIn.baseUrl);
    for (const name of ['error500', 'slowDown', 'dropConnection']) {
      await fault({ [name]: 1 });
      await putFile(ctx, file(`once ${name}`));
      expect(await statFile(ctx, `once ${name}`)).toMatchObject({ byteSize: 300_000 });
      await fault({ [name]: 2 });
      await expect(putFile(ctx, file(`twice ${name}`))).rejects.toMatchObject(unavailable);
      expect(await statFile(ctx, `twice ${name}`)).toBeNull();
    }
  });

  it('of a full disk leaves nothing', async () => {
    const ctx = contextAt(standIn.baseUrl);
    await fault({ diskFull: 1 });
    await expect(putFile(ctx, file('full'))).rejects.toMatchObject({
      ...unavailable,
      cause: { name: 'XMinioStorageFull' },
    });
    expect(await statFile(ctx, 'full')).toBeNull();
    expect(readdirSync(join(directory, 'incoming'))).toEqual([]);
    await putFile(ctx, file('full'));
  });

  it('cuts a file half way: nobody takes the half for the whole', async () => {
    const ctx = contextAt(standIn.baseUrl);
    await putFile(ctx, file('cut'));
    await fault({ cutDownload: 1 });
    await expect(readFile(ctx, 'cut', 1_000_000)).rejects.toMatchObject(unavailable);
    expect((await readFile(ctx, 'cut', 1_000_000)).length).toBe(300_000);
  });

  it('does the work and never answers', async () => {
    await fault({ timeoutAfterWork: 1, match: '/lost' });
    const { url, fields } = await createPresignedPost(clientOf(standIn), { Bucket, Key: 'lost' });
    await fault({ match: `POST /${Bucket}` });
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    body.append('file', new Blob(['1234']));
    const sent = fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(500) });
    await expect(sent).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await textOf('lost')).toBe('1234');
    const [last] = ((await json('/_requests')) as { method: string; status: number | null }[]).slice(-2);
    expect(last).toMatchObject({ method: 'POST', status: null });
  });

  it('is slow, and is ended', async () => {
    await fault({ delayMs: 150 });
    const began = performance.now();
    await put('slow', 'x');
    expect(performance.now() - began).toBeGreaterThan(145);
    expect(await json('/_faults', { method: 'DELETE' })).toEqual(noFaults());
  });
});

describe('what S3 does not have', () => {
  it('is a page of what there is, escaped, whose links show files that do nothing', async () => {
    await put('<b>&"x".html', '<script>alert(1)</script>');
    const page = await fetch(standIn.baseUrl);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const text = await page.text();
    expect(text).toContain('&#60;b&#62;&#38;&#34;x&#34;.html');
    expect(text).not.toContain('<b>');
    const shown = await fetch(`${standIn.baseUrl}/_files?key=${encodeURIComponent('<b>&"x".html')}`);
    expect(await shown.text()).toBe('<script>alert(1)</script>');
    expect(shown.headers.get('content-security-policy')).toMatch(/^sandbox;/);
    expect(shown.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await fetch(`${standIn.baseUrl}/_files?key=nothing`)).status).toBe(404);
  });

  it('tells the last calls, and whose they are', async () => {
    await fetch(`${standIn.baseUrl}/${Bucket}/unsigned%20x`);
    const answer = await fetch(`${standIn.baseUrl}/_requests`);
    expect(answer.headers.get('stand-in')).toBe(directory);
    expect(((await answer.json()) as object[]).at(-1)).toMatchObject({
      method: 'GET',
      path: `/${Bucket}/unsigned x`,
      status: 403,
      code: 'AccessDenied',
    });
  });

  it('answers 501 to what it does not play', async () => {
    const address = await getSignedUrl(
      clientOf(standIn),
      new GetObjectCommand({ Bucket, Key: 'kept', VersionId: '1' }),
    );
    expect((await fetch(address)).status).toBe(501);
  });
});

describe('a process of its own', () => {
  let child: ChildProcess | null = null;
  let place = '';
  const start = async (): Promise<string> => {
    const code = `import { startS3StandIn } from ${JSON.stringify(join(import.meta.dirname, 'start.ts'))};
console.log((await startS3StandIn({ directory: ${JSON.stringify(place)} })).baseUrl);`;
    child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const said of child.stdout ?? []) return String(said).trim();
    throw new Error('the stand-in did not start');
  };
  const kill = async (): Promise<void> => {
    const gone = new Promise((done) => child?.once('exit', done));
    child?.kill('SIGKILL');
    await gone;
    child = null;
  };
  const put15 = async (baseUrl: string, key: string, megabytes: number): Promise<number> => {
    const address = await getSignedUrl(clientOf({ baseUrl }), new PutObjectCommand({ Bucket, Key: key }));
    const piece = randomBytes(2 ** 20);
    const headers = { 'content-length': megabytes * piece.length };
    const sent = httpRequest(address, { method: 'PUT', headers });
    const answered = new Promise<number>((done, failed) => {
      sent.once('response', (response) => done(response.resume().statusCode ?? 0));
      sent.once('error', failed);
    });
    await pipeline(Readable.from(Array.from({ length: megabytes }, () => piece)), sent);
    return answered;
  };
  const get = async (baseUrl: string, key: string): Promise<number> => {
    const address = await getSignedUrl(clientOf({ baseUrl }), new GetObjectCommand({ Bucket, Key: key }));
    let length = 0;
    for await (const chunk of (await fetch(address)).body ?? []) length += chunk.length;
    return length;
  };
  const peakMegabytes = (): number =>
    Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child?.pid}/status`, 'utf8'))?.[1]) / 1024;

  beforeAll(() => {
    place = mkdtempSync(join(tmpdir(), 'totetaxi-s3-'));
  });
  afterAll(async () => {
    if (child) await kill();
    rmSync(place, { recursive: true, force: true });
  });

  it('has lost nothing that it told anyone when it is killed, and has nothing half', async () => {
    let baseUrl = await start();
    const told = new Set<string>();
    const writing = Array.from({ length: 4 }, async (_, writer) => {
      for (let number = 0; ; number += 1) {
        const key = `${writer}/${number}`;
        const ctx = contextAt(baseUrl);
        const fields = await createPresignedPost(clientOf({ baseUrl }), { Bucket, Key: key });
        const answer = await postForm(fields, new Blob([Buffer.alloc(150_000, key)])).catch(() => null);
        if (answer?.status !== 204) return ctx;
        told.add(key);
      }
    });
    while (told.size < 20) await new Promise((done) => setTimeout(done, 20));
    await kill();
    await Promise.all(writing);
    baseUrl = await start();
    const ctx = contextAt(baseUrl);
    for (const key of told) {
      const bytes = await readFile(ctx, key, 200_000);
      expect(bytes.equals(Buffer.alloc(150_000, key))).toBe(true);
    }
    const objects = readdirSync(join(place, 'objects')).length;
    expect(objects).toBeGreaterThanOrEqual(told.size);
    expect(objects).toBeLessThanOrEqual(told.size + 4);
    await kill();
  }, 60_000);

  it.skipIf(process.platform !== 'linux')(
    'holds no file in its memory',
    async () => {
      const baseUrl = await start();
      for (const key of ['warm', 'up']) {
        expect(await put15(baseUrl, key, 15)).toBe(200);
        expect(await get(baseUrl, key)).toBe(15 * 2 ** 20);
      }
      const before = peakMegabytes();
      expect(await put15(baseUrl, 'large', 150)).toBe(200);
      expect(await get(baseUrl, 'large')).toBe(150 * 2 ** 20);
      const grown = peakMegabytes() - before;
      if (process.env.TEST_LOG) process.stderr.write(`peak ${before} MB, grown ${grown} MB\n`);
      expect(grown).toBeLessThan(60);
      await kill();
    },
    60_000,
  );
});
