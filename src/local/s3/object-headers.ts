import type { Headers } from './read-call.ts';
import type { StoredObject } from './store.ts';

const kept = /^(content-(type|disposition|encoding|language)|cache-control|expires|x-amz-meta-.+)$/;

/** What of a request stays with its object. */
export function headersToKeep(headers: Headers): Headers {
  const own = Object.entries(headers).filter(([name]) => kept.test(name));
  const { 'content-encoding': encodings = '', ...rest } = Object.fromEntries(own);
  const encoding = encodings
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== 'aws-chunked')
    .join(', ');
  return {
    'content-type': 'binary/octet-stream',
    ...rest,
    ...(encoding !== '' && { 'content-encoding': encoding }),
  };
}

/** What tells a caller which bytes these are. */
export function identityOf({
  etag,
  checksums,
}: Pick<StoredObject, 'etag' | 'checksums'>): Record<string, string> {
  return { etag: `"${etag}"`, ...checksums, ...(Object.keys(checksums).length > 0 && checksumType(etag)) };
}

export function checksumType(etag: string): { 'x-amz-checksum-type': string } {
  return { 'x-amz-checksum-type': etag.includes('-') ? 'COMPOSITE' : 'FULL_OBJECT' };
}
