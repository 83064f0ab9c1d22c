import type { z } from 'zod';
import { BUSINESS_ZONE } from '../../../clock.ts';
import { OFFERED_HOURS } from '../../../pricing/quote-checks.ts';
import type { RateCard } from '../../../pricing/rate-card.ts';
import type { RateCardSnapshot } from '../../../resources/services/rate-card-snapshot.ts';
import type { catalogSchema } from './schema.ts';

type Catalog = z.input<typeof catalogSchema>;

/** What a customer may know of the rate card: names, prices and limits; no surcharge rule and no code. */
export function presentCatalog(snapshot: RateCardSnapshot): Catalog {
  const { card } = snapshot.card;
  const description = (code: string): string => snapshot.descriptions.get(code) ?? '';
  return {
    currency: card.currency,
    rateCardVersion: snapshot.version,
    packages: card.miniMovePackages.map((each) => ({ ...each, description: description(each.code) })),
    organizingServices: card.organizingServices,
    deliveryTerms: presentDeliveryTerms(card),
    specialtyItems: card.specialtyItems.map((each) => ({ ...each, description: description(each.code) })),
    airports: card.airportTransfer.airports.map(({ code, name, terminals }) => ({
      code,
      name: name ?? code,
      terminals,
    })),
    pickupWindows: [
      { code: 'morning', label: 'Morning, 8 to 11', hours: [] },
      { code: 'specific_hour', label: 'A specific hour', hours: [...OFFERED_HOURS] },
      { code: 'flexible', label: 'Flexible', hours: [] },
    ],
    terms: presentPolicy(snapshot),
  };
}

function presentDeliveryTerms(card: RateCard): Catalog['deliveryTerms'] {
  const { standardDelivery, specialtyDelivery, airportTransfer } = card;
  return {
    standardDelivery: {
      pricePerItemCents: standardDelivery.pricePerItemCents,
      minimumItems: standardDelivery.minimumItems,
      minimumChargeCents: standardDelivery.minimumChargeCents,
      coiFeeCents: standardDelivery.coiFeeCents ?? null,
      maxItemWeightLbs: standardDelivery.maxItemWeightLbs,
    },
    specialtyDelivery: {
      minimumChargeCents: specialtyDelivery.minimumChargeCents,
      coiFeeCents: specialtyDelivery.coiFeeCents ?? null,
    },
    airportTransfer: {
      pricePerBagCents: airportTransfer.pricePerBagCents,
      minimumBags: airportTransfer.minimumBags,
      minimumChargeCents: airportTransfer.minimumChargeCents,
    },
  };
}

function presentPolicy({ settings }: RateCardSnapshot): Catalog['terms'] {
  return {
    holdMinutes: settings.holdMinutes,
    priceLockHours: settings.priceLockHours,
    bookingHorizonDays: settings.bookingHorizonDays,
    cutOffHour: settings.cutOffHour,
    timeZone: BUSINESS_ZONE,
    coiThresholdCents: settings.coiThresholdCents,
    zoneSurchargePerAddressCents: settings.zoneSurchargePerAddressCents,
    organizingTaxBasisPoints: settings.organizingTaxBasisPoints,
    cancellationPolicy: [
      { hoursBefore: settings.fullRefundHours, refundBasisPoints: settings.fullRefundBasisPoints },
      { hoursBefore: settings.partialRefundHours, refundBasisPoints: settings.partialRefundBasisPoints },
      { hoursBefore: 0, refundBasisPoints: 0 },
    ],
  };
}
