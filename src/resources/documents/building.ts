import type { Booking } from '../bookings/booking.model.ts';
import type { Coi } from './coi.model.ts';

/** The building that is likeliest to ask for a certificate, until staff say another: where it is picked up. */
export function buildingOf({ pickupAddress, deliveryAddress }: Booking): string {
  const address = pickupAddress ?? deliveryAddress;
  return address ? `${address.line1}, ${address.city}`.slice(0, 200) : '';
}

/** What mails about a certificate call it. */
export function buildingWords(booking: Booking, coi: Pick<Coi, 'building'> | null): string {
  return coi?.building || buildingOf(booking) || 'your building';
}
