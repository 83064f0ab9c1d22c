import { basename } from 'node:path';
import { type Answer, empty, xml } from './answers.ts';
import { ByteReader } from './byte-reader.ts';
import { announced, headerOf } from './checksums.ts';
import { identityOf } from './object-headers.ts';
import { tooLarge } from './payload.ts';
import { checkPolicy } from './policy.ts';
import { invalidArgument, S3Problem } from './problems.ts';
import { keepObject } from './put-object.ts';
import type { Call } from './read-call.ts';
import { readForm } from './read-form.ts';
import { encodePath } from './sign.ts';
import type { World } from './world.ts';

const POST_BYTES = 5 * 1024 ** 3;

/** An upload from a browser: a form with a signed policy, and the file as its last field. */
export async function postObject(world: World, call: Call): Promise<Answer> {
  const { fields, fileName, bytes } = await readForm(
    new ByteReader(call.request),
    call.headers['content-type'] ?? '',
  );
  const lengths = checkPolicy(fields, world.bucket, world.access);
  const wanted = fields.get('key');
  if (!wanted) throw invalidArgument('Bucket POST must contain a field named key.');
  // Some browsers send the whole path.
  const key = wanted.replace(/\$\{filename\}/g, () => basename(fileName.replaceAll('\\', '/')));
  const { atLeast = 0, atMost = POST_BYTES } = lengths ?? {};
  const algorithm = announced(Object.fromEntries(fields));
  const object = await keepObject(
    world,
    call,
    key,
    {
      bytes,
      atLeast,
      atMost,
      sha256: null,
      md5: fields.get('content-md5') ?? null,
      algorithm,
      checksum: () => (algorithm === null ? undefined : fields.get(headerOf(algorithm))),
      tooShort: (length) =>
        new S3Problem('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
          ProposedSize: String(length),
          MinSizeAllowed: String(atLeast),
        }),
      tooLong: (length) => tooLarge(length, atMost),
    },
    Object.fromEntries(fields),
  );
  const location = `http://${call.headers.host ?? ''}/${world.bucket}/${encodePath(key)}`;
  const headers = { ...identityOf(object), location };
  const redirect = fields.get('success_action_redirect');
  if (redirect !== undefined && URL.canParse(redirect)) {
    const url = new URL(redirect);
    for (const [name, value] of Object.entries({ bucket: world.bucket, key, etag: `"${object.etag}"` })) {
      url.searchParams.set(name, value);
    }
    return empty(303, { ...headers, location: url.href });
  }
  switch (fields.get('success_action_status')) {
    case '200':
      return empty(200, headers);
    case '201': {
      const said = { Location: location, Bucket: world.bucket, Key: key, ETag: `"${object.etag}"` };
      const answer = xml('PostResponse', said, 201);
      return { ...answer, headers: { ...answer.headers, ...headers } };
    }
    default:
      return empty(204, headers);
  }
}
