import { cents, times } from '../money.ts';
import type { PriceLine, RuleInput } from './context.ts';

/** The service itself: a package, items or bags (`product.md` §2). */
export function baseLines({ request, card }: RuleInput): PriceLine[] {
  const { miniMove, standardDelivery, airportTransfer } = request;
  if (miniMove) {
    const chosen = card.packages.get(miniMove.package);
    if (!chosen) return [];
    return [
      {
        kind: 'base',
        code: chosen.code,
        label: `${chosen.name} mini move`,
        amountCents: cents(chosen.priceCents),
      },
    ];
  }
  if (standardDelivery && standardDelivery.itemCount > 0) {
    const each = cents(card.card.standardDelivery.pricePerItemCents);
    const quantity = standardDelivery.itemCount;
    return [
      {
        kind: 'base',
        code: 'standard_item',
        label: 'Delivery items',
        quantity,
        amountCents: times(each, quantity),
      },
    ];
  }
  if (airportTransfer) {
    const each = cents(card.card.airportTransfer.pricePerBagCents);
    const quantity = airportTransfer.bags;
    const label = `Bags ${airportTransfer.direction === 'to_airport' ? 'to' : 'from'} ${airportTransfer.airport}`;
    return [{ kind: 'base', code: 'airport_bag', label, quantity, amountCents: times(each, quantity) }];
  }
  return [];
}
