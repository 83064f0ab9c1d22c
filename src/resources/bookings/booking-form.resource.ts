import { z } from 'zod';
import type { Row } from '../../admin/kit/columns.ts';
import {
  choice,
  count,
  day,
  type Form,
  hiddenWhen,
  inForm,
  line,
  long,
  optional,
  optionalLine,
  quantities,
  section,
  shownWhen,
  yesNo,
} from '../../admin/kit/fields.ts';
import { phoneWords, serviceWords } from '../../admin/kit/words.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import { currentRateCard } from '../services/load-rate-card.ts';
import type { RateCardSnapshot } from '../services/rate-card-snapshot.ts';
import type { AddressSnapshot, Basket } from './basket.ts';
import type { PhoneBooking } from './create-booking.ts';

/** A booking as the office fills it in on the phone: a form of the moment's rate card, and its way to a request and back. */

const windows = { morning: 'Morning, 8–11 am', specific_hour: 'At a certain hour', flexible: 'Flexible' };
const hours = { '8': '8 am', '9': '9 am', '10': '10 am' };
const states = { NY: 'New York', NJ: 'New Jersey', CT: 'Connecticut' };
const directions = { to_airport: 'To the airport', from_airport: 'From the airport' };

/** The form with what the catalogue offers now. */
export async function bookingForm(ctx: Context): Promise<Form> {
  return formOf(await currentRateCard(ctx));
}

function formOf(snapshot: RateCardSnapshot) {
  return z.strictObject({
    ...section('What', whatFields(snapshot)),
    ...section('When', whenFields()),
    ...section('Who', whoFields()),
    ...section('Pickup', whereFields('pickup', 'Pickup', 'from_airport')),
    ...section('Delivery', whereFields('delivery', 'Delivery', 'to_airport')),
    ...section('More', moreFields()),
  });
}
export type BookingValues = z.output<ReturnType<typeof formOf>>;

function whatFields({ card: { card } }: RateCardSnapshot) {
  const priced = (name: string, amount: number) => `${name}, ${formatUsd(cents(amount))}`;
  const packages = Object.fromEntries(
    card.miniMovePackages.map(({ code, name, priceCents, maxItems }) => [
      code,
      `${priced(name, priceCents)}${maxItems === null ? '' : `, up to ${maxItems} items`}`,
    ]),
  );
  const items = Object.fromEntries(
    card.specialtyItems.map(({ code, name, priceCents }) => [code, priced(name, priceCents)]),
  );
  const airports = Object.fromEntries(
    card.airportTransfer.airports.map(({ code, name }) => [
      code,
      name === undefined ? code : `${name} (${code})`,
    ]),
  );
  const forService = <Schema extends z.ZodType>(services: string[], schema: Schema) =>
    shownWhen('service', services, schema);
  const move = ['mini_move'];
  const goods = ['mini_move', 'standard_delivery'];
  const flight = ['airport_transfer'];
  return {
    service: choice('Service', serviceWords),
    package: forService(move, choice('Package', packages)),
    itemCount: forService(goods, optional(count('Number of items', 0))),
    heaviestItemLbs: forService(goods, optional(count('Heaviest item, in pounds'))),
    description: forService(goods, optionalLine('What the items are', 500)),
    packing: forService(move, yesNo('With packing').default(false)),
    unpacking: forService(move, yesNo('With unpacking').default(false)),
    specialtyItems: forService(
      ['standard_delivery', 'specialty_item'],
      optional(quantities('Specialty items', items, 999)),
    ),
    airport: forService(flight, choice('Airport', airports)),
    terminal: forService(flight, optionalLine('Terminal', 20)),
    direction: forService(flight, choice('Direction', directions)),
    bags: forService(flight, count('Bags')),
    flightDate: forService(flight, day('Day of the flight')),
    flightTime: forService(
      flight,
      optional(
        z
          .string()
          .trim()
          .refine(...inForm(/^([01]\d|2[0-3]):[0-5]\d$/, 'Use a time like 09:30 or 13:30.'))
          .meta({ label: 'Time of the flight', kind: 'line', maximumLength: 5, help: 'Like 13:30.' }),
      ),
    ),
  };
}

function whenFields() {
  return {
    pickupDate: day('Service day'),
    pickupWindow: choice('Window', windows),
    pickupHour: shownWhen('pickupWindow', ['specific_hour'], choice('Hour', hours)),
    sameDay: shownWhen(
      'service',
      ['standard_delivery', 'specialty_item'],
      yesNo('Charge the same-day fee').default(false),
    ),
    cutOffOverrideReason: long(
      'Why it may pass the cut-off',
      2_000,
      'Only for today, or for tomorrow after the cut-off. It stays on the booking.',
    ),
  };
}

function whoFields() {
  return {
    firstName: optionalLine('First name'),
    lastName: optionalLine('Last name'),
    email: optionalLine('E-mail', 254),
    phone: optionalLine('Phone', 30),
  };
}

/** At an airport's end there is neither ZIP nor address. */
function whereFields<End extends 'pickup' | 'delivery'>(end: End, words: string, airportWay: string) {
  const fields = {
    Zip: line(`${words} ZIP`, 10),
    Line1: optionalLine(`${words} street`, 200),
    Line2: optionalLine(`${words} apartment, floor`, 200),
    City: optionalLine(`${words} city`),
    State: choice(`${words} state`, states),
    Notes: long(`${words} access`, 2_000, 'Stairs, elevator, doorman.'),
  };
  return Object.fromEntries(
    Object.entries(fields).map(([name, schema]) => [
      `${end}${name}`,
      hiddenWhen('direction', [airportWay], schema as z.ZodType),
    ]),
  ) as unknown as { [Name in keyof typeof fields as `${End}${Name}`]: (typeof fields)[Name] };
}

function moreFields() {
  return {
    coi: yesNo('The building wants a certificate').default(false),
    discountCode: optionalLine('Discount code', 50),
    instructions: long('Instructions', 2_000, 'What the customer asks for; the crew sees them.'),
    marketingOptIn: yesNo('Wants our news').default(false),
  };
}

/** What an empty form begins with. */
export const emptyBooking = { pickupWindow: 'morning', pickupState: 'NY', deliveryState: 'NY' };

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
