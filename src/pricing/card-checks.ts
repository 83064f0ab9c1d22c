import { isAirportEnd } from './quote-checks.ts';
import type { QuoteRequest } from './quote-request.ts';
import { type CompiledRateCard, organizingKey } from './rate-card.ts';
import { fiveDigits } from './rules/zone.ts';
import type { Violation } from './violations.ts';

/** A request of which any field may be missing. */
export type PartialQuoteRequest = {
  readonly [Field in keyof QuoteRequest]?: QuoteRequest[Field] | undefined;
};

/**
 * What the rate card has against a basket: unknown codes, too many items, too heavy, not served … all of it at once.
 * Takes part of a request too, so that a request with a malformed field still hears about its other troubles.
 */
export function cardViolations(request: PartialQuoteRequest, card: CompiledRateCard): Violation[] {
  return miniMoveViolations(request, card).concat(
    deliveryViolations(request, card),
    airportViolations(request, card),
    zipViolations(request, card),
  );
}

function miniMoveViolations(
  { miniMove, pickupWindow }: PartialQuoteRequest,
  card: CompiledRateCard,
): Violation[] {
  if (!miniMove) return [];
  const chosen = card.packages.get(miniMove.package);
  if (!chosen) return [violation('miniMove.package', 'unknown_package', 'There is no such package.')];
  const found: Violation[] = [];
  if (chosen.maxItems !== null && (miniMove.itemCount ?? 0) > chosen.maxItems) {
    found.push(
      violation(
        'miniMove.itemCount',
        'too_many_items',
        `${chosen.name} takes up to ${chosen.maxItems} items. Choose a larger package.`,
      ),
    );
  }
  found.push(...tooHeavy('miniMove.heaviestItemLbs', miniMove.heaviestItemLbs, chosen.maxItemWeightLbs));
  if (pickupWindow === 'specific_hour' && chosen.specificHourFeeCents === null) {
    found.push(
      violation('pickupWindow', 'hour_not_available', `${chosen.name} does not offer a specific hour.`),
    );
  }
  for (const kind of ['packing', 'unpacking'] as const) {
    if (miniMove[kind] && !card.organizing.has(organizingKey(miniMove.package, kind))) {
      found.push(violation(`miniMove.${kind}`, 'not_offered', `${chosen.name} is not offered with ${kind}.`));
    }
  }
  return found;
}

function deliveryViolations(
  { standardDelivery, specialtyItems }: PartialQuoteRequest,
  card: CompiledRateCard,
): Violation[] {
  const terms = card.card.standardDelivery;
  const found: Violation[] = [];
  if (standardDelivery) {
    if (standardDelivery.itemCount > 0 && standardDelivery.itemCount < terms.minimumItems) {
      found.push(
        violation(
          'standardDelivery.itemCount',
          'too_few_items',
          `We deliver from ${terms.minimumItems} items on.`,
        ),
      );
    }
    found.push(
      ...tooHeavy(
        'standardDelivery.heaviestItemLbs',
        standardDelivery.heaviestItemLbs,
        terms.maxItemWeightLbs,
      ),
    );
  }
  specialtyItems?.forEach(({ item }, index) => {
    if (!card.specialtyItems.has(item)) {
      found.push(violation(`specialtyItems.${index}.item`, 'unknown_item', 'There is no such item.'));
    }
  });
  return found;
}

function airportViolations({ airportTransfer }: PartialQuoteRequest, card: CompiledRateCard): Violation[] {
  if (!airportTransfer) return [];
  const found: Violation[] = [];
  const airport = card.airports.get(airportTransfer.airport);
  if (!airport) {
    found.push(violation('airportTransfer.airport', 'unknown_airport', 'We do not serve this airport.'));
  } else if (
    airportTransfer.terminal !== undefined &&
    !airport.terminals.includes(airportTransfer.terminal)
  ) {
    found.push(
      violation(
        'airportTransfer.terminal',
        'unknown_terminal',
        `${airport.code} has the terminals ${airport.terminals.join(', ')}.`,
      ),
    );
  }
  const fewest = card.card.airportTransfer.minimumBags;
  if (airportTransfer.bags < fewest) {
    found.push(
      violation('airportTransfer.bags', 'too_few_bags', `Airport transfers start at ${fewest} bags.`),
    );
  }
  return found;
}

const ends = ['pickupZip', 'deliveryZip'] as const;

function zipViolations(request: PartialQuoteRequest, card: CompiledRateCard): Violation[] {
  return ends.flatMap((end) => {
    const zip = fiveDigits(request[end]);
    if (zip === null || isAirportEnd(request, end) || !/^\d{5}$/.test(zip) || card.zoneOf.has(zip)) return [];
    return [violation(end, 'not_served', `We do not serve ZIP ${zip} yet.`)];
  });
}

function tooHeavy(path: string, weight: number | undefined, limit: number): Violation[] {
  if (weight === undefined || weight <= limit) return [];
  return [violation(path, 'too_heavy', `Each item may weigh up to ${limit} lbs.`)];
}

function violation(path: string, code: string, message: string): Violation {
  return { path, code, message };
}
