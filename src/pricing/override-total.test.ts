import { describe, expect, it } from 'vitest';
import { cents } from './money.ts';
import { isOverridden, overrideTotal } from './override-total.ts';
import type { PricedQuote } from './price-quote.ts';

const price: PricedQuote = {
  currency: 'usd',
  lines: [
    { kind: 'base', code: 'petite', label: 'Petite', amountCents: cents(99_500) },
    { kind: 'zone', code: 'zone', label: 'Zone', amountCents: cents(17_500) },
  ],
  subtotalCents: cents(117_000),
  discountCents: cents(11_700),
  totalCents: cents(105_300),
  discount: { code: 'TENOFF', applied: true },
  coiRequired: false,
};

describe('an agreed total', () => {
  it.each([
    ['less', 90_000, -15_300],
    ['more', 120_000, 14_700],
    ['nothing', 0, -105_300],
  ])('is reached by a line of its own: %s', (_, totalCents, amountCents) => {
    const agreed = overrideTotal(price, cents(totalCents), 'Regular');
    expect(agreed.lines.at(-1)).toEqual({
      kind: 'adjustment',
      code: 'override',
      label: 'Price agreed',
      reason: 'Regular',
      amountCents,
    });
    expect(agreed).toMatchObject({ totalCents, discountCents: 11_700, subtotalCents: totalCents + 11_700 });
    expect(agreed.lines.reduce((total, line) => total + line.amountCents, 0)).toBe(agreed.subtotalCents);
    expect(isOverridden(agreed)).toBe(true);
  });

  it('takes the place of the one before, and its own price takes it away', () => {
    const twice = overrideTotal(overrideTotal(price, cents(90_000), 'Once'), cents(95_000), 'Again');
    expect(twice.lines.filter(({ kind }) => kind === 'adjustment')).toMatchObject([{ reason: 'Again' }]);
    expect(overrideTotal(twice, cents(105_300), 'Back')).toEqual(price);
    expect(isOverridden(price)).toBe(false);
  });
});
