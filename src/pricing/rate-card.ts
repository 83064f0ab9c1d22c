import { z } from 'zod';

/** The rate card as the shell reads it and the database holds it: cents, basis points, days inclusive. */

export const services = ['mini_move', 'standard_delivery', 'specialty_item', 'airport_transfer'] as const;
export type Service = (typeof services)[number];

export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
export type Weekday = (typeof weekdays)[number];

const amount = z.int().min(0).max(100_000_000);
const rate = z.int().min(0).max(100_000);
const count = z.int().min(1).max(100_000);
const code = z.string().min(1).max(50);
const name = z.string().min(1).max(100);
const day = z.iso.date();

const exactlyOneFigure = {
  check: (row: { amountCents?: unknown; percentBasisPoints?: unknown }): boolean =>
    (row.amountCents === undefined) !== (row.percentBasisPoints === undefined),
  message: 'Give either amountCents or percentBasisPoints.',
};

const figures = { amountCents: amount.optional(), percentBasisPoints: rate.optional() };
const ruleBase = { code, name, services: z.array(z.enum(services)).min(1), ...figures };

export const surchargeRuleSchema = z
  .discriminatedUnion('type', [
    z.strictObject({ ...ruleBase, type: z.literal('weekend'), weekdays: z.array(z.enum(weekdays)).min(1) }),
    z.strictObject({ ...ruleBase, type: z.literal('holiday'), from: day, to: day }),
    z.strictObject({ ...ruleBase, type: z.literal('peak'), from: day, to: day }),
  ])
  .refine(exactlyOneFigure.check, exactlyOneFigure.message);
export type SurchargeRule = z.infer<typeof surchargeRuleSchema>;

export const discountCodeSchema = z
  .strictObject({
    code,
    ...figures,
    minimumOrderCents: amount,
    maximumDiscountCents: amount.nullable(),
    services: z.array(z.enum(services)).min(1).nullable(),
  })
  .refine(exactlyOneFigure.check, exactlyOneFigure.message);
export type DiscountTerms = z.infer<typeof discountCodeSchema>;

export const organizingKinds = ['packing', 'unpacking'] as const;

export const rateCardSchema = z.strictObject({
  currency: z.literal('usd'),
  timeZone: z.string().optional(),
  miniMovePackages: z.array(
    z.strictObject({
      code,
      name,
      priceCents: amount,
      maxItems: count.nullable(),
      maxItemWeightLbs: count,
      coiIncluded: z.boolean(),
      coiFeeCents: amount,
      specificHourFeeCents: amount.nullable(),
    }),
  ),
  organizingServices: z.array(
    z.strictObject({
      code,
      package: code,
      kind: z.enum(organizingKinds),
      name,
      priceCents: amount,
      hours: count,
      organizers: count,
      suppliesAllowanceCents: amount,
    }),
  ),
  organizingTaxBasisPoints: rate,
  standardDelivery: z.strictObject({
    pricePerItemCents: amount,
    minimumItems: count,
    minimumChargeCents: amount,
    sameDayFeeCents: amount.nullable().optional(),
    coiFeeCents: amount.nullable().optional(),
    maxItemWeightLbs: count,
  }),
  specialtyItems: z.array(z.strictObject({ code, name, priceCents: amount })),
  specialtyDelivery: z.strictObject({
    sameDayFeeCents: amount.nullable().optional(),
    coiFeeCents: amount.nullable().optional(),
    minimumChargeCents: amount,
  }),
  airportTransfer: z.strictObject({
    pricePerBagCents: amount,
    minimumBags: count,
    minimumChargeCents: amount,
    airports: z.array(
      z.strictObject({ code, name: name.optional(), terminals: z.array(z.string().min(1).max(20)) }),
    ),
  }),
  zones: z.strictObject({
    surchargePerAddressCents: amount,
    core: z.array(z.string().regex(/^\d{5}$/)),
    surcharge: z.array(z.string().regex(/^\d{5}$/)),
  }),
  surchargeRules: z.array(surchargeRuleSchema),
  discountCodes: z.array(discountCodeSchema),
});
export type RateCard = z.infer<typeof rateCardSchema>;

export type MiniMovePackage = RateCard['miniMovePackages'][number];
export type OrganizingService = RateCard['organizingServices'][number];
export type Zone = 'core' | 'surcharge';

/** A rate card indexed for pricing thousands of baskets a second. Immutable. */
export interface CompiledRateCard {
  readonly card: RateCard;
  readonly packages: ReadonlyMap<string, MiniMovePackage>;
  /** By package, then by kind. */
  readonly organizing: ReadonlyMap<string, ReadonlyMap<OrganizingService['kind'], OrganizingService>>;
  readonly specialtyItems: ReadonlyMap<string, RateCard['specialtyItems'][number]>;
  readonly airports: ReadonlyMap<string, RateCard['airportTransfer']['airports'][number]>;
  readonly zoneOf: ReadonlyMap<string, Zone>;
  /** By upper-case code. */
  readonly discounts: ReadonlyMap<string, DiscountTerms>;
}

/** A code as it is compared: trimmed, without regard to case (`product.md` §2). */
export function normalizeDiscountCode(typed: string): string {
  return typed.trim().toUpperCase();
}

export function compileRateCard(card: RateCard): CompiledRateCard {
  return {
    card,
    packages: new Map(card.miniMovePackages.map((each) => [each.code, each])),
    organizing: new Map(
      card.miniMovePackages.map(({ code }) => [
        code,
        new Map(
          card.organizingServices.filter((each) => each.package === code).map((each) => [each.kind, each]),
        ),
      ]),
    ),
    specialtyItems: new Map(card.specialtyItems.map((each) => [each.code, each])),
    airports: new Map(card.airportTransfer.airports.map((each) => [each.code, each])),
    zoneOf: new Map<string, Zone>([
      ...card.zones.surcharge.map((zip) => [zip, 'surcharge'] as const),
      ...card.zones.core.map((zip) => [zip, 'core'] as const),
    ]),
    discounts: new Map(card.discountCodes.map((each) => [normalizeDiscountCode(each.code), each])),
  };
}
