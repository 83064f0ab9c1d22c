import { type Cents, cents, ZERO } from '../money.ts';
import type { PriceLine, RuleInput } from './context.ts';

/** The certificate-of-insurance fee, only when asked for; some packages include it (`product.md` §2). */
export function coiLines({ request, card }: RuleInput): PriceLine[] {
  if (!request.coi || request.service === 'airport_transfer') return [];
  if (request.miniMove) {
    const chosen = card.packages.get(request.miniMove.package);
    if (!chosen) return [];
    if (chosen.coiIncluded) return [coiLine(ZERO, `Included with ${chosen.name}`)];
    return chosen.coiFeeCents > 0 ? [coiLine(cents(chosen.coiFeeCents))] : [];
  }
  const terms =
    request.service === 'standard_delivery' ? card.card.standardDelivery : card.card.specialtyDelivery;
  return terms.coiFeeCents ? [coiLine(cents(terms.coiFeeCents))] : [];
}

function coiLine(amountCents: Cents, reason?: string): PriceLine {
  return {
    kind: 'coi',
    code: 'coi',
    label: 'Certificate of insurance',
    ...(reason && { reason }),
    amountCents,
  };
}
