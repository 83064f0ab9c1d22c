import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Config } from '../../config.ts';

interface TokenOwner {
  readonly id: string;
  readonly accessTokenVersion: number;
}

/** The unguessable token that opens one booking. Derived, never stored; a new version revokes it (`rules.md` §6). */
export function accessTokenFor(config: Pick<Config, 'sessionSecret'>, booking: TokenOwner): string {
  return createHmac('sha256', config.sessionSecret)
    .update(`booking ${booking.id} ${booking.accessTokenVersion}`)
    .digest('base64url');
}

export function isAccessToken(
  config: Pick<Config, 'sessionSecret'>,
  booking: TokenOwner,
  token: string,
): boolean {
  const expected = Buffer.from(accessTokenFor(config, booking));
  const given = Buffer.from(token);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
