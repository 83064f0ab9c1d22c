import { choice, money, text, yesNo } from '../../admin/kit/columns.ts';
import type { ResourceDefinition } from '../../admin/kit/define-resource.ts';
import { formatServiceDay, type ServiceDay } from '../../clock.ts';
import { formatUsd } from '../../pricing/money.ts';
import type { PricedQuote } from '../../pricing/price-quote.ts';
import type { AddressSnapshot, Basket } from './basket.ts';

/** Fields that pages show as parts of other cells and that history tells one by one. */

/** `1 Main Street, New York, NY 10001 (ring twice)`. */
function addressWords(value: unknown): string {
  const { line1, line2, city, state, zip, notes } = value as AddressSnapshot;
  const place = [line1, line2, city, `${state} ${zip}`].filter(Boolean).join(', ');
  return notes ? `${place} (${notes})` : place;
}

/** `petite`, `wardrobe_box` as `Petite`, `Wardrobe box`. */
function codeWords(code: string): string {
  return code.charAt(0).toUpperCase() + code.slice(1).replace(/_/g, ' ');
}

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

/** `Petite, 12 items, packing`, and in the customer's words what they are. */
function basketWords({ miniMove, standardDelivery, specialtyItems, airportTransfer }: Basket): string {
  const things = miniMove ?? standardDelivery;
  const heaviest = things?.heaviestItemLbs;
  return [
    miniMove && codeWords(miniMove.package),
    things?.itemCount !== undefined && counted(things.itemCount, 'item'),
    ...(specialtyItems ?? []).map(({ item, quantity }) => `${quantity} × ${codeWords(item)}`),
    airportTransfer &&
      `${airportTransfer.airport} ${airportTransfer.terminal ?? ''}`.trim() +
        (airportTransfer.direction === 'to_airport' ? ', to the airport' : ', from the airport'),
    airportTransfer && counted(airportTransfer.bags, 'bag'),
    airportTransfer &&
      `flight ${formatServiceDay(airportTransfer.flightDate as ServiceDay)} ${airportTransfer.flightTime ?? ''}`.trim(),
    heaviest !== undefined && `heaviest ${heaviest} lb`,
    miniMove?.packing && 'packing',
    miniMove?.unpacking && 'unpacking',
    things?.description,
  ]
    .filter(Boolean)
    .join(', ');
}

const said = (label: string, words: (value: never) => string) => ({
  ...text(label),
  cell: (value: unknown) =>
    typeof value === 'object' && value !== null ? { text: words(value as never) } : null,
});

export const fieldColumns: ResourceDefinition['columns'] = {
  basket: said('What is moved', basketWords),
  price: said('Price', ({ totalCents }: PricedQuote) => formatUsd(totalCents)),
  subtotalCents: money('Subtotal'),
  discountCents: money('Discount'),
  pickupAddress: said('Pickup', addressWords),
  deliveryAddress: said('Delivery', addressWords),
  pickupZip: text('Pickup ZIP'),
  deliveryZip: text('Delivery ZIP'),
  pickupWindow: choice('Window', {
    morning: '8–11 am',
    specific_hour: 'at one hour',
    flexible: 'flexible',
  }),
  pickupHour: {
    ...text('Hour'),
    cell: (value) => (typeof value === 'number' ? { text: `${value} am` } : null),
  },
  coi: yesNo('Certificate asked for'),
  rescheduleReason: text('Why it was moved'),
};
