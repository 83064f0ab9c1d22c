import type { Config } from '../../config.ts';
import { accessTokenFor } from './access-token.ts';

/** Where a customer sees a booking, with its token: mails carry it, and what revokes the token revokes it (`rules.md` §6). */
export function bookingPageUrl(
  config: Pick<Config, 'sessionSecret' | 'publicUrl'>,
  booking: { readonly id: string; readonly accessTokenVersion: number },
): string {
  const id = Buffer.from(booking.id.replace(/-/g, ''), 'hex').toString('base64url');
  return `${config.publicUrl.replace(/\/$/, '')}/booking/${id}.${accessTokenFor(config, booking)}`;
}

/** Which booking such an address names, and by which token, not yet believed; `null` for what is none. */
export function readBookingPage(path: string): { readonly bookingId: string; readonly token: string } | null {
  const [, id, token] = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/.exec(path) ?? [];
  if (id === undefined || token === undefined) return null;
  const hex = Buffer.from(id, 'base64url').toString('hex');
  return { bookingId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), token };
}
