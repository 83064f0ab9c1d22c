import { flightViolation } from './airport-times.ts';
import type { Service } from './rate-card.ts';

/** Checks of a quote request that concern several of its fields. They add to whatever else is wrong. */

interface CheckedRequest {
  service: Service;
  pickupDate: string;
  pickupZip?: unknown;
  deliveryZip?: unknown;
  pickupWindow: string;
  pickupHour?: number | undefined;
  miniMove?: object | undefined;
  standardDelivery?: { itemCount: number } | undefined;
  specialtyItems?: { item: string; quantity: number }[] | undefined;
  airportTransfer?:
    | { direction: 'to_airport' | 'from_airport'; flightDate: string; flightTime?: string | undefined }
    | undefined;
}

type Section = 'miniMove' | 'standardDelivery' | 'specialtyItems' | 'airportTransfer';

const sections: Readonly<Record<Service, { required: readonly Section[]; optional: readonly Section[] }>> = {
  mini_move: { required: ['miniMove'], optional: [] },
  standard_delivery: { required: ['standardDelivery'], optional: ['specialtyItems'] },
  specialty_item: { required: ['specialtyItems'], optional: [] },
  airport_transfer: { required: ['airportTransfer'], optional: [] },
};

const allSections: readonly Section[] = ['miniMove', 'standardDelivery', 'specialtyItems', 'airportTransfer'];

export const OFFERED_HOURS: readonly number[] = [8, 9, 10];

/** Says what is wrong, where, to the person who typed it. */
export type Complain = (path: readonly PropertyKey[], code: string, message: string) => void;

/** Checks several fields of a request together; fields that are wrong by themselves are named in `broken`. */
export type Check<Request> = (request: Request, broken: ReadonlySet<PropertyKey>, complain: Complain) => void;

/** What is wrong between fields. Runs also when single fields are wrong, on those that are right. */
export const checkQuoteRequest: Check<CheckedRequest> = (request, broken, complain) => {
  const sound =
    broken.size === 0
      ? () => true
      : (...fields: (keyof CheckedRequest)[]): boolean => fields.every((field) => !broken.has(field));
  if (sound('service')) checkSections(request, sound, complain);
  if (sound('service', 'airportTransfer')) {
    checkZip(request, 'pickupZip', complain);
    checkZip(request, 'deliveryZip', complain);
  }
  if (sound('pickupWindow', 'pickupHour')) checkHour(request, complain);
  if (sound('service', 'specialtyItems', 'standardDelivery')) checkItems(request, complain);
  if (
    sound('service', 'airportTransfer', 'pickupDate') &&
    request.service === 'airport_transfer' &&
    request.airportTransfer
  ) {
    const late = flightViolation(request.pickupDate, request.airportTransfer);
    if (late) complain(['airportTransfer', late.field], late.code, late.message);
  }
};

/** Whether an end of the trip is the airport, whose ZIP is ignored (`api.md`). */
export function isAirportEnd(
  request: { service?: Service | undefined; airportTransfer?: CheckedRequest['airportTransfer'] },
  end: 'pickupZip' | 'deliveryZip',
): boolean {
  if (request.service !== 'airport_transfer' || !request.airportTransfer) return false;
  return (request.airportTransfer.direction === 'to_airport' ? 'deliveryZip' : 'pickupZip') === end;
}

function checkSections(
  request: CheckedRequest,
  sound: (field: Section) => boolean,
  complain: Complain,
): void {
  const { required, optional } = sections[request.service];
  for (const section of allSections) {
    if (!sound(section)) continue;
    if (required.includes(section) && request[section] === undefined) {
      complain([section], 'required', 'This is required for the chosen service.');
    } else if (!required.includes(section) && !optional.includes(section) && request[section] !== undefined) {
      complain([section], 'not_for_service', 'This does not belong to the chosen service.');
    }
  }
}

function checkZip(request: CheckedRequest, end: 'pickupZip' | 'deliveryZip', complain: Complain): void {
  if (isAirportEnd(request, end)) {
    delete request[end];
    return;
  }
  const zip = request[end];
  if (zip === undefined) {
    complain([end], 'required', 'This is required.');
  } else if (typeof zip !== 'string') {
    complain([end], 'invalid_type', 'This must be text.');
  } else if (/^\d{5}(-\d{4})?$/.test(zip.trim())) {
    request[end] = zip.trim();
  } else {
    complain([end], 'invalid_format', 'Use a ZIP code like 10001 or 10001-1234.');
  }
}

function checkHour(request: CheckedRequest, complain: Complain): void {
  if (request.pickupWindow !== 'specific_hour') {
    if (request.pickupHour !== undefined) {
      complain(['pickupHour'], 'not_for_window', 'Give an hour only with the window specific_hour.');
    }
    return;
  }
  if (request.pickupHour === undefined) {
    complain(['pickupHour'], 'required', 'Choose the hour: 8, 9 or 10.');
  } else if (!OFFERED_HOURS.includes(request.pickupHour)) {
    complain(['pickupHour'], 'hour_not_offered', 'We start at 8, 9 or 10 in the morning.');
  }
}

function checkItems(request: CheckedRequest, complain: Complain): void {
  const items = request.specialtyItems;
  items?.forEach(({ item }, index) => {
    if (items.findIndex((other) => other.item === item) < index)
      complain(['specialtyItems', index, 'item'], 'duplicate_item', 'This item is listed twice.');
  });
  const noItems = !items || items.length === 0;
  if (request.service === 'specialty_item' && items && noItems) {
    complain(['specialtyItems'], 'empty_basket', 'Add at least one item.');
  }
  if (request.service === 'standard_delivery' && request.standardDelivery?.itemCount === 0 && noItems) {
    complain(['standardDelivery', 'itemCount'], 'empty_basket', 'Add at least one item.');
  }
}
