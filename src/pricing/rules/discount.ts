import type { Cents } from '../money.ts';
import { basisPoints, cents, percentOf, smaller, ZERO } from '../money.ts';
import { type DiscountTerms, normalizeDiscountCode } from '../rate-card.ts';
import type { RuleInput } from './context.ts';

export interface DiscountResult {
  readonly code: string;
  readonly applied: boolean;
  /** `not_valid` for unknown, expired and used up alike, so that codes cannot be probed. */
  readonly reason?: 'not_valid' | 'minimum_not_met' | 'service_not_eligible';
}

/** What a code takes off the subtotal: percent or sum, then its cap, never more than the subtotal (`product.md` §2). */
export function discountOn(
  { request, card }: RuleInput,
  subtotal: Cents,
  usable: (code: string) => boolean,
): { discountCents: Cents; discount?: DiscountResult } {
  if (request.discountCode === undefined) return { discountCents: ZERO };
  const code = normalizeDiscountCode(request.discountCode);
  const terms = usable(code) ? card.discounts.get(code) : undefined;
  const refused = (reason: NonNullable<DiscountResult['reason']>) => ({
    discountCents: ZERO,
    discount: { code, applied: false, reason },
  });
  if (!terms) return refused('not_valid');
  if (terms.services && !terms.services.includes(request.service)) return refused('service_not_eligible');
  if (subtotal < terms.minimumOrderCents) return refused('minimum_not_met');
  return { discountCents: amountOff(terms, subtotal), discount: { code, applied: true } };
}

function amountOff(terms: DiscountTerms, subtotal: Cents): Cents {
  const full =
    terms.amountCents === undefined
      ? percentOf(subtotal, basisPoints(terms.percentBasisPoints ?? 0))
      : cents(terms.amountCents);
  const capped =
    terms.maximumDiscountCents === null ? full : smaller(full, cents(terms.maximumDiscountCents));
  return smaller(capped, subtotal);
}
