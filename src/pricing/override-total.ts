import { type Cents, minus, sum } from './money.ts';
import type { PricedQuote } from './price-quote.ts';

/** A price with the total that an admin gave: the difference is a line of its own, with the reason (`rules.md` §2). */
export function overrideTotal(price: PricedQuote, totalCents: Cents, reason: string): PricedQuote {
  return withTotal(price, totalCents, { code: 'override', label: 'Price agreed', reason });
}

/** The price of a new day at the total that was agreed for the first (`rules.md` §5). */
export function keepTotal(price: PricedQuote, totalCents: Cents): PricedQuote {
  return withTotal(price, totalCents, { code: 'price_kept', label: 'Price kept from the first day' });
}

function withTotal(
  price: PricedQuote,
  totalCents: Cents,
  line: { readonly code: string; readonly label: string; readonly reason?: string },
): PricedQuote {
  const lines = price.lines.filter(({ kind }) => kind !== 'adjustment');
  const amountCents = minus(
    totalCents,
    minus(sum(lines.map((line) => line.amountCents)), price.discountCents),
  );
  const adjustment = { kind: 'adjustment', ...line, amountCents } as const;
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
