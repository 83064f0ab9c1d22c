import { createReadStream } from 'node:fs';
import { type Answer, xml } from './answers.ts';
import { findObject } from './get-object.ts';
import type { Payload } from './payload.ts';
import { incompleteBody, invalidArgument, S3Problem } from './problems.ts';
import { keepObject } from './put-object.ts';
import type { Call } from './read-call.ts';
import type { StoredObject } from './store.ts';
import type { World } from './world.ts';

/** Copies within the bucket, with what belongs to it, or with what the call says instead. */
export async function copyObject(world: World, call: Call): Promise<Answer> {
  const source = findObject(world, sourceKey(world, call.headers['x-amz-copy-source'] ?? ''));
  const replaces = call.headers['x-amz-metadata-directive'] === 'REPLACE';
  if (source.key === call.key && !replaces) {
    throw new S3Problem(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const handle = await world.folder.open(source);
  const bytes = createReadStream('', { fd: handle }) as AsyncIterable<Buffer>;
  const headers = replaces ? call.headers : source.headers;
  const copy = await keepObject(world, call, call.key, stored(source, bytes), headers);
  return xml('CopyObjectResult', { ETag: `"${copy.etag}"`, LastModified: copy.at });
}

function sourceKey({ bucket }: World, header: string): string {
  const [first, ...rest] = decodeURIComponent(header.replace(/^\//, '')).split('/');
  if (rest.length === 0)
    throw invalidArgument('Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  if (first !== bucket) throw new S3Problem('NoSuchBucket', 'The specified bucket does not exist');
  return rest.join('/');
}

/** Bytes that we have ourselves. */
export function stored({ size }: Pick<StoredObject, 'size'>, bytes: AsyncIterable<Buffer>): Payload {
  return {
    bytes,
    atLeast: size,
    atMost: size,
    sha256: null,
    md5: null,
    algorithm: null,
    checksum: () => undefined,
    tooShort: incompleteBody,
    tooLong: incompleteBody,
  };
}
