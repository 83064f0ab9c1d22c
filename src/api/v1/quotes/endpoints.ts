import type { z } from 'zod';
import { quoteRequestSchema } from '../../../pricing/quote-request.ts';
import { countQuote } from '../../../resources/crm/count-quotes.ts';
import { type QuotedPrice, quotePrice } from '../../../resources/services/quote-price.ts';
import type { Endpoint } from '../../endpoint.ts';
import { sendFresh } from '../../send-json.ts';
import { quoteSchema } from '../schema.ts';

export const quoteEndpoints: readonly Endpoint[] = [
  {
    method: 'post',
    path: '/quotes',
    operationId: 'quote',
    tag: 'Prices',
    summary: 'Price a move; nothing is stored',
    description:
      'Capacity and the calendar never refuse a quote: they answer in `availability`. A discount code that does not ' +
      'apply leaves the price and says why. The section named like the service is required.',
    body: quoteRequestSchema,
    limit: 'quote',
    answer: { status: 200, description: 'The price, line by line.', schema: quoteSchema },
    errors: ['invalid'],
    async handle({ ctx, request, response }) {
      const priced = await quotePrice(ctx, request.body);
      countQuote(ctx);
      sendFresh(response, present(priced));
    },
  },
];

function present({ quote, rateCardVersion, availability }: QuotedPrice) {
  return {
    currency: quote.currency,
    lines: [...quote.lines],
    subtotalCents: quote.subtotalCents,
    discountCents: quote.discountCents,
    totalCents: quote.totalCents,
    discount: quote.discount,
    coiRequired: quote.coiRequired,
    rateCardVersion,
    availability,
  } satisfies z.input<typeof quoteSchema>;
}
