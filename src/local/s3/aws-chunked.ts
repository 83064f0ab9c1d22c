import { createHash } from 'node:crypto';
import type { ByteReader } from './byte-reader.ts';
import { incompleteBody, invalidRequest, S3Problem } from './problems.ts';
import { sameSignature, sha256Hex, signed } from './sign.ts';
import { doesNotMatch, type Verified } from './verify-signature.ts';

const CRLF = Buffer.from('\r\n');
const LINE_BYTES = 8_192;
const TRAILERS_AT_MOST = 20;

/** The bytes within `aws-chunked`, each chunk's signature checked where there are some; `trailers` gets what follows. */
export async function* unchunk(
  reader: ByteReader,
  verified: Verified,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const isSigned = verified.payload.startsWith('STREAMING-AWS4');
  let { signature } = verified;
  for (;;) {
    const [, hex, given = ''] =
      /^([\da-f]{1,8})(?:;chunk-signature=([\da-f]{64}))?$/i.exec(await line(reader)) ?? [];
    if (hex === undefined) throw incompleteBody();
    const length = Number.parseInt(hex, 16);
    const digest = createHash('sha256');
    for await (const piece of reader.exactly(length)) {
      if (isSigned) digest.update(piece);
      yield piece;
    }
    if (isSigned) {
      const parts = [head('PAYLOAD', verified), signature, sha256Hex(''), digest.digest('hex')];
      signature = signed(verified.key, parts.join('\n'));
      if (!sameSignature(given, signature)) throw doesNotMatch();
    }
    if (length === 0) break;
    if ((await line(reader)) !== '') throw incompleteBody();
  }
  if (!verified.payload.endsWith('-TRAILER')) return;
  const text = await readTrailers(reader, trailers);
  if (!isSigned) return;
  const expected = signed(verified.key, [head('TRAILER', verified), signature, sha256Hex(text)].join('\n'));
  if (!sameSignature(trailers.get('x-amz-trailer-signature') ?? '', expected)) throw doesNotMatch();
}

/** Gives them as they are signed. */
async function readTrailers(reader: ByteReader, trailers: Map<string, string>): Promise<string> {
  let text = '';
  for (;;) {
    const read = (await line(reader)).trim();
    if (read === '') return text;
    const [, name = '', value = ''] = /^([\w-]+):(.*)$/.exec(read) ?? [];
    if (name === '' || trailers.size >= TRAILERS_AT_MOST) {
      throw new S3Problem(
        'MalformedTrailerError',
        'The request contained trailing data that was not well-formed',
      );
    }
    trailers.set(name.toLowerCase(), value.trim());
    if (name !== 'x-amz-trailer-signature') text += `${name.toLowerCase()}:${value.trim()}\n`;
  }
}

function head(what: 'PAYLOAD' | 'TRAILER', { at, scope }: Verified): string {
  return `AWS4-HMAC-SHA256-${what}\n${at}\n${scope}`;
}

function line(reader: ByteReader): Promise<string> {
  return reader.textBefore(CRLF, LINE_BYTES, () => invalidRequest('A line of the body is too long'));
}
