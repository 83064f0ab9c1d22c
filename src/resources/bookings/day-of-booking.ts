import { addDays, instantOf } from '../../clock.ts';
import { dayAvailability, type UnavailableReason } from '../services/day-availability.ts';
import type { RateCardSnapshot } from '../services/rate-card-snapshot.ts';
import type { Booking } from './booking.model.ts';

/** What stands against a booking's day now. A cut-off that staff passed does not (`rules.md` §3). */
export function dayRefusal(
  snapshot: Pick<RateCardSnapshot, 'settings' | 'closedDays'>,
  now: Date,
  booking: Pick<Booking, 'pickupDate' | 'cutOffOverrideReason'>,
): UnavailableReason | undefined {
  const { reason } = dayAvailability(snapshot, now, booking.pickupDate);
  if (reason !== 'cut_off' || booking.cutOffOverrideReason === null) return reason;
  return snapshot.closedDays.has(booking.pickupDate) ? 'closed' : undefined;
}

/** The start of the pickup window: morning and flexible at 08:00, a specific hour at that hour (`rules.md` §5). */
export function pickupBegins({ pickupDate, pickupHour }: Pick<Booking, 'pickupDate' | 'pickupHour'>): Date {
  return instantOf(pickupDate, pickupHour ?? 8);
}

/** From when on a day is no longer booked online. */
export function cutOffOf(
  { settings }: Pick<RateCardSnapshot, 'settings'>,
  { pickupDate }: Pick<Booking, 'pickupDate'>,
): Date {
  return instantOf(addDays(pickupDate, -1), settings.cutOffHour);
}
