import { realNow } from '../../clock.ts';
import { strikes } from '../faults.ts';
import { type Answer, empty } from './answers.ts';
import { headersToKeep, identityOf } from './object-headers.ts';
import { type Payload, payloadOf } from './payload.ts';
import { invalidArgument, preconditionFailed } from './problems.ts';
import type { Call, Headers } from './read-call.ts';
import type { StoredObject } from './store.ts';
import type { Verified } from './verify-signature.ts';
import type { World } from './world.ts';

export async function putObject(world: World, call: Call, verified: Verified): Promise<Answer> {
  const { 'if-none-match': unless, 'if-match': provided } = call.headers;
  if (unless !== undefined && unless !== '*') throw invalidArgument('If-None-Match takes * alone');
  const there = world.store.get('object', call.key);
  if (unless === '*' && there) throw preconditionFailed();
  if (provided !== undefined && provided !== `"${there?.etag}"`) throw preconditionFailed();
  const object = await keepObject(world, call, call.key, payloadOf(call, verified), call.headers);
  return empty(200, identityOf(object));
}

/** Keeps an object in the place of what was there. */
export async function keepObject(
  world: World,
  call: Call,
  key: string,
  payload: Payload,
  headers: Headers,
): Promise<StoredObject> {
  const kept = await world.folder.keep(key, payload, () => strikes(world.faults, 'diskFull', nameOf(call)));
  const object: StoredObject = {
    ...kept,
    key,
    etag: kept.md5,
    headers: headersToKeep(headers),
    at: realNow().toISOString(),
  };
  await replaceObject(world, object);
  return object;
}

export async function replaceObject({ store, folder }: World, object: StoredObject): Promise<void> {
  const there = store.get('object', object.key);
  store.put('object', object.key, object);
  store.commit();
  if (there) await folder.drop([there]);
}

/** A call by the name that faults and the log know it by. */
export function nameOf({ method, path }: Call): string {
  return `${method} ${path}`;
}
