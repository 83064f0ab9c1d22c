import type { CompiledRateCard } from '../../pricing/rate-card.ts';
import type { Settings } from '../crm/settings.ts';

/** All that pricing and the calendar need, read at one moment and never changed. */
export interface RateCardSnapshot {
  readonly version: number;
  readonly card: CompiledRateCard;
  readonly settings: Settings;
  /** By upper-case code: what decides whether a code may be used now. */
  readonly codes: ReadonlyMap<string, CodeValidity>;
  readonly vans: readonly { readonly slots: number; readonly specialtyLimit: number }[];
  readonly load: VanLoadTerms;
  /** Words for a customer, by code of a package or specialty item. */
  readonly descriptions: ReadonlyMap<string, string>;
}

export interface CodeValidity {
  readonly id: string;
  readonly validFrom: Date | null;
  readonly validUntil: Date | null;
  readonly limited: boolean;
}

/** Slots that each thing takes of a van; `null` takes the whole van. */
export interface VanLoadTerms {
  readonly packages: ReadonlyMap<string, number | null>;
  readonly specialtyItems: ReadonlyMap<string, number>;
  readonly standardDelivery: number;
  readonly airportTransfer: number;
}
