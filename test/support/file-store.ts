import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteObjectsCommand,
  paginateListObjectsV2,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { afterAll, beforeAll } from 'vitest';
import { startS3StandIn } from '../../src/local/s3/start.ts';

/**
 * The store that the checks of `test/s3` run against: the stand-in, or the one that is named:
 * `S3_CHECKS_ENDPOINT`, `S3_CHECKS_BUCKET`, `S3_CHECKS_ACCESS_KEY_ID`, `S3_CHECKS_SECRET_ACCESS_KEY`, and `S3_CHECKS_REGION`
 * (`us-east-1`), `S3_CHECKS_ORIGIN` (a page's that may call: `http://localhost:3000`).
 */
export interface FileStore {
  readonly endpoint: string;
  readonly bucket: string;
  readonly origin: string;
  readonly access: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly region: string;
  /** The client of the SDK. */
  client: (more?: S3ClientConfig) => S3Client;
  /** One that signs for browsers. */
  forBrowsers: (more?: S3ClientConfig) => S3Client;
  /** A key of this run, which is cleaned away at its end. */
  key: (name?: string) => string;
}

export function fileStore(): FileStore {
  const run = `checks/${randomUUID()}/`;
  let place: Pick<FileStore, 'endpoint' | 'bucket' | 'access' | 'region'>;
  let close = async (): Promise<void> => undefined;
  const store: FileStore = {
    get endpoint() {
      return place.endpoint;
    },
    get bucket() {
      return place.bucket;
    },
    get access() {
      return place.access;
    },
    get region() {
      return place.region;
    },
    origin: process.env.S3_CHECKS_ORIGIN ?? 'http://localhost:3000',
    client: (more = {}) =>
      new S3Client({
        endpoint: place.endpoint,
        region: place.region,
        credentials: place.access,
        forcePathStyle: true,
        maxAttempts: 1,
        ...more,
      }),
    forBrowsers: (more = {}) =>
      store.client({
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
        ...more,
      }),
    key: (name = randomUUID()) => run + name,
  };
  beforeAll(async () => {
    const named = namedStore();
    const standIn = named ? null : await startInTemporaryFolder();
    place = named ?? {
      endpoint: standIn?.baseUrl ?? '',
      bucket: standIn?.bucket ?? '',
      region: standIn?.region ?? '',
      access: {
        accessKeyId: standIn?.accessKeyId ?? '',
        secretAccessKey: standIn?.secretAccessKey ?? '',
      },
    };
    close = () => (standIn ? standIn.stop() : empty(store, run));
  });
  afterAll(() => close());
  return store;
}

async function startInTemporaryFolder() {
  const directory = mkdtempSync(join(tmpdir(), 'totetaxi-s3-'));
  const standIn = await startS3StandIn({ directory });
  return {
    ...standIn,
    async stop() {
      await standIn.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function namedStore() {
  const { S3_CHECKS_ENDPOINT: endpoint, S3_CHECKS_BUCKET: bucket } = process.env;
  if (!endpoint || !bucket) return null;
  const { S3_CHECKS_ACCESS_KEY_ID: accessKeyId = '', S3_CHECKS_SECRET_ACCESS_KEY: secretAccessKey = '' } =
    process.env;
  const region = process.env.S3_CHECKS_REGION ?? 'us-east-1';
  return { endpoint, bucket, region, access: { accessKeyId, secretAccessKey } };
}

async function empty(store: FileStore, Prefix: string): Promise<void> {
  const client = store.client();
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: store.bucket, Prefix })) {
    const Objects = Contents.map(({ Key }) => ({ Key }));
    if (Objects.length === 0) continue;
    await client.send(new DeleteObjectsCommand({ Bucket: store.bucket, Delete: { Objects } }));
  }
}

/** A request as it goes over the wire, to be altered. */
export interface RawRequest {
  method: string;
  /** With its query, exactly as it is sent. */
  path: string;
  headers: Record<string, string>;
  body?: Buffer;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Of a refusal. */
  readonly code: string | null;
}

/** What a client would send, signed. */
export async function capture(client: S3Client, command: object): Promise<RawRequest> {
  let captured: RawRequest | null = null;
  client.middlewareStack.add(
    () => async (args: any) => {
      const { method, path, query, headers, body } = args.request;
      const pairs = Object.entries(query as Record<string, string>).map(
        ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value ?? '')}`,
      );
      captured = {
        method,
        path: path + (pairs.length ? `?${pairs.join('&')}` : ''),
        headers,
        ...(body && { body: Buffer.from(body) }),
      };
      throw new Error('captured');
    },
    { step: 'deserialize', priority: 'low' },
  );
  await client.send(command as never).catch((error: unknown) => {
    if (!captured) throw error;
  });
  if (!captured) throw new Error('nothing was sent');
  return captured;
}

/** Sends it as it is: no part of it is made anew or put right. */
export function sendRaw(endpoint: string, { method, path, headers, body }: RawRequest): Promise<RawAnswer> {
  const { protocol, hostname, port } = new URL(endpoint);
  const begin = protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((done, failed) => {
    const sent = begin({ method, path, headers, hostname, port, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', failed);
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString();
        const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? null;
        done({ status: response.statusCode ?? 0, headers: response.headers, text, code });
      });
    });
    sent.once('error', failed);
    sent.end(body);
  });
}

/** An address as a request. */
export function asRequest(address: string, more: Partial<RawRequest> = {}): RawRequest {
  const { host, pathname, search } = new URL(address);
  return { method: 'GET', path: pathname + search, ...more, headers: { host, ...more.headers } };
}

type PostOptions = Parameters<typeof createPresignedPost>[1];

/** A signed form for a picture of 4 bytes, or what is said instead. */
export function signForm(store: FileStore, more: Partial<PostOptions> = {}, client = store.forBrowsers()) {
  return createPresignedPost(client, {
    Bucket: store.bucket,
    Key: store.key(),
    Fields: { 'Content-Type': 'image/png' },
    Conditions: [['content-length-range', 4, 4]],
    Expires: 60,
    ...more,
  });
}

/** Posts a form as a browser does. */
export async function postForm(
  { url, fields }: { readonly url: string; readonly fields: Readonly<Record<string, string>> },
  file: Blob | string | null = '1234',
  headers: Record<string, string> = {},
): Promise<{ status: number; code: string | null; text: string; headers: Headers }> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  if (file !== null) form.append('file', typeof file === 'string' ? new Blob([file]) : file, 'picture.png');
  const answer = await fetch(url, { method: 'POST', body: form, headers, redirect: 'manual' });
  const text = await answer.text();
  const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? null;
  return { status: answer.status, code, text, headers: answer.headers };
}
