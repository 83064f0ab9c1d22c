import type { z } from 'zod';
import { quoteRequestSchema } from '../../../pricing/quote-request.ts';
import { countQuote } from '../../../resources/crm/count-quotes.ts';
import { type QuotedPrice, quotePrice } from '../../../resources/services/quote-price.ts';
import type { Endpoint } from '../../endpoint.ts';
import { sendJson } from '../../send-json.ts';
import { presentLines } from '../present-price.ts';
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
      response.setHeader('Cache-Control', 'no-store');
      sendJson(response, JSON.stringify(present(priced)));
    },
  },
];

function present({ quote, rateCardVersion, availability }: QuotedPrice): z.input<typeof quoteSchema> {
  return {
    ...presentLines(quote),
    coiRequired: quote.coiRequired,
    rateCardVersion,
    availability: {
      available: availability.available,
      ...(availability.reason && { reason: availability.reason }),
    },
  };
}
