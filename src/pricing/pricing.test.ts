import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { basisPoints, cents, percentOf, sum } from './money.ts';
import { type PricedQuote, priceQuote } from './price-quote.ts';
import { shellQuoteRequestSchema } from './quote-request.ts';
import { compileRateCard, type RateCard, type SurchargeRule } from './rate-card.ts';
import { readQuoteRequest } from './read-quote-request.ts';

const reference: RateCard = JSON.parse(
  readFileSync(new URL('../../test/fixtures/pricing/rate-card.json', import.meta.url), 'utf8'),
);

function price(request: Record<string, unknown>, changes: Partial<RateCard> = {}): PricedQuote {
  const card = compileRateCard({ ...reference, surchargeRules: [], ...changes });
  const read = readQuoteRequest(request, shellQuoteRequestSchema, card);
  if (!read.ok) throw new Error(JSON.stringify(read.violations));
  const result = priceQuote(read.request, card);
  if (!result.ok) throw new Error(JSON.stringify(result.violations));
  return result.quote;
}

const miniMove = (more: Record<string, unknown> = {}, basket: Record<string, unknown> = {}) => ({
  service: 'mini_move',
  pickupDate: '2027-05-12',
  pickupZip: '10001',
  deliveryZip: '10013',
  pickupWindow: 'morning',
  ...more,
  miniMove: { package: 'petite', ...basket },
});
const delivery = (itemCount: number, more: Record<string, unknown> = {}) => ({
  ...miniMove(),
  service: 'standard_delivery',
  miniMove: undefined,
  standardDelivery: { itemCount },
  ...more,
});
const special = (items: Record<string, number>, more: Record<string, unknown> = {}) => ({
  ...miniMove(),
  service: 'specialty_item',
  miniMove: undefined,
  specialtyItems: Object.entries(items).map(([item, quantity]) => ({ item, quantity })),
  ...more,
});
const airport = (bags: number, more: Record<string, unknown> = {}) => {
  const request: Record<string, unknown> = {
    ...miniMove(),
    service: 'airport_transfer',
    miniMove: undefined,
    ...more,
  };
  const flight = {
    airport: 'JFK',
    terminal: '4',
    direction: 'to_airport',
    bags,
    flightDate: request.pickupDate,
  };
  return { ...request, airportTransfer: flight };
};

const rule = (more: Partial<SurchargeRule>): SurchargeRule =>
  ({
    code: 'rule',
    name: 'Rule',
    type: 'peak',
    services: ['mini_move'],
    from: '2027-05-12',
    to: '2027-05-12',
    ...more,
  }) as SurchargeRule;
const weekend = rule({
  code: 'weekend',
  type: 'weekend',
  weekdays: ['saturday'],
  percentBasisPoints: 1_500,
} as Partial<SurchargeRule>);
const lines = (quote: PricedQuote) => quote.lines.map(({ kind, amountCents }) => `${kind} ${amountCents}`);

describe('each rule', () => {
  it.each<[string, Record<string, unknown>, Partial<RateCard>, string[]]>([
    ['Petite', miniMove(), {}, ['base 99500']],
    ['Standard', miniMove({}, { package: 'standard' }), {}, ['base 172500']],
    ['Petite with its certificate', miniMove({ coi: true }), {}, ['base 99500', 'coi 5000']],
    [
      'Standard, certificate included',
      miniMove({ coi: true }, { package: 'standard' }),
      {},
      ['base 172500', 'coi 0'],
    ],
    [
      'both ends in the extended area',
      miniMove({ pickupZip: '06830', deliveryZip: '07030' }),
      {},
      ['base 99500', 'zone 17500', 'zone 17500'],
    ],
    [
      'a specific hour',
      miniMove({ pickupWindow: 'specific_hour', pickupHour: 9 }, { package: 'standard' }),
      {},
      ['base 172500', 'window 17500'],
    ],
    ['packing, taxed', miniMove({}, { packing: true }), {}, ['base 99500', 'organizing 244500', 'tax 20171']],
    ['one item, up to the minimum', delivery(1), {}, ['base 9500', 'minimum 19000']],
    ['four items', delivery(4), {}, ['base 38000']],
    ['items on the same day', delivery(4, { sameDay: true }), {}, ['base 38000', 'same_day 36000']],
    [
      'no item but a Peloton',
      delivery(0, { specialtyItems: [{ item: 'peloton', quantity: 1 }] }),
      {},
      ['specialty 50000'],
    ],
    ['two surfboards', special({ surfboard: 2 }), {}, ['specialty 70000']],
    ['two bags', airport(2), {}, ['base 15000']],
    ['three bags from far away, which pay no zone', airport(3, { pickupZip: '06830' }), {}, ['base 22500']],
    [
      'a peak day',
      miniMove(),
      { surchargeRules: [rule({ amountCents: 10_000 })] },
      ['base 99500', 'surcharge 10000'],
    ],
    [
      'a Saturday',
      miniMove({ pickupDate: '2027-05-15' }),
      { surchargeRules: [weekend] },
      ['base 99500', 'surcharge 14925'],
    ],
    [
      'a peak Saturday: the peak replaces the weekend',
      miniMove({ pickupDate: '2027-05-15' }),
      {
        surchargeRules: [weekend, rule({ from: '2027-05-15', to: '2027-05-15', percentBasisPoints: 2_000 })],
      },
      ['base 99500', 'surcharge 19900'],
    ],
    [
      'a peak and a holiday, which add up',
      miniMove(),
      {
        surchargeRules: [
          rule({ code: 'a', amountCents: 1_000 }),
          rule({ code: 'b', type: 'holiday', percentBasisPoints: 1_000 }),
        ],
      },
      ['base 99500', 'surcharge 1000', 'surcharge 9950'],
    ],
    [
      'a peak of nothing, which leaves the weekend',
      miniMove({ pickupDate: '2027-05-15' }),
      { surchargeRules: [weekend, rule({ from: '2027-05-15', to: '2027-05-15', amountCents: 0 })] },
      ['base 99500', 'surcharge 14925'],
    ],
    [
      'a rule of another service',
      miniMove(),
      { surchargeRules: [rule({ services: ['airport_transfer'], amountCents: 1 })] },
      ['base 99500'],
    ],
  ])('%s', (_, request, changes, expected) => {
    const quote = price(request, changes);
    expect(lines(quote)).toEqual(expected);
    expect(quote.totalCents).toBe(quote.lines.reduce((total, line) => total + line.amountCents, 0));
  });
});

describe('a discount', () => {
  const codes: RateCard['discountCodes'] = [
    {
      code: 'TEN',
      percentBasisPoints: 1_000,
      minimumOrderCents: 0,
      maximumDiscountCents: null,
      services: null,
    },
    {
      code: 'CAPPED',
      percentBasisPoints: 5_000,
      minimumOrderCents: 0,
      maximumDiscountCents: 10_000,
      services: null,
    },
    {
      code: 'FIFTY',
      amountCents: 5_000,
      minimumOrderCents: 100_000,
      maximumDiscountCents: null,
      services: null,
    },
    { code: 'HUGE', amountCents: 900_000, minimumOrderCents: 0, maximumDiscountCents: null, services: null },
    {
      code: 'BAGS',
      percentBasisPoints: 1_000,
      minimumOrderCents: 0,
      maximumDiscountCents: null,
      services: ['airport_transfer'],
    },
  ];

  it.each([
    ['ten', 9_950, undefined],
    [' Capped ', 10_000, undefined],
    ['FIFTY', 0, 'minimum_not_met'],
    ['HUGE', 99_500, undefined],
    ['BAGS', 0, 'service_not_eligible'],
    ['NOSUCH', 0, 'not_valid'],
  ])('%s takes %i', (discountCode, discountCents, reason) => {
    const quote = price(miniMove({ discountCode }), { discountCodes: codes });
    expect(quote).toMatchObject({ subtotalCents: 99_500, discountCents, totalCents: 99_500 - discountCents });
    expect(quote.discount).toEqual({
      code: discountCode.trim().toUpperCase(),
      applied: reason === undefined,
      ...(reason && { reason }),
    });
  });
});

describe('a certificate', () => {
  it('is required when asked for, and above two thousand dollars', () => {
    expect(price(miniMove()).coiRequired).toBe(false);
    expect(price(miniMove({ coi: true })).coiRequired).toBe(true);
    expect(price(miniMove({}, { package: 'full' })).coiRequired).toBe(true);
  });
});

describe('money', () => {
  it('drops fractions of a cent, exactly for every amount', () => {
    expect(percentOf(cents(244_500), basisPoints(825))).toBe(20_171);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 ** 12 }),
        fc.integer({ min: 0, max: 10_000 }),
        (amount, rate) => {
          expect(BigInt(percentOf(cents(amount), basisPoints(rate)))).toBe(
            (BigInt(amount) * BigInt(rate)) / 10_000n,
          );
        },
      ),
    );
  });

  it('is never a fraction', () => {
    expect(() => cents(0.5)).toThrow(RangeError);
    expect(() => cents(Number.NaN)).toThrow(RangeError);
    expect(() => basisPoints(-1)).toThrow(RangeError);
    expect(() => sum([cents(Number.MAX_SAFE_INTEGER), cents(1)])).toThrow(RangeError);
  });
});

describe('for any basket and any rate card', () => {
  const money = fc.integer({ min: 0, max: 5_000_00 });
  const figure = fc.oneof(
    fc.record({ amountCents: money }),
    fc.record({ percentBasisPoints: fc.integer({ min: 0, max: 10_000 }) }),
  );
  const day = fc.constantFrom('2027-05-12', '2027-05-15', '2027-07-04');
  const rules = fc.array(
    fc.tuple(fc.constantFrom('weekend', 'holiday', 'peak'), figure, fc.uuid()).map(
      ([type, amount, code]) =>
        ({
          code,
          name: 'Rule',
          type,
          services: ['mini_move', 'standard_delivery', 'specialty_item', 'airport_transfer'],
          ...(type === 'weekend'
            ? { weekdays: ['saturday', 'sunday'] }
            : { from: '2027-05-15', to: '2027-07-04' }),
          ...amount,
        }) as SurchargeRule,
    ),
    { maxLength: 4 },
  );
  const code = fc
    .tuple(figure, money, fc.option(money))
    .map(([amount, minimumOrderCents, maximumDiscountCents]) => ({
      code: 'CODE',
      minimumOrderCents,
      maximumDiscountCents,
      services: null,
      ...amount,
    }));
  const card = fc.record({ surchargeRules: rules, discountCodes: fc.tuple(code) });
  const more = fc.record(
    {
      pickupDate: day,
      pickupZip: fc.constantFrom('10001', '06830'),
      deliveryZip: fc.constantFrom('10013', '07030'),
      coi: fc.boolean(),
      discountCode: fc.constantFrom('CODE', 'code', 'other'),
    },
    { requiredKeys: [] },
  );
  const items = fc.integer({ min: 1, max: 900 });
  const request = fc.oneof(
    fc
      .tuple(more, fc.constantFrom('petite', 'standard', 'full'), fc.boolean())
      .map(([fields, name, packing]) => miniMove(fields, { package: name, packing })),
    fc.tuple(more, items).map(([fields, count]) => delivery(count, fields)),
    fc.tuple(more, items, items).map(([fields, one, two]) => special({ peloton: one, crib: two }, fields)),
    fc.tuple(more, items).map(([fields, bags]) => airport(bags + 1, fields)),
  );

  it('the lines add up, the total is never negative, and there is no fraction anywhere', () => {
    fc.assert(
      fc.property(request, card, (asked, changes) => {
        const quote = price(asked, changes);
        const total = quote.lines.reduce((soFar, line) => soFar + line.amountCents, 0);
        expect(quote.subtotalCents).toBe(total);
        expect(quote.totalCents).toBe(quote.subtotalCents - quote.discountCents);
        expect(quote.totalCents).toBeGreaterThanOrEqual(0);
        for (const amount of [total, quote.discountCents, ...quote.lines.map((line) => line.amountCents)])
          expect(Number.isSafeInteger(amount)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('more items never lower the subtotal', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 99 }), more, card, (count, further, fields, changes) => {
        for (const asked of [
          (n: number) => delivery(n, fields),
          (n: number) => special({ crib: n }, fields),
          (n: number) => airport(n + 1, fields),
        ]) {
          const few = price(asked(count), changes);
          const many = price(asked(Math.min(count + further, 998)), changes);
          expect(many.subtotalCents).toBeGreaterThanOrEqual(few.subtotalCents);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('a code never takes more than its cap', () => {
    fc.assert(
      fc.property(request, card, (asked, changes) => {
        const quote = price({ ...asked, discountCode: 'CODE' }, changes);
        const cap = changes.discountCodes[0].maximumDiscountCents;
        expect(quote.discountCents).toBeLessThanOrEqual(
          Math.min(cap ?? Number.MAX_SAFE_INTEGER, quote.subtotalCents),
        );
      }),
      { numRuns: 500 },
    );
  });
});
