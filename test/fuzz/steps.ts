import fc from 'fast-check';
import { addDays, parseServiceDay } from '../../src/clock.ts';
import { bookingRequest } from '../support/bookings.ts';

/** What a customer, a card and the clock may do, as plain data: a shrunk sequence is a test. Bookings go by number. */
export type Step =
  | {
      readonly do: 'create';
      readonly day: string;
      /** Put over a plain mini move; another service takes the place of the move, and no contact is `contact: 'none'`. */
      readonly changes: Readonly<Record<string, unknown>>;
    }
  | { readonly do: 'read' | 'validate' | 'cancel'; readonly booking: number }
  | { readonly do: 'patch'; readonly booking: number; readonly patch: Readonly<Record<string, unknown>> }
  | {
      readonly do: 'checkout';
      readonly booking: number;
      /** What is added to the price that the booking shows. */
      readonly off: number;
      /** `new` is a key of its own; the others are used again. */
      readonly key: 'new' | 'a' | 'b';
    }
  | { readonly do: 'pay'; readonly booking: number; readonly card: string; readonly intent: 'last' | 'first' }
  | { readonly do: 'wait'; readonly duration: string }
  | { readonly do: 'both'; readonly steps: readonly [Step, Step] };

const FIRST_DAY = parseServiceDay('2027-04-06');

/** Days near the cut-off, and many others, since a day has only so much room. */
const day = fc.oneof(
  { arbitrary: fc.integer({ min: 20, max: 150 }), weight: 5 },
  { arbitrary: fc.integer({ min: 0, max: 3 }), weight: 1 },
);
const serviceDay = day.map((ahead) => addDays(FIRST_DAY, ahead));

const creation: fc.Arbitrary<Step> = fc
  .record({
    day: serviceDay,
    changes: fc.constantFrom<Record<string, unknown>>(
      {},
      {},
      { coi: true },
      { discountCode: 'SPRING10' },
      { discountCode: 'FREE100' },
      { miniMove: { package: 'petite' }, contact: 'none' },
      {
        service: 'standard_delivery',
        standardDelivery: { itemCount: 2, description: 'Boxes', heaviestItemLbs: 30 },
      },
      { service: 'specialty_item', specialtyItems: [{ item: 'peloton', quantity: 1 }] },
      { service: 'specialty_item', specialtyItems: [{ item: 'crib', quantity: 999 }] },
    ),
  })
  .map(({ day: chosen, changes }) => ({ do: 'create', day: chosen, changes }));

const { contact } = bookingRequest();

const patch: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc.oneof(
  fc.constantFrom<Record<string, unknown>>(
    {},
    { instructions: 'Ring twice' },
    { contact: { ...contact, firstName: 'Joe' } },
    { contact },
    { miniMove: { package: 'standard', itemCount: 20 } },
    { miniMove: { package: 'petite', itemCount: 12 } },
    { pickupWindow: 'flexible' },
    { pickupWindow: 'specific_hour', pickupHour: 9 },
    { discountCode: 'SPRING10' },
    { discountCode: null },
    { discountCode: 'FREE100' },
    { coi: true },
    { service: 'specialty_item', specialtyItems: [{ item: 'surfboard', quantity: 2 }] },
    { service: 'mini_move', miniMove: { package: 'full', itemCount: 40 } },
    { status: 'confirmed' },
    { miniMove: { package: 'petite', itemCount: 99 } },
    { deliveryZip: '11937', deliveryAddress: { ...bookingRequest().deliveryAddress, zip: '11937' } },
    { deliveryZip: '99999' },
  ),
  serviceDay.map((pickupDate) => ({ pickupDate })),
);

const booking = fc.nat({ max: 2 });

const oneStep: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ do: fc.constantFrom('read', 'validate'), booking }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant('patch'), booking, patch }), weight: 4 },
  {
    arbitrary: fc.record({
      do: fc.constant('checkout'),
      booking,
      off: fc.constantFrom(0, 0, 0, 0, 1, -1, 100_000),
      key: fc.constantFrom('new', 'new', 'a', 'b'),
    }),
    weight: 6,
  },
  {
    arbitrary: fc.record({
      do: fc.constant('pay'),
      booking,
      card: fc.constantFrom('pm_card_visa', 'pm_card_chargeDeclined', 'pm_card_authenticationRequired'),
      intent: fc.constantFrom('last', 'last', 'last', 'first'),
    }),
    weight: 4,
  },
  { arbitrary: fc.record({ do: fc.constant('cancel'), booking }), weight: 2 },
);

const wait: fc.Arbitrary<Step> = fc
  .constantFrom('PT1M', 'PT16M', 'PT31M', 'PT61M', 'PT9H', 'PT25H')
  .map((duration) => ({ do: 'wait', duration }));

const both: fc.Arbitrary<Step> = fc
  .tuple(oneStep, fc.oneof({ arbitrary: oneStep, weight: 4 }, { arbitrary: wait, weight: 1 }))
  .map((steps) => ({ do: 'both', steps }));

const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: creation, weight: 2 },
  { arbitrary: oneStep, weight: 12 },
  { arbitrary: wait, weight: 2 },
  { arbitrary: both, weight: 3 },
);

/** Sequences that begin with a booking. */
export const anySequence: fc.Arbitrary<readonly Step[]> = fc
  .tuple(creation, fc.array(step, { minLength: 1, maxLength: 16 }))
  .map(([first, rest]) => [first, ...rest]);
