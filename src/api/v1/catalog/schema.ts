import { z } from 'zod';
import { pickupWindows } from '../../../pricing/quote-request.ts';
import { centsSchema, currencySchema } from '../schema.ts';

const named = { code: z.string(), name: z.string() };
const fee = centsSchema.nullable();

export const catalogSchema = z
  .strictObject({
    currency: currencySchema,
    rateCardVersion: z.int(),
    packages: z.array(
      z.strictObject({
        ...named,
        description: z.string(),
        priceCents: centsSchema,
        maxItems: z.int().nullable(),
        maxItemWeightLbs: z.int(),
        coiIncluded: z.boolean(),
        coiFeeCents: centsSchema,
        specificHourFeeCents: fee.meta({ description: 'null: a specific hour is not offered.' }),
      }),
    ),
    organizingServices: z.array(
      z.strictObject({
        ...named,
        package: z.string(),
        kind: z.enum(['packing', 'unpacking']),
        priceCents: centsSchema,
        hours: z.int(),
        organizers: z.int(),
        suppliesAllowanceCents: centsSchema,
      }),
    ),
    deliveryTerms: z.strictObject({
      standardDelivery: z.strictObject({
        pricePerItemCents: centsSchema,
        minimumItems: z.int(),
        minimumChargeCents: centsSchema,
        coiFeeCents: fee,
        maxItemWeightLbs: z.int(),
      }),
      specialtyDelivery: z.strictObject({ minimumChargeCents: centsSchema, coiFeeCents: fee }),
      airportTransfer: z.strictObject({
        pricePerBagCents: centsSchema,
        minimumBags: z.int(),
        minimumChargeCents: centsSchema,
      }),
    }),
    specialtyItems: z.array(z.strictObject({ ...named, description: z.string(), priceCents: centsSchema })),
    airports: z.array(z.strictObject({ ...named, terminals: z.array(z.string()) })),
    pickupWindows: z.array(
      z.strictObject({
        code: z.enum(pickupWindows),
        label: z.string(),
        hours: z.array(z.int()).meta({ description: 'The hours to choose from, if any.' }),
      }),
    ),
    terms: z.strictObject({
      holdMinutes: z.int(),
      priceLockHours: z.int(),
      bookingHorizonDays: z.int(),
      cutOffHour: z.int().meta({ description: 'Tomorrow closes at this hour of today, business time.' }),
      timeZone: z.string(),
      coiThresholdCents: centsSchema,
      zoneSurchargePerAddressCents: centsSchema,
      organizingTaxBasisPoints: z.int(),
      cancellationPolicy: z
        .array(z.strictObject({ hoursBefore: z.int(), refundBasisPoints: z.int() }))
        .meta({ description: 'Refund by hours before the pickup window; 10000 basis points are 100 %.' }),
    }),
  })
  .meta({ id: 'Catalog' });
