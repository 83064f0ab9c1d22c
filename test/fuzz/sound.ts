import fc from 'fast-check';
import { bookingRequest } from '../support/bookings.ts';
import { type ActorName, actors } from './scene.ts';
import { valuesOf } from './values.ts';

/** Requests that pass, for the twisted ones to start from. */

export interface Operation {
  readonly method: string;
  /** As OpenAPI writes it: `/bookings/{id}`. */
  readonly path: string;
  readonly parameters: readonly any[];
  /** The schema of the body, if there is one. */
  readonly schema: any;
  readonly success: number;
  /** Only a signed-in customer may. */
  readonly takesSession: boolean;
}

export function operationsOf(document: any): Operation[] {
  return Object.entries<any>(document.paths).flatMap(([path, item]) =>
    Object.entries<any>(item).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      parameters: operation.parameters ?? [],
      schema: operation.requestBody?.content['application/json'].schema,
      takesSession: operation.security?.length === 1 && 'customerSession' in operation.security[0],
      success: Number(Object.keys(operation.responses).find((status) => status.startsWith('2'))),
    })),
  );
}

const day = fc.constantFrom(
  '2027-05-12',
  '2027-05-15',
  '2027-04-07',
  '2027-06-30',
  '2027-07-04',
  '2027-09-14',
);
const window = fc.constantFrom({ pickupWindow: 'morning' }, { pickupWindow: 'flexible' });
const code = fc.constantFrom(undefined, undefined, 'SPRING10', 'FREE100', 'fix50', 'NOSUCH');
const items = fc.constantFrom(
  [{ item: 'peloton', quantity: 1 }],
  [
    { item: 'crib', quantity: 2 },
    { item: 'surfboard', quantity: 1 },
  ],
  [{ item: 'wardrobe_box', quantity: 999 }],
);

/** What each service asks for, besides what all do. */
const services: fc.Arbitrary<object> = fc.oneof(
  fc.constantFrom(
    { service: 'mini_move', miniMove: { package: 'petite', itemCount: 12 } },
    { service: 'mini_move', miniMove: { package: 'petite', itemCount: 15, packing: true }, coi: true },
    { service: 'mini_move', miniMove: { package: 'standard' }, pickupWindow: 'specific_hour', pickupHour: 8 },
    { service: 'mini_move', miniMove: { package: 'full', itemCount: 999, packing: true, unpacking: true } },
  ),
  fc.constantFrom(
    {
      service: 'standard_delivery',
      standardDelivery: { itemCount: 3, description: 'Boxes', heaviestItemLbs: 20 },
    },
    { service: 'standard_delivery', standardDelivery: { itemCount: 999 } },
  ),
  items.map((specialtyItems) => ({ service: 'specialty_item', specialtyItems })),
  items.map((specialtyItems) => ({
    service: 'standard_delivery',
    standardDelivery: { itemCount: 0 },
    specialtyItems,
  })),
  fc.constantFrom('to_airport', 'from_airport').map((direction) => ({
    service: 'airport_transfer',
    airportTransfer: { airport: 'JFK', direction, bags: 2, flightDate: '2027-05-12', flightTime: '18:00' },
    pickupDate: '2027-05-12',
    pickupAddress: undefined,
    deliveryAddress: undefined,
  })),
);

const quotes = fc
  .record({
    pickupDate: day,
    window,
    discountCode: code,
    service: services,
    zip: fc.constantFrom('10013', '11937'),
  })
  .map(({ pickupDate, window: chosen, discountCode, service, zip }) => {
    const { contact, pickupAddress, deliveryAddress, miniMove, ...plain } = bookingRequest();
    return withoutGaps({ ...plain, pickupDate, ...chosen, discountCode, deliveryZip: zip, ...service });
  });

const people = fc.constantFrom<Record<string, unknown>>(
  {},
  { contact: bookingRequest().contact },
  {
    contact: bookingRequest().contact,
    pickupAddress: bookingRequest().pickupAddress,
    instructions: 'Ring twice',
  },
  { marketingOptIn: true, instructions: '🚚'.repeat(1_000) },
);

/** Parts of a booking that fit whatever the others are. */
const patches = fc.constantFrom<object>(
  {},
  { instructions: 'Ring twice' },
  { instructions: null, discountCode: null },
  { pickupDate: '2027-05-15' },
  { discountCode: 'SPRING10' },
  { contact: bookingRequest().contact },
  { coi: true, marketingOptIn: true },
);

/** Bodies that pass; of an operation that is not named here, what its schema says. */
export function soundBodies(operation: Operation, document: any, actor: ActorName): fc.Arbitrary<unknown> {
  const { method, path, schema } = operation;
  if (!schema) return fc.constant(undefined);
  if (path === '/quotes') return quotes;
  if (path === '/bookings') {
    return fc.tuple(quotes, people).map(([quote, more]) => ({ ...quote, ...atAirport(quote, more) }));
  }
  if (method === 'PATCH' && path === '/bookings/{id}') return patches;
  if (path.endsWith('/checkout')) return fc.constant({ expectedTotalCents: `{${actor}.total}` });
  if (path === '/customer/sign-in')
    return fc.constantFrom({ email: ' Jo@Example.com ' }, { email: 'nobody@example.com' });
  return valuesOf(schema, document, 0);
}

/** The airport's end has no address to compare. */
function atAirport(quote: object, more: Record<string, unknown>): object {
  const { pickupAddress, ...rest } = more;
  return 'airportTransfer' in quote ? rest : more;
}

function withoutGaps(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Mostly bookings that may still be changed. */
export const anyActor = fc.constantFrom<ActorName>('inquiry', ...actors, 'inquiry', 'held', 'bare');
