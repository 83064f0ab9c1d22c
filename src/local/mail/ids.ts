import { randomBytes, randomUUID } from 'node:crypto';
import { realNow } from '../../clock.ts';

/** An id as SES makes them: the millisecond, a UUID, and six zeros. */
export function newMailId(): string {
  return `0100${realNow().getTime().toString(16).padStart(12, '0')}-${randomUUID()}-000000`;
}

export function newToken(): string {
  return randomBytes(48).toString('hex');
}

export function isoNow(): string {
  return realNow().toISOString();
}
