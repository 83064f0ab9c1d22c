import { createHash, randomBytes } from 'node:crypto';
import { realNow } from '../../clock.ts';
import { strikes } from '../faults.ts';
import { type Answer, empty, xml } from './answers.ts';
import { algorithmOf, digestBy, headerOf } from './checksums.ts';
import { stored } from './copy-object.ts';
import { headersToKeep } from './object-headers.ts';
import { payloadOf } from './payload.ts';
import { invalidArgument, S3Problem } from './problems.ts';
import { nameOf, replaceObject } from './put-object.ts';
import type { Call } from './read-call.ts';
import { readText } from './read-text.ts';
import { type Part, partId, type Upload } from './store.ts';
import type { Verified } from './verify-signature.ts';
import type { World } from './world.ts';
import { readItems } from './xml.ts';

/** Objects that come in parts. */

const PARTS_AT_MOST = 10_000;
const SMALLEST_BYTES = 5 * 1024 ** 2;

export function startUpload({ store, bucket }: World, { key, headers }: Call): Answer {
  const { 'x-amz-checksum-algorithm': algorithm } = headers;
  const upload: Upload = {
    id: randomBytes(24).toString('base64url'),
    key,
    headers: headersToKeep(headers),
    algorithm: algorithm === undefined ? null : algorithmOf(algorithm),
    at: realNow().toISOString(),
  };
  store.put('upload', upload.id, upload);
  store.commit();
  return xml('InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId: upload.id });
}

export async function putPart(world: World, call: Call, verified: Verified): Promise<Answer> {
  const upload = findUpload(world, call);
  const number = Number(call.query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > PARTS_AT_MOST) {
    throw invalidArgument(`Part number must be an integer between 1 and ${PARTS_AT_MOST}, inclusive`);
  }
  const id = partId({ uploadId: upload.id, number });
  const payload = payloadOf(call, verified);
  const kept = await world.folder.keep(id, payload, () => strikes(world.faults, 'diskFull', nameOf(call)));
  const before = world.store.get('part', id);
  world.store.put('part', id, { ...kept, uploadId: upload.id, number });
  world.store.commit();
  if (before) await world.folder.drop([before]);
  return empty(200, { etag: `"${kept.md5}"`, ...kept.checksums });
}

export async function completeUpload(world: World, call: Call, verified: Verified): Promise<Answer> {
  const upload = findUpload(world, call);
  const items = readItems(await readText(payloadOf(call, verified)), 'CompleteMultipartUpload', 'Part');
  const parts = namedParts(world, upload, items);
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const kept = await world.folder.keep(upload.key, stored({ size }, bytesOf(world, parts)), () =>
    strikes(world.faults, 'diskFull', nameOf(call)),
  );
  const digests = createHash('md5');
  for (const { md5 } of parts) digests.update(Buffer.from(md5, 'hex'));
  const etag = `${digests.digest('hex')}-${parts.length}`;
  forget(world, upload);
  await replaceObject(world, {
    ...kept,
    key: upload.key,
    etag,
    checksums: compositeOf(upload, parts),
    headers: upload.headers,
    at: realNow().toISOString(),
  });
  await world.folder.drop(parts);
  return xml('CompleteMultipartUploadResult', {
    Location: `/${world.bucket}/${upload.key}`,
    Bucket: world.bucket,
    Key: upload.key,
    ETag: `"${etag}"`,
  });
}

export async function abortUpload(world: World, call: Call): Promise<Answer> {
  const parts = forget(world, findUpload(world, call));
  world.store.commit();
  await world.folder.drop(parts);
  return empty(204);
}

function findUpload({ store }: World, { query, key }: Call): Upload {
  const upload = store.get('upload', query.get('uploadId') ?? '');
  if (upload?.key !== key) {
    throw new S3Problem(
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    );
  }
  return upload;
}

/** The parts that whoever completes it names. Throws what S3 says of other ones, of a wrong order and of small ones. */
function namedParts({ store }: World, upload: Upload, items: readonly Map<string, string>[]): Part[] {
  const numbers = items.map((item) => Number(item.get('PartNumber')));
  if (numbers.length === 0) throw new S3Problem('MalformedXML', 'You must specify at least one part');
  if (numbers.some((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0))) {
    throw new S3Problem('InvalidPartOrder', 'The list of parts was not in ascending order.');
  }
  const parts = items.map((item, index) => {
    const part = store.get('part', partId({ uploadId: upload.id, number: numbers[index] ?? 0 }));
    if (part?.md5 !== item.get('ETag')?.replaceAll('"', '')) {
      throw new S3Problem(
        'InvalidPart',
        'One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part.',
      );
    }
    return part as Part;
  });
  if (parts.slice(0, -1).some(({ size }) => size < SMALLEST_BYTES)) {
    throw new S3Problem('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
  }
  return parts;
}

async function* bytesOf({ folder }: World, parts: readonly Part[]): AsyncGenerator<Buffer> {
  for (const part of parts) {
    const handle = await folder.open(part);
    yield* handle.createReadStream() as AsyncIterable<Buffer>;
  }
}

/** The checksum of the parts' checksums, when each has one. */
function compositeOf({ algorithm }: Upload, parts: readonly Part[]): Record<string, string> {
  if (algorithm === null) return {};
  const header = headerOf(algorithmOf(algorithm));
  const digest = digestBy(algorithmOf(algorithm));
  for (const { checksums } of parts) {
    const checksum = checksums[header];
    if (checksum === undefined) return {};
    digest.update(Buffer.from(checksum, 'base64'));
  }
  return { [header]: `${digest.digest().toString('base64')}-${parts.length}` };
}

/** In the same write as what comes after it. Gives what its parts lie in. */
function forget({ store }: World, { id }: Upload): Part[] {
  const parts = store.list('part').filter(({ uploadId }) => uploadId === id);
  for (const part of parts) store.remove('part', partId(part));
  store.remove('upload', id);
  return parts;
}
