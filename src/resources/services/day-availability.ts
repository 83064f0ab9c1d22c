import { addDays, businessHour, daysBetween, type ServiceDay, serviceDayOf } from '../../clock.ts';
import type { Context } from '../../context.ts';
import type { Service } from '../../pricing/rate-card.ts';
import { surchargesOn } from '../../pricing/rules/surcharge.ts';
import { type VanDay, vanDaysBetween } from './capacity-memory.ts';
import type { RateCardSnapshot } from './rate-card-snapshot.ts';
import { hasRoom, type VanLoad } from './van-load.ts';

export type DateRefusal = 'past' | 'cut_off' | 'beyond_horizon';
export type UnavailableReason = DateRefusal | 'closed' | 'full';

export interface DayAvailability {
  readonly available: boolean;
  readonly reason?: UnavailableReason;
}

/**
 * What the date itself has against a booking made online now: never today, nor tomorrow from 18:00 business time, at most
 * 180 days ahead (`product.md` §1).
 */
export function dateRefusal(
  { settings }: Pick<RateCardSnapshot, 'settings'>,
  now: Date,
  day: ServiceDay,
): DateRefusal | null {
  const ahead = daysBetween(serviceDayOf(now), day);
  if (ahead < 0) return 'past';
  if (ahead === 0 || (ahead === 1 && businessHour(now) >= settings.cutOffHour)) return 'cut_off';
  return ahead > settings.bookingHorizonDays ? 'beyond_horizon' : null;
}

/** Whether a day can be booked online now for what a basket takes of a van (`rules.md` §3). */
export function dayAvailability(
  ctx: Context,
  snapshot: RateCardSnapshot,
  day: ServiceDay,
  load: VanLoad,
): Promise<DayAvailability> {
  const reason = dateRefusal(snapshot, ctx.clock.now(), day);
  if (reason !== null) return Promise.resolve({ available: false, reason });
  return roomOnDay(ctx, day, load);
}

/** Whether any van has room on a day, whatever its date. */
export async function roomOnDay(ctx: Context, day: ServiceDay, load: VanLoad): Promise<DayAvailability> {
  return roomOn((await vanDaysBetween(ctx, day, day)).get(day) ?? [], load);
}

function roomOn(vans: readonly VanDay[], load: VanLoad): DayAvailability {
  if (vans.some((van) => hasRoom(van, load))) return { available: true };
  return { available: false, reason: vans.some(({ open }) => open) ? 'full' : 'closed' };
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
export async function calendar(
  ctx: Context,
  snapshot: RateCardSnapshot,
  range: {
    readonly from: ServiceDay;
    readonly to: ServiceDay;
    readonly service: Service | null;
    readonly load: VanLoad;
  },
): Promise<CalendarDay[]> {
  const now = ctx.clock.now();
  const length = daysBetween(range.from, range.to) + 1;
  const dates = Array.from({ length }, (_, index) => addDays(range.from, index));
  const bookable = dates.filter((date) => dateRefusal(snapshot, now, date) === null);
  const [first, last] = [bookable[0], bookable.at(-1)];
  const vans = first && last ? await vanDaysBetween(ctx, first, last) : new Map<ServiceDay, VanDay[]>();
  return dates.map((date) => {
    const reason = dateRefusal(snapshot, now, date);
    const room = reason === null ? roomOn(vans.get(date) ?? [], range.load) : { available: false, reason };
    return {
      date,
      ...room,
      surcharges: surchargesOn(snapshot.card.card.surchargeRules, range.service, date),
    };
  });
}
