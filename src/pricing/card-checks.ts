import { isAirportEnd } from './quote-checks.ts';
import type { QuoteRequest } from './quote-request.ts';
import { type CompiledRateCard, organizingKinds } from './rate-card.ts';
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
  const found: Violation[] = [];
  const complain: Complain = (path, code, message) => found.push({ path, code, message });
  checkMiniMove(request, card, complain);
  checkDelivery(request, card, complain);
  checkAirport(request, card, complain);
  checkZip(request, 'pickupZip', card, complain);
  checkZip(request, 'deliveryZip', card, complain);
  return found;
}

type Complain = (path: string, code: string, message: string) => void;

function checkMiniMove(
  { miniMove, pickupWindow }: PartialQuoteRequest,
  card: CompiledRateCard,
  complain: Complain,
): void {
  if (!miniMove) return;
  const chosen = card.packages.get(miniMove.package);
  if (!chosen) return complain('miniMove.package', 'unknown_package', 'There is no such package.');
  if (chosen.maxItems !== null && (miniMove.itemCount ?? 0) > chosen.maxItems) {
    complain(
      'miniMove.itemCount',
      'too_many_items',
      `${chosen.name} takes up to ${chosen.maxItems} items. Choose a larger package.`,
    );
  }
  checkWeight('miniMove.heaviestItemLbs', miniMove.heaviestItemLbs, chosen.maxItemWeightLbs, complain);
  if (pickupWindow === 'specific_hour' && chosen.specificHourFeeCents === null) {
    complain('pickupWindow', 'hour_not_available', `${chosen.name} does not offer a specific hour.`);
  }
  for (const kind of organizingKinds) {
    if (miniMove[kind] && !card.organizing.get(miniMove.package)?.has(kind)) {
      complain(`miniMove.${kind}`, 'not_offered', `${chosen.name} is not offered with ${kind}.`);
    }
  }
}

function checkDelivery(
  { standardDelivery, specialtyItems }: PartialQuoteRequest,
  card: CompiledRateCard,
  complain: Complain,
): void {
  const terms = card.card.standardDelivery;
  if (standardDelivery) {
    if (standardDelivery.itemCount > 0 && standardDelivery.itemCount < terms.minimumItems) {
      complain(
        'standardDelivery.itemCount',
        'too_few_items',
        `We deliver from ${terms.minimumItems} items on.`,
      );
    }
    checkWeight(
      'standardDelivery.heaviestItemLbs',
      standardDelivery.heaviestItemLbs,
      terms.maxItemWeightLbs,
      complain,
    );
  }
  specialtyItems?.forEach(({ item }, index) => {
    if (!card.specialtyItems.has(item)) {
      complain(`specialtyItems.${index}.item`, 'unknown_item', 'There is no such item.');
    }
  });
}

function checkAirport(
  { airportTransfer }: PartialQuoteRequest,
  card: CompiledRateCard,
  complain: Complain,
): void {
  if (!airportTransfer) return;
  const { terminal, bags } = airportTransfer;
  const airport = card.airports.get(airportTransfer.airport);
  if (!airport) {
    complain('airportTransfer.airport', 'unknown_airport', 'We do not serve this airport.');
  } else if (terminal !== undefined && !airport.terminals.includes(terminal)) {
    complain(
      'airportTransfer.terminal',
      'unknown_terminal',
      `${airport.code} has the terminals ${airport.terminals.join(', ')}.`,
    );
  }
  const fewest = card.card.airportTransfer.minimumBags;
  if (bags < fewest) {
    complain('airportTransfer.bags', 'too_few_bags', `Airport transfers start at ${fewest} bags.`);
  }
}

function checkZip(
  request: PartialQuoteRequest,
  end: 'pickupZip' | 'deliveryZip',
  card: CompiledRateCard,
  complain: Complain,
): void {
  const zip = fiveDigits(request[end]);
  if (zip === null || card.zoneOf.has(zip) || isAirportEnd(request, end) || !/^\d{5}$/.test(zip)) return;
  complain(end, 'not_served', `We do not serve ZIP ${zip} yet.`);
}

function checkWeight(path: string, weight: number | undefined, limit: number, complain: Complain): void {
  if (weight === undefined || weight <= limit) return;
  complain(path, 'too_heavy', `Each item may weigh up to ${limit} lbs.`);
}
