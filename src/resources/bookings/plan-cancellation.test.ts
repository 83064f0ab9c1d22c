import { describe, expect, it } from 'vitest';
import { parseInstant, type ServiceDay } from '../../clock.ts';
import { basisPoints } from '../../pricing/money.ts';
import { settingsSchema } from '../crm/settings.ts';
import { policyRefund, refundRateAt } from './plan-cancellation.ts';

/** `rules.md` §5 in literals. 12 May 2027, 8 am in New York is noon in UTC. */

const settings = settingsSchema.parse({});

describe('the share that goes back', () => {
  it.each([
    ['2027-05-12', null, '2027-05-10T12:00:00Z', 10_000],
    ['2027-05-12', null, '2027-05-10T12:00:01Z', 5_000],
    ['2027-05-12', null, '2027-05-11T12:00:00Z', 5_000],
    ['2027-05-12', null, '2027-05-11T12:00:01Z', 0],
    ['2027-05-12', null, '2027-05-20T12:00:00Z', 0],
    // A specific hour counts from that hour.
    ['2027-05-12', 10, '2027-05-10T14:00:00Z', 10_000],
    ['2027-05-12', 10, '2027-05-10T14:00:01Z', 5_000],
    // Elapsed time: the clocks went forward on 14 March, and go back on 7 November.
    ['2027-03-15', null, '2027-03-13T12:00:00Z', 10_000],
    ['2027-03-15', null, '2027-03-13T12:00:01Z', 5_000],
    ['2027-11-08', null, '2027-11-06T13:00:00Z', 10_000],
    ['2027-11-08', null, '2027-11-06T13:00:01Z', 5_000],
  ])('for %s at %s, asked at %s, is %i', (day, pickupHour, at, rate) => {
    const booking = { pickupDate: day as ServiceDay, pickupHour, deliveryFailedAt: null };
    expect(refundRateAt(settings, booking, parseInstant(at))).toBe(rate);
  });

  it('follows the settings', () => {
    const own = { ...settings, fullRefundHours: 72, partialRefundHours: 1, partialRefundBasisPoints: 2_500 };
    const booking = { pickupDate: '2027-05-12' as ServiceDay, pickupHour: null, deliveryFailedAt: null };
    expect(refundRateAt(own, booking, parseInstant('2027-05-10T12:00:00Z'))).toBe(2_500);
  });
});

it('is all of it after a delivery that we failed, until a new date is agreed', () => {
  const failed = parseInstant('2027-05-12T20:00:00Z');
  const booking = { pickupDate: '2027-05-12' as ServiceDay, pickupHour: null, deliveryFailedAt: failed };
  expect(refundRateAt(settings, booking, parseInstant('2027-05-13T12:00:00Z'))).toBe(10_000);
});

describe('the sum that goes back', () => {
  const none = { capturedCents: 0, lostCents: 0, surplusCents: 0, refundedCents: 0, refundableCents: 0 };
  it.each([
    ['nothing of nothing', {}, 10_000, 0],
    ['all', { capturedCents: 99_500, refundableCents: 99_500 }, 10_000, 99_500],
    ['half, less the fraction of a cent', { capturedCents: 99_501, refundableCents: 99_501 }, 5_000, 49_750],
    ['nothing', { capturedCents: 99_500, refundableCents: 99_500 }, 0, 0],
    [
      'less what went back already',
      { capturedCents: 99_500, refundedCents: 20_000, refundableCents: 79_500 },
      5_000,
      29_750,
    ],
    [
      'never less than nothing',
      { capturedCents: 99_500, refundedCents: 60_000, refundableCents: 39_500 },
      5_000,
      0,
    ],
    [
      'not a share of money that came twice',
      { capturedCents: 199_000, surplusCents: 99_500, refundableCents: 99_500 },
      5_000,
      49_750,
    ],
    ['less what a dispute took', { capturedCents: 99_500, lostCents: 99_500, refundableCents: 0 }, 10_000, 0],
  ])('is %s', (_, money, rate, cents) => {
    expect(policyRefund({ ...none, ...money }, basisPoints(rate))).toBe(cents);
  });
});
