import type { FileHandle } from 'node:fs/promises';
import { parseInstant } from '../../clock.ts';
import type { Answer } from './answers.ts';
import { checksumType } from './object-headers.ts';
import { notImplemented, preconditionFailed, S3Problem } from './problems.ts';
import type { Call, Headers } from './read-call.ts';
import type { StoredObject } from './store.ts';
import type { World } from './world.ts';

/** Header → what in the address says otherwise. */
const overrides = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
] as const;

export async function getObject(world: World, call: Call): Promise<Answer> {
  const object = findObject(world, call.key);
  const modified = parseInstant(object.at).toUTCString();
  const { headers } = call;
  if (call.query.has('partNumber')) throw notImplemented();
  if (headers['if-match'] !== undefined && !names(headers['if-match'], object)) throw preconditionFailed();
  if (headers['if-none-match'] !== undefined && names(headers['if-none-match'], object)) {
    return { status: 304, headers: { etag: `"${object.etag}"`, 'last-modified': modified }, body: null };
  }
  const range = rangeIn(headers, object.size);
  const { start, length } = range ?? { start: 0, length: object.size };
  const answered: Record<string, string> = {
    ...object.headers,
    etag: `"${object.etag}"`,
    'last-modified': modified,
    'accept-ranges': 'bytes',
    'content-length': String(length),
    ...(range && { 'content-range': `bytes ${start}-${start + length - 1}/${object.size}` }),
    ...(headers['x-amz-checksum-mode'] === 'ENABLED' && !range && checksumsOf(object)),
  };
  for (const name of overrides) {
    const said = call.query.get(`response-${name}`);
    if (said !== null) answered[name] = said;
  }
  const body = { handle: await openNewest(world, object), start, length };
  return { status: range ? 206 : 200, headers: answered, body };
}

export function findObject({ store }: World, key: string): StoredObject {
  const object = store.get('object', key);
  if (!object) throw new S3Problem('NoSuchKey', 'The specified key does not exist.', { Key: key });
  return object;
}

/** Who takes its place meanwhile deletes the file: then S3 may answer that there was nothing. */
async function openNewest({ folder }: World, object: StoredObject): Promise<FileHandle> {
  try {
    return await folder.open(object);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    throw new S3Problem('NoSuchKey', 'The specified key does not exist.', { Key: object.key });
  }
}

function checksumsOf({ checksums, etag }: StoredObject): Headers {
  return Object.keys(checksums).length === 0 ? {} : { ...checksums, ...checksumType(etag) };
}

function names(header: string, { etag }: StoredObject): boolean {
  return header.split(',').some((each) => ['*', etag].includes(each.trim().replaceAll('"', '')));
}

/** The one range that is asked for; `null` for all of it, and for what is no range. */
function rangeIn({ range = '' }: Headers, size: number): { start: number; length: number } | null {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  if (from === '' && to === '') return null;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < start) return null;
  if (start >= size) {
    throw new S3Problem('InvalidRange', 'The requested range is not satisfiable', {
      RangeRequested: range,
      ActualObjectSize: String(size),
    });
  }
  return { start, length: end - start + 1 };
}
