import { formatServiceDay } from '../../clock.ts';
import type { Config } from '../../config.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import type { AddressSnapshot } from '../bookings/basket.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { bookingPageUrl } from '../bookings/booking-page-link.ts';
import { amountDue } from '../bookings/find-booking.ts';
import { serviceWords } from '../bookings/service-words.ts';
import type { bookingVariables } from './templates/booking-parts.ts';

/** What every mail about a booking may say, in words for its customer. */
export function variablesOf(
  config: Pick<Config, 'sessionSecret' | 'publicUrl'>,
  booking: Booking,
): Record<keyof typeof bookingVariables, string> {
  const due = amountDue(booking);
  return {
    firstName: booking.contactFirstName ?? 'there',
    bookingNumber: booking.number,
    serviceName: serviceWords[booking.service],
    day: formatServiceDay(booking.pickupDate),
    window: windowOf(booking),
    pickupAddress: placeOf(booking, 'pickup'),
    deliveryAddress: placeOf(booking, 'delivery'),
    total: formatUsd(cents(booking.totalCents)),
    amountDue: due > 0 ? formatUsd(cents(due)) : '',
    bookingUrl: bookingPageUrl(config, booking),
  };
}

function windowOf({ pickupWindow, pickupHour }: Booking): string {
  if (pickupWindow === 'specific_hour') return `at ${pickupHour} am`;
  return pickupWindow === 'morning' ? '8–11 am' : 'between 8 am and 5 pm';
}

function placeOf(booking: Booking, end: 'pickup' | 'delivery'): string {
  const { airportTransfer } = booking.basket;
  const airportEnd = airportTransfer?.direction === 'to_airport' ? 'delivery' : 'pickup';
  if (airportTransfer && airportEnd === end)
    return [airportTransfer.airport, airportTransfer.terminal && `Terminal ${airportTransfer.terminal}`]
      .filter(Boolean)
      .join(', ');
  const address = end === 'pickup' ? booking.pickupAddress : booking.deliveryAddress;
  const zip = end === 'pickup' ? booking.pickupZip : booking.deliveryZip;
  return address ? addressWords(address) : `ZIP ${zip ?? ''}`.trim();
}

function addressWords({ line1, line2, city, state, zip }: AddressSnapshot): string {
  return [line1, line2, city, `${state} ${zip}`].filter(Boolean).join(', ');
}
