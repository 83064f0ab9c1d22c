import { unchunk } from './aws-chunked.ts';
import { ByteReader } from './byte-reader.ts';
import { type Algorithm, announced, headerOf } from './checksums.ts';
import { incompleteBody, invalidArgument, notImplemented, S3Problem } from './problems.ts';
import type { Call } from './read-call.ts';
import type { Verified } from './verify-signature.ts';

/** Bytes on their way in, and what they must turn out to be. */
export interface Payload {
  readonly bytes: AsyncIterable<Buffer>;
  readonly atLeast: number;
  readonly atMost: number;
  /** In hex, where it is signed. */
  readonly sha256: string | null;
  /** Base64, where it was sent. */
  readonly md5: string | null;
  readonly algorithm: Algorithm | null;
  /** Known when the bytes are read. */
  readonly checksum: () => string | undefined;
  /** What is wrong with fewer or more of them. */
  readonly tooShort: (length: number) => Error;
  readonly tooLong: (length: number) => Error;
}

const OBJECT_BYTES = 5 * 1024 ** 3;

/** The body of a call: as it is, or unwrapped from its chunks. */
export function payloadOf(call: Call, verified: Verified): Payload {
  const { headers, request } = call;
  const isChunked = verified.payload.startsWith('STREAMING-');
  // Only in chunks of its own does S3 take what does not say its length.
  if (headers['transfer-encoding'] !== undefined && !isChunked) throw notImplemented();
  const length = lengthIn(headers[isChunked ? 'x-amz-decoded-content-length' : 'content-length']);
  const algorithm = announced(headers);
  const reader = new ByteReader(request);
  const trailers = new Map<string, string>();
  const trailing = (headers['x-amz-trailer'] ?? '').trim().toLowerCase();
  return {
    bytes: isChunked ? unchunk(reader, verified, trailers) : reader.all(),
    atLeast: length,
    atMost: length,
    sha256: /^[\da-f]{64}$/.test(verified.payload) ? verified.payload : null,
    md5: headers['content-md5'] ?? null,
    algorithm,
    checksum() {
      if (algorithm === null) return;
      const name = headerOf(algorithm);
      if (trailing === name && !trailers.has(name)) {
        throw new S3Problem('MalformedTrailerError', 'The request is missing the trailer that it announced');
      }
      return trailers.get(name) ?? headers[name];
    },
    tooShort: incompleteBody,
    tooLong: incompleteBody,
  };
}

function lengthIn(header: string | undefined): number {
  if (header === undefined) {
    throw new S3Problem('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  const length = Number(header);
  if (!Number.isSafeInteger(length) || length < 0) throw invalidArgument('The length is not valid');
  if (length > OBJECT_BYTES) throw tooLarge(length, OBJECT_BYTES);
  return length;
}

export function tooLarge(proposed: number, allowed: number): S3Problem {
  return new S3Problem('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
    ProposedSize: String(proposed),
    MaxSizeAllowed: String(allowed),
  });
}
