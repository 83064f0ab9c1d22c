import type { Row } from '../../admin/kit/columns.ts';
import { phoneWords } from '../../admin/kit/words.ts';
import { Refusal } from '../../errors.ts';
import type { AddressSnapshot, Basket } from './basket.ts';
import type { BookingValues } from './booking-form.resource.ts';
import type { PhoneBooking } from './create-booking.ts';

/** Between the fields of the booking form and a request, both ways. */

/** The request that a filled-in form means. */
export function phoneBookingOf(values: BookingValues): PhoneBooking {
  const { service, pickupDate, pickupWindow, pickupHour, coi, marketingOptIn } = values;
  const contact = [values.firstName, values.lastName, values.email, values.phone];
  const request = {
    service,
    ...basketOf(values),
    pickupDate,
    pickupWindow,
    ...(pickupHour !== undefined && { pickupHour: Number(pickupHour) }),
    ...(values.sameDay && { sameDay: true }),
    ...(values.pickupZip !== undefined && { pickupZip: values.pickupZip }),
    ...(values.deliveryZip !== undefined && { deliveryZip: values.deliveryZip }),
    ...(contact.some(Boolean) && {
      contact: {
        firstName: values.firstName,
        lastName: values.lastName,
        email: values.email,
        phone: values.phone,
      },
    }),
    ...addressOf('pickupAddress', values.pickupZip, {
      line1: values.pickupLine1,
      line2: values.pickupLine2,
      city: values.pickupCity,
      state: values.pickupState,
      notes: values.pickupNotes,
    }),
    ...addressOf('deliveryAddress', values.deliveryZip, {
      line1: values.deliveryLine1,
      line2: values.deliveryLine2,
      city: values.deliveryCity,
      state: values.deliveryState,
      notes: values.deliveryNotes,
    }),
    coi,
    ...(values.discountCode && { discountCode: values.discountCode }),
    ...(values.instructions && { instructions: values.instructions }),
    marketingOptIn,
  };
  return { request, cutOffOverrideReason: values.cutOffOverrideReason || null };
}

function basketOf(values: BookingValues): object {
  const { itemCount, heaviestItemLbs, description } = values;
  const goods = {
    ...(heaviestItemLbs != null && { heaviestItemLbs }),
    ...(description && { description }),
  };
  const items = Object.entries(values.specialtyItems ?? {}).map(([item, quantity]) => ({ item, quantity }));
  switch (values.service) {
    case 'mini_move': {
      const { package: code, packing, unpacking } = values;
      return {
        miniMove: { package: code, packing, unpacking, ...goods, ...(itemCount != null && { itemCount }) },
      };
    }
    case 'standard_delivery':
      return {
        standardDelivery: { itemCount: itemCount ?? 0, ...goods },
        ...(items.length > 0 && { specialtyItems: items }),
      };
    case 'specialty_item':
      return { specialtyItems: items };
    default: {
      const { airport, direction, bags, flightDate, terminal, flightTime } = values;
      const known = { airport, direction, bags, flightDate };
      return {
        airportTransfer: { ...known, ...(terminal && { terminal }), ...(flightTime && { flightTime }) },
      };
    }
  }
}

interface GivenAddress {
  readonly line1: string | undefined;
  readonly line2: string | undefined;
  readonly city: string | undefined;
  readonly state: string | undefined;
  readonly notes: string | undefined;
}

/** An address as soon as anything of it is given; its ZIP is the one that is priced. */
function addressOf(name: string, zip: string | undefined, { state, ...given }: GivenAddress): object {
  if (!Object.values(given).some(Boolean)) return {};
  return { [name]: { ...given, state, zip } };
}

/** A booking as the form's fields hold it. */
export function bookingValues(row: Row): Row {
  const { miniMove, standardDelivery, specialtyItems, airportTransfer } = row.basket as Basket;
  const goods = miniMove ?? standardDelivery;
  return {
    service: row.service,
    package: miniMove?.package,
    itemCount: goods?.itemCount,
    heaviestItemLbs: goods?.heaviestItemLbs,
    description: goods?.description ?? '',
    packing: miniMove?.packing ?? false,
    unpacking: miniMove?.unpacking ?? false,
    specialtyItems: specialtyItems
      ? Object.fromEntries(specialtyItems.map(({ item, quantity }) => [item, quantity]))
      : null,
    ...airportTransfer,
    pickupDate: row.pickupDate,
    pickupWindow: row.pickupWindow,
    ...(typeof row.pickupHour === 'number' && { pickupHour: String(row.pickupHour) }),
    sameDay: row.sameDay ?? false,
    cutOffOverrideReason: row.cutOffOverrideReason ?? '',
    firstName: row.contactFirstName ?? '',
    lastName: row.contactLastName ?? '',
    email: row.contactEmail ?? '',
    phone: phoneWords(row.contactPhone),
    ...placeValues('pickup', row.pickupZip, row.pickupAddress),
    ...placeValues('delivery', row.deliveryZip, row.deliveryAddress),
    coi: row.coi,
    discountCode: row.discountCode ?? '',
    instructions: row.instructions,
    marketingOptIn: row.marketingOptIn,
  };
}

function placeValues(end: string, zip: unknown, address: unknown): Row {
  const {
    line1 = '',
    line2 = '',
    city = '',
    state = 'NY',
    notes = '',
  } = (address as Partial<AddressSnapshot> | null | undefined) ?? {};
  return {
    [`${end}Zip`]: zip ?? '',
    [`${end}Line1`]: line1,
    [`${end}Line2`]: line2,
    [`${end}City`]: city,
    [`${end}State`]: state,
    [`${end}Notes`]: notes,
  };
}

/** Tells a refusal of the request at the form's own fields. */
export async function atFields<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal) || !error.facts.violations) throw error;
    const violations = error.facts.violations.map((each) => ({ ...each, path: fieldOf(each.path) }));
    throw new Refusal(error.code, { ...error.facts, violations });
  }
}

/** `pickupAddress.line1` is `pickupLine1`, `miniMove.itemCount` is `itemCount`, `specialtyItems.0.item` is `specialtyItems`. */
function fieldOf(path: string): string {
  const [root = '', inner] = path.split('.');
  if (root === 'specialtyItems' || inner === undefined) return sections[root] ?? root;
  const end = /^(pickup|delivery)Address$/.exec(root)?.[1];
  return end === undefined ? inner : `${end}${inner.charAt(0).toUpperCase()}${inner.slice(1)}`;
}

const sections: Readonly<Record<string, string>> = {
  miniMove: 'package',
  standardDelivery: 'itemCount',
  airportTransfer: 'airport',
  contact: 'firstName',
  pickupAddress: 'pickupLine1',
  deliveryAddress: 'deliveryLine1',
};
