import { parseServiceDay, type ServiceDay } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { authorize } from '../_kit/policy.ts';
import { flightMoved } from './basket.ts';
import { Booking } from './booking.model.ts';
import { bookingPolicy } from './booking.policy.ts';
import { requestOf } from './booking-columns.ts';
import type { PhoneBooking } from './create-booking.ts';
import { inquireBooking } from './inquire-booking.ts';

interface Duplicate {
  readonly bookingId: string;
  readonly pickupDate: string;
  readonly cutOffOverrideReason: string | null;
}

/** Makes a new inquiry with the same request for another day, priced anew. Throws `forbidden`, `not_found`, `invalid`. */
export async function duplicateBooking(ctx: Context, duplicate: Duplicate): Promise<Booking> {
  authorize(ctx, bookingPolicy, 'duplicate');
  const booking = await Booking.findByPk(duplicate.bookingId);
  if (!booking || booking.archivedAt !== null) throw new Refusal('not_found');
  return inquireBooking(ctx, duplicateRequest(booking, duplicate));
}

/** The booking's own request on another day; a flight moves along. */
export function duplicateRequest(booking: Booking, duplicate: Omit<Duplicate, 'bookingId'>): PhoneBooking {
  const { sameDay, ...request } = requestOf(booking);
  const day = parseServiceDay(duplicate.pickupDate);
  return {
    request: { ...request, ...flightMoved(request, request.pickupDate as ServiceDay, day), pickupDate: day },
    cutOffOverrideReason: duplicate.cutOffOverrideReason,
  };
}
