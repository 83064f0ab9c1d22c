import { z } from 'zod';
import { serviceDaySchema } from '../../pricing/quote-request.ts';
import { services } from '../../pricing/rate-card.ts';
import { lineKinds } from '../../pricing/rules/context.ts';

/** Shapes that several operations answer with. Strict: a presenter that names one field more fails its test. */

export const centsSchema = z.int().meta({ description: 'Integer US cents.' });
export const instantSchema = z.iso.datetime().meta({ description: 'ISO 8601, UTC.' });
export const serviceSchema = z.enum(services);
export const currencySchema = z.literal('usd');

export const availabilitySchema = z.strictObject({
  available: z.boolean(),
  reason: z.enum(['past', 'cut_off', 'closed', 'full', 'beyond_horizon']).optional(),
});

const priceShape = {
  currency: currencySchema,
  lines: z.array(
    z.strictObject({
      kind: z.enum([...lineKinds, 'adjustment']),
      code: z.string(),
      label: z.string(),
      reason: z.string().optional(),
      quantity: z.int().optional(),
      amountCents: centsSchema,
    }),
  ),
  subtotalCents: centsSchema,
  discountCents: centsSchema,
  totalCents: centsSchema,
  discount: z
    .strictObject({
      code: z.string(),
      applied: z.boolean(),
      reason: z.enum(['not_valid', 'minimum_not_met', 'service_not_eligible']).optional(),
    })
    .optional(),
};

export const quoteSchema = z.strictObject({
  ...priceShape,
  coiRequired: z.boolean(),
  rateCardVersion: z.int(),
  availability: availabilitySchema,
});

export const bookingPriceSchema = z.strictObject({
  ...priceShape,
  creditsCents: centsSchema,
  amountDueCents: centsSchema,
  rateCardVersion: z.int(),
  lockedUntil: instantSchema,
});

export { serviceDaySchema };
