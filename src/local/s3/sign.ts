import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Signature Version 4, the parts that everybody who signs or checks needs. */

export const ALGORITHM = 'AWS4-HMAC-SHA256';

/** What a signature is good for, besides its secret: a day, a region, a service. */
export interface Scope {
  /** `YYYYMMDD`. */
  readonly day: string;
  readonly region: string;
}

export function scopeText({ day, region }: Scope): string {
  return `${day}/${region}/s3/aws4_request`;
}

export function signingKey(secret: string, { day, region }: Scope): Buffer {
  return [day, region, 's3', 'aws4_request'].reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`));
}

export function signed(key: Buffer, text: string): string {
  return hmac(key, text).toString('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Whether a signature is that one, in a time that tells nothing. */
export function sameSignature(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** RFC 3986, as a canonical request has it. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The same of a path, whose slashes stay. */
export function encodePath(path: string): string {
  return path.split('/').map(encode).join('/');
}
