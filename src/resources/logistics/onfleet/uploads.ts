import type { Context } from '../../../context.ts';
import { Refusal } from '../../../errors.ts';

/** A photo or a signature as Onfleet keeps it. */
export interface Picture {
  readonly contentType: 'image/jpeg' | 'image/png';
  readonly bytes: Buffer;
}

const TIMEOUT_MS = 15_000;
const MOST_BYTES = 10 * 1024 * 1024;

/**
 * Fetches what a driver handed in, by its id. What it is say its first bytes, whatever Onfleet calls it. Throws `not_found`
 * when it is not there any more, `invalid` for what is no JPEG or PNG or larger than 10 MB, `delivery_provider_unavailable`.
 */
export async function fetchUpload({ config }: Pick<Context, 'config'>, id: string): Promise<Picture> {
  const { onfleet } = config;
  if (!onfleet) throw new Refusal('delivery_provider_unavailable');
  // Letters, digits and a few signs: never a path.
  if (!/^[\w*~-]{1,200}$/.test(id)) throw new Refusal('not_found', { detail: GONE });
  const bytes = await fetchBytes(`${onfleet.uploadsBase}/${id}/800x.png`);
  const contentType = typeOf(bytes);
  if (!contentType)
    throw new Refusal('invalid', { detail: 'What Onfleet has is no picture: neither JPEG nor PNG.' });
  return { contentType, bytes };
}
const GONE = 'Onfleet does not have this picture any more.';

async function fetchBytes(url: string): Promise<Buffer> {
  try {
    const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    // Its cloud answers 403 for what is not there.
    if ([403, 404, 410].includes(answer.status)) throw new Refusal('not_found', { detail: GONE });
    if (!answer.ok || !answer.body) throw new Error(`Onfleet's pictures answered ${answer.status}`);
    return await readWithin(answer.body);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('delivery_provider_unavailable', {
      detail: 'The picture cannot be had from Onfleet just now. Please try again in a minute.',
      cause: error,
      retryAfterSeconds: 60,
    });
  }
}

/** Stops reading at the first byte too many. */
async function readWithin(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body) {
    length += part.length;
    if (length > MOST_BYTES) throw new Refusal('invalid', { detail: 'This picture is larger than 10 MB.' });
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function typeOf(bytes: Buffer): Picture['contentType'] | null {
  const begins = (hex: string) => bytes.subarray(0, hex.length / 2).toString('hex') === hex;
  if (begins('89504e470d0a1a0a')) return 'image/png';
  return begins('ffd8ff') ? 'image/jpeg' : null;
}
