import type { PricedQuote } from '../../pricing/price-quote.ts';

/** The lines and sums of a price, field by field. */
export function presentLines(quote: PricedQuote) {
  return {
    currency: quote.currency,
    lines: quote.lines.map(({ kind, code, label, reason, quantity, amountCents }) => ({
      kind,
      code,
      label,
      ...(reason !== undefined && { reason }),
      ...(quantity !== undefined && { quantity }),
      amountCents,
    })),
    subtotalCents: quote.subtotalCents,
    discountCents: quote.discountCents,
    totalCents: quote.totalCents,
    ...(quote.discount && {
      discount: {
        code: quote.discount.code,
        applied: quote.discount.applied,
        ...(quote.discount.reason && { reason: quote.discount.reason }),
      },
    }),
  };
}
