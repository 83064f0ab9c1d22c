import { cents } from '../money.ts';
import type { PriceLine, RuleInput } from './context.ts';

/** The fee for a one-hour window; only packages have one (`product.md` §2). */
export function windowLines({ request, card }: RuleInput): PriceLine[] {
  if (request.pickupWindow !== 'specific_hour' || !request.miniMove) return [];
  const fee = card.packages.get(request.miniMove.package)?.specificHourFeeCents;
  if (!fee) return [];
  const reason = `Pickup starts at ${request.pickupHour} am`;
  return [
    {
      kind: 'window',
      code: 'specific_hour',
      label: 'One-hour pickup window',
      reason,
      amountCents: cents(fee),
    },
  ];
}
