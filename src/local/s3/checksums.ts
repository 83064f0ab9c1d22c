import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { invalidRequest, notImplemented, S3Problem } from './problems.ts';
import type { Headers } from './read-call.ts';

/** The checksums that S3 knows, but the one that no SDK of ours sends. */
const algorithms = ['crc32', 'crc32c', 'sha1', 'sha256'] as const;
export type Algorithm = (typeof algorithms)[number];

const PREFIX = 'x-amz-checksum-';
const besides = new Set([`${PREFIX}mode`, `${PREFIX}type`, `${PREFIX}algorithm`]);
const lengths = { crc32: 4, crc32c: 4, sha1: 20, sha256: 32 } as const;

/** Takes bytes and gives their digest. */
export interface Digest {
  update(bytes: Buffer): void;
  digest(): Buffer;
}

export function headerOf(algorithm: Algorithm): string {
  return PREFIX + algorithm;
}

/** The algorithm that a call sends a checksum by, now or after its body. Throws what S3 says of more than one. */
export function announced(headers: Headers): Algorithm | null {
  const trailers = (headers['x-amz-trailer'] ?? '').split(',').map((name) => name.trim().toLowerCase());
  const names = [...Object.keys(headers), ...trailers].filter(
    (name) => name.startsWith(PREFIX) && !besides.has(name),
  );
  const [name, another] = new Set(names);
  if (another) {
    throw invalidRequest(
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const wanted = headers['x-amz-sdk-checksum-algorithm'];
  if (name === undefined && wanted !== undefined) {
    throw invalidRequest(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  return name === undefined ? null : algorithmOf(name.slice(PREFIX.length));
}

/** Reads the name of an algorithm. Throws `NotImplemented`. */
export function algorithmOf(name: string): Algorithm {
  const found = algorithms.find((each) => each === name.toLowerCase());
  if (!found) throw notImplemented();
  return found;
}

/** Refuses bytes that are not those whose checksum was sent. */
export function refuseOther(algorithm: Algorithm, sent: string | undefined, computed: Buffer): void {
  if (sent === undefined) return;
  const bytes = Buffer.from(sent, 'base64');
  if (bytes.length !== lengths[algorithm] || bytes.toString('base64') !== sent) {
    throw invalidRequest(`Value for ${headerOf(algorithm)} header is invalid.`);
  }
  if (!bytes.equals(computed)) {
    const name = algorithm.toUpperCase();
    throw new S3Problem('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
  }
}

export function digestBy(algorithm: Algorithm | 'md5'): Digest {
  if (algorithm === 'crc32') return cyclic((bytes, before) => crc32(bytes, before));
  if (algorithm === 'crc32c') return cyclic(castagnoli);
  return createHash(algorithm);
}

function cyclic(next: (bytes: Buffer, before: number) => number): Digest {
  let value = 0;
  return {
    update(bytes) {
      value = next(bytes, value);
    },
    digest() {
      const four = Buffer.alloc(4);
      four.writeUInt32BE(value);
      return four;
    },
  };
}

const CASTAGNOLI = 0x82f63b78;
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? CASTAGNOLI ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

function castagnoli(bytes: Buffer, before: number): number {
  let value = ~before;
  for (const byte of bytes) value = (table[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return ~value >>> 0;
}
