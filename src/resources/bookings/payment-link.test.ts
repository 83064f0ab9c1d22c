import { describe, expect, it } from 'vitest';
import { parseInstant } from '../../clock.ts';
import { accessTokenFor } from './access-token.ts';
import { isPaymentLink, paymentLinkToken, readPaymentLink } from './payment-link.ts';

const config = { sessionSecret: 'a secret of at least thirty-two characters' };
const booking = { id: '3f1c2d4e-0a1b-4c5d-8e9f-00112233445a', accessTokenVersion: 1 };
const expiresAt = parseInstant('2027-04-06T14:00:00Z');
const token = paymentLinkToken(config, booking, expiresAt);

describe('a payment link', () => {
  it('says whose it is and until when', () => {
    expect(readPaymentLink(token)).toEqual({ bookingId: booking.id, expiresAt });
    expect(isPaymentLink(config, booking, token)).toBe(true);
  });

  it('is not the booking’s own token', () => {
    expect(isPaymentLink(config, booking, accessTokenFor(config, booking))).toBe(false);
  });

  it('is worth nothing for another booking, version, secret or end', () => {
    const [id = '', , signature = ''] = token.split('.');
    const longer = paymentLinkToken(config, booking, parseInstant('2027-05-06T14:00:00Z')).split('.')[1];
    expect(isPaymentLink(config, { ...booking, accessTokenVersion: 2 }, token)).toBe(false);
    expect(isPaymentLink(config, { ...booking, id: booking.id.replace('3f', '4f') }, token)).toBe(false);
    expect(isPaymentLink({ sessionSecret: 'another' }, booking, token)).toBe(false);
    expect(isPaymentLink(config, booking, `${id}.${longer}.${signature}`)).toBe(false);
  });

  it.each(['', 'x', '..', 'a.b.c', `${'A'.repeat(22)}.zzzzzzzzz.${'A'.repeat(43)}`])('is not %j', (text) => {
    expect(readPaymentLink(text)).toBe(null);
  });
});
