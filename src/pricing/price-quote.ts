import { cardViolations } from './card-checks.ts';
import { type Cents, minus, sum } from './money.ts';
import type { QuoteRequest } from './quote-request.ts';
import type { CompiledRateCard } from './rate-card.ts';
import { baseLines } from './rules/base.ts';
import { coiLines } from './rules/coi.ts';
import type { PriceLine, RuleInput } from './rules/context.ts';
import { type DiscountResult, discountOn } from './rules/discount.ts';
import { minimumLines } from './rules/minimum.ts';
import { organizingLines } from './rules/organizing.ts';
import { sameDayLines } from './rules/same-day.ts';
import { specialtyLines } from './rules/specialty.ts';
import { surchargeLines } from './rules/surcharge.ts';
import { windowLines } from './rules/window.ts';
import { zoneLines } from './rules/zone.ts';
import type { Violation } from './violations.ts';

/** A priced basket: `subtotalCents` is the sum of the lines, `totalCents` that less the discount (`api.md`). */
export interface PricedQuote {
  readonly currency: 'usd';
  readonly lines: readonly PriceLine[];
  readonly subtotalCents: Cents;
  readonly discountCents: Cents;
  readonly totalCents: Cents;
  readonly discount?: DiscountResult;
  readonly coiRequired: boolean;
}

export type PriceResult =
  | { readonly ok: true; readonly quote: PricedQuote }
  | { readonly ok: false; readonly violations: readonly Violation[] };

export interface PricingTerms {
  /** Whether a code may be used now (validity, uses): the caller knows, the engine does not. Default: any on the card. */
  readonly usable?: (code: string) => boolean;
  /** A certificate is required above this total. Default $2,000 (`product.md` §1). */
  readonly coiThresholdCents?: number;
}

const DEFAULT_COI_THRESHOLD_CENTS = 200_000;

/** Prices a basket by a rate card, or says everything the card has against it (`product.md` §2). */
export function priceQuote(
  request: QuoteRequest,
  card: CompiledRateCard,
  terms: PricingTerms = {},
): PriceResult {
  const violations = cardViolations(request, card);
  if (violations.length > 0) return { ok: false, violations };
  return { ok: true, quote: priceChecked(request, card, terms) };
}

/** Prices a basket against which the card has nothing: its caller has asked `cardViolations`. */
export function priceChecked(
  request: QuoteRequest,
  card: CompiledRateCard,
  terms: PricingTerms = {},
): PricedQuote {
  const input: RuleInput = { request, card };
  const base = baseLines(input);
  const specialty = specialtyLines(input);
  const basket = [...base, ...minimumLines(input, [...base, ...specialty]), ...specialty];
  // In the order of `lineKinds`, in which they are shown.
  const lines = [
    ...basket,
    ...surchargeLines(input, basket),
    ...sameDayLines(input),
    ...coiLines(input),
    ...zoneLines(input),
    ...windowLines(input),
    ...organizingLines(input),
  ];
  const subtotalCents = sum(lines.map((line) => line.amountCents));
  const { discountCents, discount } = discountOn(input, subtotalCents, terms.usable ?? (() => true));
  const totalCents = minus(subtotalCents, discountCents);
  const threshold = terms.coiThresholdCents ?? DEFAULT_COI_THRESHOLD_CENTS;
  return {
    currency: 'usd',
    lines,
    subtotalCents,
    discountCents,
    totalCents,
    ...(discount && { discount }),
    coiRequired: request.coi || totalCents > threshold,
  };
}
