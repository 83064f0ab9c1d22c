import type { PricedQuote } from '../../pricing/price-quote.ts';

/** The lines and sums of a price: the engine's are the public ones (`api.md`). */
export function presentLines(quote: PricedQuote) {
  return {
    currency: quote.currency,
    lines: [...quote.lines],
    subtotalCents: quote.subtotalCents,
    discountCents: quote.discountCents,
    totalCents: quote.totalCents,
    discount: quote.discount,
  };
}
