import { createPublicKey, type KeyObject } from 'node:crypto';
import type { MailConfig } from '../../../config.ts';
import { Refusal } from '../../../errors.ts';
import { snsAddress } from './sns-address.ts';

/** Fetches the PEM behind an address. Throws `bad_signature` when there is none, `unavailable` to ask again later. */
export type FetchKey = (address: URL) => Promise<string>;

interface Keys {
  readonly known: Map<string, KeyObject>;
  /** Under way. */
  readonly asked: Map<string, Promise<KeyObject>>;
}

const KEYS_AT_MOST = 8;
const BYTES_AT_MOST = 20_000;
const TIMEOUT_MS = 5_000;

const keysOf = new WeakMap<MailConfig, Keys>();

/** The key of a certificate, or a bare public one, fetched once. Throws `bad_signature` where none of SNS can lie. */
export async function signingKey(
  config: MailConfig,
  certificateUrl: string,
  fetchKey: FetchKey = fetchPem,
): Promise<KeyObject> {
  const address = snsAddress(config, certificateUrl);
  if (!address?.pathname.endsWith('.pem') || address.search !== '') throw new Refusal('bad_signature');
  const { known, asked } = keysOf.get(config) ?? { known: new Map(), asked: new Map() };
  keysOf.set(config, { known, asked });
  const { href } = address;
  const found = known.get(href) ?? asked.get(href);
  if (found) return found;
  // Somebody makes addresses up.
  if (asked.size >= KEYS_AT_MOST) throw new Refusal('unavailable', { retryAfterSeconds: 5 });
  const asking = fetchKey(address).then(keyIn);
  asked.set(href, asking);
  try {
    const key = await asking;
    const [oldest] = known.keys();
    if (known.size >= KEYS_AT_MOST && oldest !== undefined) known.delete(oldest);
    known.set(href, key);
    return key;
  } finally {
    asked.delete(href);
  }
}

function keyIn(pem: string): KeyObject {
  if (!/^-----BEGIN (?:CERTIFICATE|PUBLIC KEY)-----\r?$/m.test(pem)) throw new Refusal('bad_signature');
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType !== 'rsa') throw new Error(`not a key of RSA: ${key.asymmetricKeyType}`);
    return key;
  } catch (error) {
    throw new Refusal('bad_signature', { cause: error });
  }
}

async function fetchPem(address: URL): Promise<string> {
  try {
    const answer = await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const pem = await beginningOf(answer);
    if (answer.status === 429 || answer.status >= 500) throw new Error(`SNS answered ${answer.status}`);
    if (answer.status !== 200 || pem.length > BYTES_AT_MOST) throw new Refusal('bad_signature');
    return pem.toString('latin1');
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('unavailable', { cause: error, retryAfterSeconds: 5 });
  }
}

/** Its bytes, or the first of them when they are more than a key has: the rest is not fetched. */
async function beginningOf({ body }: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > BYTES_AT_MOST) break;
  }
  return Buffer.concat(chunks);
}
