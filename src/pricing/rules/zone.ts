import { cents } from '../money.ts';
import type { PriceLine, RuleInput } from './context.ts';

/** A fee for each address outside the core area; airport transfers pay none (`product.md` §2). */
export function zoneLines({ request, card }: RuleInput): PriceLine[] {
  const fee = cents(card.card.zones.surchargePerAddressCents);
  if (request.service === 'airport_transfer' || fee === 0) return [];
  const ends = [
    { end: 'pickup', zip: fiveDigits(request.pickupZip) },
    { end: 'delivery', zip: fiveDigits(request.deliveryZip) },
  ] as const;
  return ends
    .filter(({ zip }) => zip !== null && card.zoneOf.get(zip) === 'surcharge')
    .map(({ end, zip }) => ({
      kind: 'zone' as const,
      code: `${end}_zone`,
      label: `Extended area, ${end}`,
      reason: `ZIP ${zip} is outside the core area`,
      amountCents: fee,
    }));
}

/** The first five digits, on which ZIPs are matched; `null` for the airport's end. */
export function fiveDigits(zip: unknown): string | null {
  return typeof zip === 'string' ? zip.trim().slice(0, 5) : null;
}
