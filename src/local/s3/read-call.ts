import type { IncomingMessage } from 'node:http';
import { S3Problem } from './problems.ts';

/** Headers by their names in lower case. */
export type Headers = Readonly<Record<string, string>>;

/** A request as S3 reads it. */
export interface Call {
  readonly request: IncomingMessage;
  readonly method: string;
  /** As it is signed, decoded: with the bucket where that is in it. */
  readonly path: string;
  /** `null` at the root of the service. */
  readonly bucket: string | null;
  /** Empty at the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
  /** In an address that is signed, what its query says in the place of headers is among them. */
  readonly headers: Headers;
}

const KEY_BYTES = 1_024;

/** Reads what is addressed: `/bucket/key`, or `/key` at a host that begins with our bucket. Throws `S3Problem`. */
export function readCall(request: IncomingMessage, ourBucket: string): Call {
  const [rawPath = '', ...rest] = (request.url ?? '/').split('?');
  const query = new URLSearchParams(rest.join('?'));
  const path = decoded(rawPath);
  const inHost = request.headers.host?.startsWith(`${ourBucket}.`) ?? false;
  const [, first = '', ...more] = path.split('/');
  const bucket = inHost ? ourBucket : first || null;
  const key = inHost ? path.slice(1) : more.join('/');
  if (Buffer.byteLength(key) > KEY_BYTES) throw new S3Problem('KeyTooLongError', 'Your key is too long');
  return {
    request,
    method: request.method ?? '',
    path,
    bucket,
    key,
    query,
    headers: headersOf(request, query),
  };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new S3Problem('InvalidURI', "Couldn't parse the specified URI.");
  }
}

function headersOf(request: IncomingMessage, query: URLSearchParams): Headers {
  const headers: Record<string, string> = {};
  if (query.has('X-Amz-Signature')) {
    for (const [name, value] of query) {
      if (/^x-amz-(?!algorithm|credential|date|expires|signedheaders|signature|security-token)/i.test(name)) {
        headers[name.toLowerCase()] = value;
      }
    }
  }
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = [value].flat().join(',');
  }
  return headers;
}
