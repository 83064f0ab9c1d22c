import type { Cents } from '../money.ts';
import type { QuoteRequest } from '../quote-request.ts';
import type { CompiledRateCard } from '../rate-card.ts';

/** Kinds of price lines, in the order in which they are shown (`api.md`). */
export const lineKinds = [
  'base',
  'minimum',
  'specialty',
  'surcharge',
  'same_day',
  'coi',
  'zone',
  'window',
  'organizing',
  'tax',
] as const;

export interface PriceLine {
  readonly kind: (typeof lineKinds)[number] | 'adjustment';
  readonly code: string;
  readonly label: string;
  readonly reason?: string;
  readonly quantity?: number;
  readonly amountCents: Cents;
}

/** What every rule is given: a request that passed, and the card. */
export interface RuleInput {
  readonly request: QuoteRequest;
  readonly card: CompiledRateCard;
}
