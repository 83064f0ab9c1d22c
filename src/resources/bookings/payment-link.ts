import { createHmac, timingSafeEqual } from 'node:crypto';
import { fromEpochSeconds } from '../../clock.ts';
import type { Config } from '../../config.ts';

interface LinkOwner {
  readonly id: string;
  readonly accessTokenVersion: number;
}

export interface PaymentLink {
  readonly bookingId: string;
  readonly expiresAt: Date;
}

const TOKEN = /^([A-Za-z0-9_-]{22})\.([0-9a-z]{1,8})\.[A-Za-z0-9_-]{43}$/;

/**
 * The token of a payment link: it says whose it is and until when, and is signed. Derived like the booking's own token,
 * never stored; what revokes that one revokes it, too (`rules.md` §6).
 */
export function paymentLinkToken(
  config: Pick<Config, 'sessionSecret'>,
  booking: LinkOwner,
  expiresAt: Date,
): string {
  const seconds = secondsOf(expiresAt);
  const signature = createHmac('sha256', config.sessionSecret)
    .update(`payment link ${booking.id} ${booking.accessTokenVersion} ${seconds}`)
    .digest('base64url');
  const id = Buffer.from(booking.id.replace(/-/g, ''), 'hex').toString('base64url');
  return `${id}.${seconds.toString(36)}.${signature}`;
}

/** Where a booking is paid until then. */
export function paymentLinkUrl(
  config: Pick<Config, 'sessionSecret' | 'publicUrl'>,
  booking: LinkOwner,
  expiresAt: Date,
): string {
  return `${config.publicUrl.replace(/\/$/, '')}/pay/${paymentLinkToken(config, booking, expiresAt)}`;
}

/** What a token says, not yet believed; `null` for what is none. */
export function readPaymentLink(token: string): PaymentLink | null {
  const [, id, seconds] = TOKEN.exec(token) ?? [];
  if (id === undefined || seconds === undefined) return null;
  const hex = Buffer.from(id, 'base64url').toString('hex');
  return {
    bookingId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    expiresAt: fromEpochSeconds(Number.parseInt(seconds, 36)),
  };
}

/** Whether a token is the one that we gave for this booking. */
export function isPaymentLink(
  config: Pick<Config, 'sessionSecret'>,
  booking: LinkOwner,
  token: string,
): boolean {
  const link = readPaymentLink(token);
  if (!link || link.bookingId !== booking.id) return false;
  const expected = Buffer.from(paymentLinkToken(config, booking, link.expiresAt));
  const given = Buffer.from(token);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function secondsOf(instant: Date): number {
  return Math.floor(instant.getTime() / 1_000);
}
