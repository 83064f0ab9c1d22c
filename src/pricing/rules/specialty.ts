import { cents, times } from '../money.ts';
import type { PriceLine, RuleInput } from './context.ts';

/** Single awkward objects, one line a kind (`product.md` §2). */
export function specialtyLines({ request, card }: RuleInput): PriceLine[] {
  return (request.specialtyItems ?? []).flatMap(({ item, quantity }) => {
    const chosen = card.specialtyItems.get(item);
    if (!chosen) return [];
    const amountCents = times(cents(chosen.priceCents), quantity);
    return [{ kind: 'specialty' as const, code: chosen.code, label: chosen.name, quantity, amountCents }];
  });
}
