import { cents, ZERO } from '../money.ts';
import type { PriceLine, RuleInput } from './context.ts';

/** The certificate-of-insurance fee, only when asked for; some packages include it (`product.md` §2). */
export function coiLines({ request, card }: RuleInput): PriceLine[] {
  if (!request.coi || request.service === 'airport_transfer') return [];
  const line = { kind: 'coi', code: 'coi', label: 'Certificate of insurance' } as const;
  if (request.miniMove) {
    const chosen = card.packages.get(request.miniMove.package);
    if (!chosen) return [];
    if (chosen.coiIncluded) return [{ ...line, reason: `Included with ${chosen.name}`, amountCents: ZERO }];
    return chosen.coiFeeCents > 0 ? [{ ...line, amountCents: cents(chosen.coiFeeCents) }] : [];
  }
  const terms =
    request.service === 'standard_delivery' ? card.card.standardDelivery : card.card.specialtyDelivery;
  return terms.coiFeeCents ? [{ ...line, amountCents: cents(terms.coiFeeCents) }] : [];
}
