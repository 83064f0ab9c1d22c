import { cents } from '../money.ts';
import type { PriceLine, RuleInput } from './context.ts';

/** The same-day fee, priced for staff only; a service without a figure pays none (`product.md` §2). */
export function sameDayLines({ request, card }: RuleInput): PriceLine[] {
  if (!request.sameDay) return [];
  const fee =
    request.service === 'standard_delivery'
      ? card.card.standardDelivery.sameDayFeeCents
      : request.service === 'specialty_item'
        ? card.card.specialtyDelivery.sameDayFeeCents
        : null;
  if (!fee) return [];
  return [{ kind: 'same_day', code: 'same_day', label: 'Same-day service', amountCents: cents(fee) }];
}
