import { createHash } from 'node:crypto';
import { digestBy, headerOf, refuseOther } from './checksums.ts';
import type { Payload } from './payload.ts';
import { S3Problem } from './problems.ts';

/** What bytes turned out to be. */
export interface Seen {
  readonly size: number;
  /** In hex. */
  readonly md5: string;
  /** By the headers that say them, base64. */
  readonly checksums: Readonly<Record<string, string>>;
}

export interface Watch {
  /** Throws as soon as there are too many. */
  take(bytes: Buffer): void;
  /** Throws when they are not what they must be. */
  end(): Seen;
}

/** Checks bytes while they pass. */
export function watchBytes({ atLeast, atMost, sha256, md5, algorithm, ...payload }: Payload): Watch {
  const digests = {
    md5: createHash('md5'),
    sha256: sha256 === null ? null : createHash('sha256'),
    checksum: algorithm === null ? null : digestBy(algorithm),
  };
  let size = 0;
  return {
    take(bytes) {
      size += bytes.length;
      if (size > atMost) throw payload.tooLong(size);
      for (const digest of Object.values(digests)) digest?.update(bytes);
    },
    end() {
      if (size < atLeast) throw payload.tooShort(size);
      if (digests.sha256 && digests.sha256.digest('hex') !== sha256) {
        throw new S3Problem(
          'XAmzContentSHA256Mismatch',
          "The provided 'x-amz-content-sha256' header does not match what was computed.",
        );
      }
      const found = digests.md5.digest();
      if (md5 !== null) refuseOtherMd5(md5, found);
      const checksum = digests.checksum?.digest();
      if (!algorithm || !checksum) return { size, md5: found.toString('hex'), checksums: {} };
      refuseOther(algorithm, payload.checksum(), checksum);
      return {
        size,
        md5: found.toString('hex'),
        checksums: { [headerOf(algorithm)]: checksum.toString('base64') },
      };
    },
  };
}

function refuseOtherMd5(sent: string, found: Buffer): void {
  const bytes = Buffer.from(sent, 'base64');
  if (bytes.length !== 16 || bytes.toString('base64') !== sent) {
    throw new S3Problem('InvalidDigest', 'The Content-MD5 you specified was invalid.');
  }
  if (!bytes.equals(found)) {
    throw new S3Problem('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
}
