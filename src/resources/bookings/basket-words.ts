import { formatServiceDay, type ServiceDay } from '../../clock.ts';
import type { Basket } from './basket.ts';

/** `petite`, `wardrobe_box` as `Petite`, `Wardrobe box`. */
function codeWords(code: string): string {
  return code.charAt(0).toUpperCase() + code.slice(1).replace(/_/g, ' ');
}

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

/** `Petite, 12 items, packing`, and in the customer's words what they are. */
export function basketWords({ miniMove, standardDelivery, specialtyItems, airportTransfer }: Basket): string {
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
