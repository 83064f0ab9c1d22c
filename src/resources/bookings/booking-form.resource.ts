import { z } from 'zod';
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
import type { Context } from '../../context.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import { currentRateCard } from '../services/load-rate-card.ts';
import type { RateCardSnapshot } from '../services/rate-card-snapshot.ts';
import { serviceWords } from './service-words.ts';

/** The form by which the office books on the phone, made of the moment's rate card: each service with its own fields. */

export const windows = {
  morning: 'Morning, 8–11 am',
  specific_hour: 'At a certain hour',
  flexible: 'Flexible',
};
export const hours = { '8': '8 am', '9': '9 am', '10': '10 am' };
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
