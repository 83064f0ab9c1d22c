import { type Cents, minus, sum } from './money.ts';
import type { PricedQuote } from './price-quote.ts';

/** A price with the total that an admin gave: the difference is a line of its own, with the reason (`rules.md` §2). */
export function overrideTotal(price: PricedQuote, totalCents: Cents, reason: string): PricedQuote {
  const lines = price.lines.filter(({ kind }) => kind !== 'adjustment');
  const amountCents = minus(
    totalCents,
    minus(sum(lines.map((line) => line.amountCents)), price.discountCents),
  );
  const adjustment = {
    kind: 'adjustment',
    code: 'override',
    label: 'Price agreed',
    reason,
    amountCents,
  } as const;
  return {
    ...price,
    lines: amountCents === 0 ? lines : [...lines, adjustment],
    subtotalCents: sum([totalCents, price.discountCents]),
    totalCents,
  };
}

export function isOverridden(price: Pick<PricedQuote, 'lines'>): boolean {
  return price.lines.some(({ kind }) => kind === 'adjustment');
}
