import { randomBytes } from 'node:crypto';
import { realNow } from '../../clock.ts';

/** `pi_…`, `ch_…`: Stripe's kind of identifier. */
export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(18).toString('base64url').replace(/[-_]/g, '0')}`;
}

export function epochSeconds(): number {
  return Math.floor(realNow().getTime() / 1000);
}

/** The id of what may stand there in full. */
export function idOf(reference: string | { readonly id: string } | null): string {
  return typeof reference === 'object' ? (reference?.id ?? '') : reference;
}
