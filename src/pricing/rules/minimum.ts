import { cents, formatUsd, minus, sum } from '../money.ts';
import type { PriceLine, RuleInput } from './context.ts';

/**
 * Tops a service up to its minimum: standard delivery by its ordinary items alone, specialty deliveries by their items,
 * airport transfers by their bags (`product.md` §2). Given the base and specialty lines.
 */
export function minimumLines({ request, card }: RuleInput, priced: readonly PriceLine[]): PriceLine[] {
  const counted = request.service === 'specialty_item' ? 'specialty' : 'base';
  const lines = priced.filter((line) => line.kind === counted);
  const minimum = minimumOf(request.service, card.card);
  if (minimum === null || lines.length === 0) return [];
  const topUp = minus(minimum, sum(lines.map((line) => line.amountCents)));
  if (topUp <= 0) return [];
  const reason = `The minimum charge is ${formatUsd(minimum)}`;
  return [
    {
      kind: 'minimum',
      code: `${request.service}_minimum`,
      label: 'Minimum charge top-up',
      reason,
      amountCents: topUp,
    },
  ];
}

function minimumOf(service: RuleInput['request']['service'], card: RuleInput['card']['card']) {
  switch (service) {
    case 'standard_delivery':
      return cents(card.standardDelivery.minimumChargeCents);
    case 'specialty_item':
      return cents(card.specialtyDelivery.minimumChargeCents);
    case 'airport_transfer':
      return cents(card.airportTransfer.minimumChargeCents);
    case 'mini_move':
      return null;
  }
}
