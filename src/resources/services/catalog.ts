import type { RateCard } from '../../pricing/rate-card.ts';
import type { Airport } from './airport.model.ts';
import type { MiniMovePackage } from './mini-move-package.model.ts';
import type { Catalog } from './rate-card-snapshot.ts';
import type { SpecialtyItem } from './specialty-item.model.ts';

interface DescribedRows {
  readonly packages: readonly MiniMovePackage[];
  readonly specialtyItems: readonly SpecialtyItem[];
  readonly airports: readonly Airport[];
  readonly specialtyMinimumCents: number;
}

/** The public view of a rate card: names, prices, limits; no rule of ours beyond them. */
export function catalogOf(card: RateCard, rows: DescribedRows): Catalog {
  const descriptions = new Map(
    [...rows.packages, ...rows.specialtyItems].map((row) => [row.code, row.description]),
  );
  return {
    packages: card.miniMovePackages.map((each) => ({
      ...each,
      description: descriptions.get(each.code) ?? '',
      specificHourOffered: each.specificHourFeeCents !== null,
    })),
    organizingServices: card.organizingServices,
    standardDelivery: card.standardDelivery,
    specialtyDelivery: card.specialtyDelivery,
    specialtyItems: card.specialtyItems.map((each) => ({
      ...each,
      description: descriptions.get(each.code) ?? '',
    })),
    airportTransfer: {
      pricePerBagCents: card.airportTransfer.pricePerBagCents,
      minimumBags: card.airportTransfer.minimumBags,
      minimumChargeCents: card.airportTransfer.minimumChargeCents,
    },
    airports: rows.airports.map(({ code, name, terminals }) => ({ code, name, terminals })),
  };
}
