import { basisPoints, cents, formatRate, percentOf, sum } from '../money.ts';
import { organizingKinds } from '../rate-card.ts';
import type { PriceLine, RuleInput } from './context.ts';

/** Packing and unpacking by our organizers, and the one tax line on their sum (`product.md` §2). */
export function organizingLines({ request, card }: RuleInput): PriceLine[] {
  const move = request.miniMove;
  if (!move) return [];
  const lines: PriceLine[] = [];
  for (const kind of organizingKinds) {
    const service = move[kind] ? card.organizing.get(move.package)?.get(kind) : undefined;
    if (!service) continue;
    const { code, name: label, priceCents } = service;
    lines.push({ kind: 'organizing', code, label, amountCents: cents(priceCents) });
  }
  const rate = basisPoints(card.card.organizingTaxBasisPoints);
  const tax = percentOf(sum(lines.map((line) => line.amountCents)), rate);
  if (tax === 0) return lines;
  return [
    ...lines,
    {
      kind: 'tax',
      code: 'organizing_tax',
      label: `Sales tax on organizing (${formatRate(rate)})`,
      amountCents: tax,
    },
  ];
}
