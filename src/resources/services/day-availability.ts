import { addDays, businessHour, daysBetween, type ServiceDay, serviceDayOf } from '../../clock.ts';
import type { Service } from '../../pricing/rate-card.ts';
import { surchargesOn } from '../../pricing/rules/surcharge.ts';
import type { RateCardSnapshot } from './rate-card-snapshot.ts';

export type UnavailableReason = 'past' | 'cut_off' | 'closed' | 'full' | 'beyond_horizon';

export interface DayAvailability {
  readonly available: boolean;
  readonly reason?: UnavailableReason;
}

/**
 * Whether a day can be booked online now: never today, nor tomorrow from 18:00 business time, at most 180 days ahead
 * (`product.md` §1), not on a closed day.
 */
export function dayAvailability(
  snapshot: Pick<RateCardSnapshot, 'settings' | 'closedDays'>,
  now: Date,
  day: ServiceDay,
): DayAvailability {
  const today = serviceDayOf(now);
  const ahead = daysBetween(today, day);
  const { cutOffHour, bookingHorizonDays } = snapshot.settings;
  if (ahead < 0) return unavailable('past');
  if (ahead === 0 || (ahead === 1 && businessHour(now) >= cutOffHour)) return unavailable('cut_off');
  if (ahead > bookingHorizonDays) return unavailable('beyond_horizon');
  return snapshot.closedDays.has(day) ? unavailable('closed') : { available: true };
}

/** Names a stretch of time in which the calendar of a snapshot does not change by itself. */
export function calendarMoment({ settings }: Pick<RateCardSnapshot, 'settings'>, now: Date): string {
  return `${serviceDayOf(now)} ${businessHour(now) >= settings.cutOffHour ? 'late' : 'early'}`;
}

export interface CalendarDay extends DayAvailability {
  readonly date: ServiceDay;
  readonly surcharges: readonly { readonly code: string; readonly label: string }[];
}

/** Each day from one to another, both inclusive: open or not, why not, and which surcharges bear on a service then. */
export function calendar(
  snapshot: RateCardSnapshot,
  now: Date,
  range: { readonly from: ServiceDay; readonly to: ServiceDay; readonly service: Service | null },
): CalendarDay[] {
  const length = daysBetween(range.from, range.to) + 1;
  return Array.from({ length }, (_, index) => {
    const date = addDays(range.from, index);
    const surcharges = surchargesOn(snapshot.card.card.surchargeRules, range.service, date);
    return { date, ...dayAvailability(snapshot, now, date), surcharges };
  });
}

function unavailable(reason: UnavailableReason): DayAvailability {
  return { available: false, reason };
}
