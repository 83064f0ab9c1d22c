import { type Answer, empty, xml } from './answers.ts';
import { payloadOf } from './payload.ts';
import { invalidRequest, S3Problem } from './problems.ts';
import type { Call } from './read-call.ts';
import { readText } from './read-text.ts';
import type { Verified } from './verify-signature.ts';
import type { World } from './world.ts';
import { readItems } from './xml.ts';

const AT_MOST = 1_000;

export async function deleteObject(world: World, call: Call): Promise<Answer> {
  await drop(world, [call.key]);
  return empty(204);
}

export async function deleteObjects(world: World, call: Call, verified: Verified): Promise<Answer> {
  const payload = payloadOf(call, verified);
  if (payload.md5 === null && payload.algorithm === null) {
    throw invalidRequest('Missing required header for this request: Content-MD5');
  }
  const text = await readText(payload);
  const keys = readItems(text, 'Delete', 'Object').map((item) => item.get('Key') ?? '');
  if (keys.length === 0 || keys.length > AT_MOST || keys.includes('')) {
    throw new S3Problem(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  }
  await drop(world, keys);
  const isQuiet = /<Quiet>\s*true\s*<\/Quiet>/.test(text);
  return xml('DeleteResult', isQuiet ? {} : { Deleted: keys.map((Key) => ({ Key })) });
}

/** What is not there is no error. */
async function drop({ store, folder }: World, keys: readonly string[]): Promise<void> {
  const there = keys.flatMap((key) => store.get('object', key) ?? []);
  for (const { key } of there) store.remove('object', key);
  store.commit();
  await folder.drop(there);
}
