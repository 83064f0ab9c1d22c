import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Config } from '../../config.ts';

const TOKEN = /^([A-Za-z0-9_-]{22})\.[A-Za-z0-9_-]{43}$/;

/** A token for one purpose that says whose it is and is signed: derived, never stored (`rules.md` §6). */
export function signedId(config: Pick<Config, 'sessionSecret'>, purpose: string, id: string): string {
  const signature = createHmac('sha256', config.sessionSecret).update(`${purpose} ${id}`).digest('base64url');
  return `${Buffer.from(id.replace(/-/g, ''), 'hex').toString('base64url')}.${signature}`;
}

/** Whose a token says that it is, not yet believed; `null` for what is none. */
export function readSignedId(token: string): string | null {
  const [, id] = TOKEN.exec(token) ?? [];
  if (id === undefined) return null;
  const hex = Buffer.from(id, 'base64url').toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Whether a token is the one that we gave for it and this purpose. */
export function isSignedId(
  config: Pick<Config, 'sessionSecret'>,
  purpose: string,
  id: string,
  token: string,
): boolean {
  const expected = Buffer.from(signedId(config, purpose, id));
  const given = Buffer.from(token);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
