import type { GetObjectCommandInput, S3Client } from '@aws-sdk/client-s3';
import type { FilesConfig } from '../../../config.ts';
import { Refusal } from '../../../errors.ts';
import { contentDisposition } from './content-disposition.ts';

/** The file store. Throws `file_store_unavailable` when it is out of reach, busy, broken or does not let us in. */

export interface FilesContext {
  readonly config: { readonly files: FilesConfig | null };
}

export interface StoredFile {
  readonly byteSize: number;
  readonly contentType: string;
  readonly etag: string;
}

export interface ListedFile {
  readonly key: string;
  readonly byteSize: number;
  readonly lastModified: Date;
}

const TIMEOUT_MS = 10_000;
const DELETED_AT_ONCE = 1_000;

/** The form of an upload from a browser: `fields` first, then `file`. It is taken with exactly this key, type and size. */
export async function presignUpload(
  ctx: FilesContext,
  file: {
    readonly key: string;
    readonly contentType: string;
    readonly byteSize: number;
    readonly expiresInSeconds: number;
  },
): Promise<{ url: string; fields: Record<string, string> }> {
  const { bucket, forBrowsers } = await storeOf(ctx);
  const { createPresignedPost } = await import('@aws-sdk/s3-presigned-post');
  return createPresignedPost(forBrowsers, {
    Bucket: bucket,
    Key: file.key,
    Fields: { 'Content-Type': file.contentType },
    Conditions: [['content-length-range', file.byteSize, file.byteSize]],
    Expires: file.expiresInSeconds,
  });
}

/** An address that gives the file to whoever has it, under a name and as a type that are signed with it. */
export async function presignDownload(
  ctx: FilesContext,
  file: {
    readonly key: string;
    readonly fileName: string;
    readonly contentType: string;
    readonly disposition: 'inline' | 'attachment';
    readonly expiresInSeconds: number;
  },
): Promise<string> {
  const { bucket, forBrowsers, sdk } = await storeOf(ctx);
  const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
  const command = new sdk.GetObjectCommand({
    Bucket: bucket,
    Key: file.key,
    ResponseContentType: file.contentType,
    ResponseContentDisposition: contentDisposition(file.disposition, file.fileName),
  });
  return getSignedUrl(forBrowsers, command, { expiresIn: file.expiresInSeconds });
}

/** What lies under a key; `null` when nothing does. */
export async function statFile(ctx: FilesContext, key: string): Promise<StoredFile | null> {
  const { bucket, client, sdk } = await storeOf(ctx);
  try {
    const head = await client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key }));
    return {
      byteSize: head.ContentLength ?? 0,
      contentType: head.ContentType ?? 'binary/octet-stream',
      etag: (head.ETag ?? '').replaceAll('"', ''),
    };
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw problem(error, `Asking for ${key}`);
  }
}

/** At most so many bytes of a file's beginning. */
export async function readFirstBytes(ctx: FilesContext, key: string, count: number): Promise<Buffer> {
  try {
    return await read(ctx, { Key: key, Range: `bytes=0-${count - 1}` }, count);
  } catch (error) {
    // Of nothing there is no first byte.
    if (statusOf(error) === 416) return Buffer.alloc(0);
    throw problem(error, `Reading ${key}`);
  }
}

/** A whole file. One that has more bytes than that throws. */
export async function readFile(ctx: FilesContext, key: string, maxBytes: number): Promise<Buffer> {
  try {
    return await read(ctx, { Key: key }, maxBytes);
  } catch (error) {
    throw problem(error, `Reading ${key}`);
  }
}

/** Puts a file of our own making, in the place of what was there. */
export async function putFile(
  ctx: FilesContext,
  file: { readonly key: string; readonly contentType: string; readonly body: Buffer },
): Promise<void> {
  const { bucket, client, sdk } = await storeOf(ctx);
  try {
    await client.send(
      new sdk.PutObjectCommand({
        Bucket: bucket,
        Key: file.key,
        ContentType: file.contentType,
        Body: file.body,
      }),
    );
  } catch (error) {
    throw problem(error, `Writing ${file.key}`);
  }
}

/** Deletes any number of files; those that are not there are no error. */
export async function deleteFiles(ctx: FilesContext, keys: readonly string[]): Promise<void> {
  const { bucket, client, sdk } = await storeOf(ctx);
  for (let from = 0; from < keys.length; from += DELETED_AT_ONCE) {
    const Objects = keys.slice(from, from + DELETED_AT_ONCE).map((Key) => ({ Key }));
    const command = new sdk.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } });
    const { Errors: [refused] = [] } = await client.send(command).catch((error: unknown) => {
      throw problem(error, 'Deleting files');
    });
    if (refused) throw unavailable(new Error(`${refused.Key}: ${refused.Code} ${refused.Message}`));
  }
}

/** All files whose key begins with this, in the order of their keys, page by page. */
export async function* listKeys(ctx: FilesContext, prefix: string): AsyncGenerator<ListedFile> {
  const { bucket, client, sdk } = await storeOf(ctx);
  let token: string | undefined;
  do {
    const command = new sdk.ListObjectsV2Command({
      Bucket: bucket,
      Prefix: prefix,
      ContinuationToken: token,
    });
    const page = await client.send(command).catch((error: unknown) => {
      throw problem(error, `Listing ${prefix}`);
    });
    for (const { Key, Size = 0, LastModified } of page.Contents ?? []) {
      if (Key !== undefined && LastModified) yield { key: Key, byteSize: Size, lastModified: LastModified };
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

async function read(
  ctx: FilesContext,
  wanted: Omit<GetObjectCommandInput, 'Bucket'>,
  maxBytes: number,
): Promise<Buffer> {
  const { bucket, client, sdk } = await storeOf(ctx);
  const { Body, ContentLength = 0 } = await client.send(
    new sdk.GetObjectCommand({ Bucket: bucket, ...wanted }),
  );
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of (Body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (Math.max(length, ContentLength) > maxBytes) throw new TooLarge(wanted.Key ?? '', maxBytes);
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

class TooLarge extends Error {
  constructor(key: string, maxBytes: number) {
    super(`${key} has more than ${maxBytes} bytes`);
    this.name = 'TooLarge';
  }
}

type Sdk = typeof import('@aws-sdk/client-s3');

interface Store {
  readonly bucket: string;
  readonly sdk: Sdk;
  readonly client: S3Client;
  /** Signs for the address that browsers use, and nothing that only the SDK would send. */
  readonly forBrowsers: S3Client;
}

const stores = new WeakMap<FilesConfig, Promise<Store>>();

/** Loaded by the first who needs it: a third of a second that no start shall wait for. */
function storeOf({ config: { files } }: FilesContext): Promise<Store> {
  if (!files) throw new Refusal('file_store_unavailable');
  const known = stores.get(files) ?? openStore(files);
  stores.set(files, known);
  return known;
}

async function openStore(files: FilesConfig): Promise<Store> {
  const sdk = await import('@aws-sdk/client-s3');
  const { bucket, region, accessKeyId, secretAccessKey, endpoint, forcePathStyle } = files;
  const clientAt = (address: string | null, more: object): S3Client =>
    new sdk.S3Client({
      region,
      credentials: { accessKeyId, secretAccessKey },
      forcePathStyle,
      // Jobs try again by themselves; people shall not wait.
      maxAttempts: 2,
      requestHandler: {
        connectionTimeout: TIMEOUT_MS / 2,
        requestTimeout: TIMEOUT_MS,
        throwOnRequestTimeout: true,
        socketTimeout: TIMEOUT_MS,
      },
      ...(address !== null && { endpoint: address }),
      ...more,
    });
  return {
    bucket,
    sdk,
    client: clientAt(endpoint, {}),
    forBrowsers: clientAt(files.publicEndpoint ?? endpoint, {
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    }),
  };
}

function statusOf(error: unknown): number | null {
  const { $metadata } = Object(error) as { $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode ?? null;
}

/** What to throw for it. Without an answer, with 401, 403, 408, 429 or from 500 on, it is the store and not this call. */
function problem(error: unknown, doing: string): Error {
  if (error instanceof Refusal || error instanceof TooLarge) return error;
  const status = statusOf(error);
  const isFinal = status !== null && status >= 300 && status < 500 && ![401, 403, 408, 429].includes(status);
  return isFinal ? new Error(`${doing} failed`, { cause: error }) : unavailable(error);
}

function unavailable(cause: unknown): Refusal {
  return new Refusal('file_store_unavailable', { cause, retryAfterSeconds: 5 });
}
