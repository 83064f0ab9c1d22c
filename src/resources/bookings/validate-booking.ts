import type { Context } from '../../context.ts';
import type { Violation } from '../../errors.ts';
import { currentRateCard } from '../services/load-rate-card.ts';
import { missingDetails, requestOf, vanViolations } from './booking-columns.ts';
import { dayWords, readBookingRequest } from './booking-request.ts';
import { dayRefusal } from './day-of-booking.ts';
import { readBooking } from './find-booking.ts';

/** Whether a booking could be checked out now, and everything that stands in its way. Changes nothing. */
export async function validateBooking(
  ctx: Context,
  { bookingId }: { readonly bookingId: string },
): Promise<{ ready: boolean; errors: readonly Violation[] }> {
  const snapshot = await currentRateCard(ctx);
  const booking = await readBooking(ctx, bookingId);
  const request = requestOf(booking);
  const read = readBookingRequest(request, snapshot, null, { isOffice: true });
  const tooMuch = vanViolations(snapshot, booking);
  const reason = tooMuch.length > 0 ? undefined : await dayRefusal(ctx, snapshot, booking);
  const errors: Violation[] = [
    ...(read.ok ? [] : read.violations),
    ...missingDetails(request),
    ...tooMuch,
    ...(reason === undefined ? [] : [{ path: 'pickupDate', code: reason, message: dayWords[reason] }]),
  ];
  return { ready: errors.length === 0, errors };
}
