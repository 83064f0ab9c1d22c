import type { Payload } from './payload.ts';
import { S3Problem } from './problems.ts';
import { watchBytes } from './watch-bytes.ts';

const TEXT_BYTES = 2 * 1024 ** 2;

/** A small body as text, with the same checks as of a large one. */
export async function readText(payload: Payload): Promise<string> {
  if (payload.atMost > TEXT_BYTES) throw new S3Problem('MalformedXML', 'The XML is too large');
  const watch = watchBytes(payload);
  const pieces: Buffer[] = [];
  for await (const piece of payload.bytes) {
    watch.take(piece);
    pieces.push(piece);
  }
  watch.end();
  return Buffer.concat(pieces).toString();
}
