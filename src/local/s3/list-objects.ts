import { type Answer, xml } from './answers.ts';
import { invalidArgument } from './problems.ts';
import type { Call } from './read-call.ts';
import { encodePath } from './sign.ts';
import type { StoredObject } from './store.ts';
import type { World } from './world.ts';

const PAGE = 1_000;

interface Page {
  readonly objects: StoredObject[];
  /** What lies before the delimiter of several keys, once each. */
  readonly prefixes: string[];
  /** The last of this page, when there is another one. */
  readonly next: string | null;
}

/** `ListObjectsV2`: by prefix and delimiter, page by page, in the order of the bytes of keys. */
export function listObjects({ store, bucket }: World, { query }: Call): Answer {
  const said = query.get('max-keys');
  if (said !== null && !/^\d{1,9}$/.test(said)) throw invalidArgument('Provided max-keys not an integer');
  const maxKeys = Math.min(Number(said ?? PAGE), PAGE);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const token = query.get('continuation-token');
  const after = token === null ? (query.get('start-after') ?? '') : keyIn(token);
  const page = pageOf(store.list('object'), { prefix, delimiter, after, maxKeys });
  const encoding = query.get('encoding-type');
  const named = (key: string): string => (encoding === 'url' ? encodePath(key) : key);
  return xml('ListBucketResult', {
    Name: bucket,
    Prefix: named(prefix),
    Delimiter: delimiter === '' ? null : named(delimiter),
    StartAfter: query.get('start-after'),
    ContinuationToken: token,
    EncodingType: encoding,
    KeyCount: page.objects.length + page.prefixes.length,
    MaxKeys: maxKeys,
    IsTruncated: page.next !== null,
    NextContinuationToken: page.next === null ? null : Buffer.from(page.next).toString('base64url'),
    Contents: page.objects.map(({ key, at, etag, size }) => ({
      Key: named(key),
      LastModified: at,
      ETag: `"${etag}"`,
      Size: size,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: page.prefixes.map((each) => ({ Prefix: named(each) })),
  });
}

interface Wanted {
  readonly prefix: string;
  readonly delimiter: string;
  readonly after: string;
  readonly maxKeys: number;
}

function pageOf(all: readonly StoredObject[], { prefix, delimiter, after, maxKeys }: Wanted): Page {
  const candidates = all
    .filter(({ key }) => key.startsWith(prefix) && inOrder(after, key) < 0)
    .sort((one, other) => inOrder(one.key, other.key));
  const objects: StoredObject[] = [];
  const prefixes: string[] = [];
  let last = '';
  for (const object of candidates) {
    const at = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
    const common = at < 0 ? null : object.key.slice(0, at + delimiter.length);
    // A page may end with one of these; the next one does not begin with it.
    if (common !== null && (common === prefixes.at(-1) || common === after)) continue;
    if (objects.length + prefixes.length >= maxKeys) {
      return { objects, prefixes, next: maxKeys === 0 ? null : last };
    }
    if (common === null) objects.push(object);
    else prefixes.push(common);
    last = common ?? object.key;
  }
  return { objects, prefixes, next: null };
}

function inOrder(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function keyIn(token: string): string {
  const key = Buffer.from(token, 'base64url').toString();
  if (key === '' || Buffer.from(key).toString('base64url') !== token) {
    throw invalidArgument('The continuation token provided is incorrect');
  }
  return key;
}
