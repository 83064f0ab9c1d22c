import { addDays, instantOf } from '../../clock.ts';
import type { Context } from '../../context.ts';
import {
  type DateRefusal,
  dateRefusal,
  roomOnDay,
  type UnavailableReason,
} from '../services/day-availability.ts';
import type { RateCardSnapshot } from '../services/rate-card-snapshot.ts';
import { vanLoad } from '../services/van-load.ts';
import type { Booking } from './booking.model.ts';

/** What a booking's date itself has against it now. A cut-off that staff passed does not count (`rules.md` §3). */
export function dateRefusalOf(
  snapshot: Pick<RateCardSnapshot, 'settings'>,
  now: Date,
  booking: Pick<Booking, 'pickupDate' | 'cutOffOverrideReason'>,
): DateRefusal | null {
  const reason = dateRefusal(snapshot, now, booking.pickupDate);
  return reason === 'cut_off' && booking.cutOffOverrideReason !== null ? null : reason;
}

/**
 * The same and what the vans have against it. A booking that holds its day needs no room besides its own, and its cut-off
 * was asked when it took it; a test booking needs none (`rules.md` §1, §3).
 */
export async function dayRefusal(
  ctx: Context,
  snapshot: RateCardSnapshot,
  booking: Booking,
): Promise<UnavailableReason | undefined> {
  if (booking.status === 'pending_payment') return undefined;
  const refusal = dateRefusalOf(snapshot, ctx.clock.now(), booking);
  if (refusal !== null || booking.isTest) return refusal ?? undefined;
  return (await roomOnDay(ctx, booking.pickupDate, vanLoad(booking.basket, snapshot.load))).reason;
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
