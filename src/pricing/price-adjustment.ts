import { cents } from './money.ts';
import type { PricedQuote } from './price-quote.ts';

/** A price at another total than the card's: the difference is a line of its own, so that the lines still add up. */
export function adjustedTo(
  price: PricedQuote,
  totalCents: number,
  line: { readonly code: string; readonly label: string; readonly reason?: string },
): PricedQuote {
  const amountCents = cents(totalCents - price.totalCents);
  if (amountCents === 0) return price;
  return {
    ...price,
    lines: [...price.lines, { kind: 'adjustment', ...line, amountCents }],
    subtotalCents: cents(price.subtotalCents + amountCents),
    totalCents: cents(totalCents),
  };
}

/** The price of a new day, kept at what was agreed (`rules.md` §5). */
export function keptAt(price: PricedQuote, totalCents: number): PricedQuote {
  return adjustedTo(price, totalCents, { code: 'price_kept', label: 'Price kept from the first day' });
}
