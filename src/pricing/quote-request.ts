import { z } from 'zod';
import { services } from './rate-card.ts';

/** The quote request of `api.md`: strict, every violation at once. */

const quantity = z.int().min(1).max(999);

/** `12345` or `12345-6789`, trimmed. */
export const zipSchema = z
  .string()
  .trim()
  .regex(/^\d{5}(-\d{4})?$/, { abort: true })
  .meta({ example: '10001' });

/** Which end must be a ZIP depends on the service: the airport's end is ignored, so anything may stand there. */
const zipOfAnEnd = z.unknown().meta({ type: 'string', example: '10001' });

export const serviceDaySchema = z.iso.date({ abort: true }).meta({ example: '2027-05-12' });
export const pickupWindows = ['morning', 'specific_hour', 'flexible'] as const;
export type PickupWindow = (typeof pickupWindows)[number];
const code = z.string().trim().min(1).max(50);

/** Codes are kept in capitals, and those of some letters are longer (`ß`, `SS`). */
const discountCode = z
  .string()
  .trim()
  .min(1)
  .max(50, { abort: true })
  .refine((typed) => typed.toUpperCase().length <= 50, {
    message: 'This must have at most 50 characters.',
    params: { code: 'too_long' },
  });

export const miniMoveSchema = z.strictObject({
  package: code.meta({ example: 'petite' }),
  itemCount: quantity.optional(),
  heaviestItemLbs: z.int().min(1).max(10_000).optional(),
  description: z.string().trim().min(1).max(500).optional(),
  packing: z.boolean().default(false),
  unpacking: z.boolean().default(false),
});

export const standardDeliverySchema = z.strictObject({
  itemCount: z.int().min(0).max(999),
  description: z.string().trim().min(1).max(500).optional(),
  heaviestItemLbs: z.int().min(1).max(10_000).optional(),
});

export const specialtyItemsSchema = z
  .array(z.strictObject({ item: code.meta({ example: 'peloton' }), quantity }))
  .max(50);

export const airportTransferSchema = z.strictObject({
  airport: code.meta({ example: 'JFK' }),
  terminal: z.string().trim().min(1).max(20).optional(),
  direction: z.enum(['to_airport', 'from_airport']),
  bags: quantity,
  flightDate: serviceDaySchema,
  flightTime: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .meta({ example: '13:30' })
    .optional(),
});

/** What a booking adds its contact and addresses to. */
export const quoteRequestShape = {
  service: z.enum(services),
  pickupDate: serviceDaySchema,
  pickupZip: zipOfAnEnd.optional(),
  deliveryZip: zipOfAnEnd.optional(),
  pickupWindow: z.enum(pickupWindows),
  pickupHour: z.int().optional(),
  coi: z.boolean().default(false),
  discountCode: discountCode.optional(),
  miniMove: miniMoveSchema.optional(),
  standardDelivery: standardDeliverySchema.optional(),
  specialtyItems: specialtyItemsSchema.optional(),
  airportTransfer: airportTransferSchema.optional(),
};

/** What the public sends; `sameDay` is unknown to it. */
export const quoteRequestSchema = z.strictObject(quoteRequestShape);

/** What the shell and the panel send: they may also price the same-day fee. */
export const shellQuoteRequestSchema = z.strictObject({
  ...quoteRequestShape,
  sameDay: z.boolean().optional(),
});

/** A request that passed: ZIPs are texts of the right form wherever they count. */
export type QuoteRequest = z.output<typeof shellQuoteRequestSchema>;
