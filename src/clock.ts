import { Temporal } from 'temporal-polyfill';

/**
 * The only place that asks what time it is, and the only place that turns instants into service days and back.
 * Three times, three types: an instant (`Date`, UTC), a service day (`YYYY-MM-DD` in the business zone), a window.
 */

/** The business zone: service days, cut-off and windows are meant in it. */
export const BUSINESS_ZONE = 'America/New_York';

/** A calendar day in the business zone, `YYYY-MM-DD`. */
export type ServiceDay = string & { readonly __brand: 'ServiceDay' };

/** Business time. `/local/clock` may move it; protocol time (`realNow`) never moves (`rules.md` §8). */
export interface Clock {
  now(): Date;
}

/** Protocol time: sessions, tokens, webhook tolerance, rate limits, queue delays. */
export function realNow(): Date {
  return new Date();
}

export const systemClock: Clock = { now: realNow };

/** A clock that runs on from wherever it was moved to. */
export interface MovableClock extends Clock {
  /** Milliseconds that business time is ahead of protocol time. */
  offsetMs: number;
}

export function movableClock(offsetMs = 0): MovableClock {
  return {
    offsetMs,
    now() {
      return new Date(realNow().getTime() + this.offsetMs);
    },
  };
}

/** An instant `milliseconds` after another (before it, when negative). */
export function addMilliseconds(instant: Date, milliseconds: number): Date {
  return new Date(instant.getTime() + milliseconds);
}

/** An instant that many minutes after another. */
export function addMinutes(instant: Date, minutes: number): Date {
  return addMilliseconds(instant, minutes * 60_000);
}

/** The earlier of two instants. */
export function earlier(one: Date, other: Date): Date {
  return new Date(Math.min(one.getTime(), other.getTime()));
}

/** Reads an ISO 8601 instant with an offset or `Z`; throws `RangeError` on anything else. */
export function parseInstant(text: string): Date {
  return new Date(Temporal.Instant.from(text).epochMilliseconds);
}

/** Reads epoch seconds, as Stripe gives them. */
export function fromEpochSeconds(seconds: number): Date {
  return new Date(seconds * 1000);
}

/** Reads epoch milliseconds, as Onfleet gives them. */
export function fromEpochMilliseconds(milliseconds: number): Date {
  return new Date(milliseconds);
}

/** Milliseconds of an ISO 8601 duration of days and less (`PT31M`, `P1D`); throws `RangeError` on anything else. */
export function durationMilliseconds(text: string): number {
  return Temporal.Duration.from(text).total({ unit: 'milliseconds' });
}

/** The day it is in the business zone at an instant. Asked by every request, so the day of the last answer is kept. */
export function serviceDayOf(instant: Date): ServiceDay {
  const at = instant.getTime();
  if (at < lastDay.begins || at >= lastDay.ends) {
    const day = zoned(instant).toPlainDate().toString() as ServiceDay;
    lastDay = { day, begins: instantOf(day, 0).getTime(), ends: instantOf(addDays(day, 1), 0).getTime() };
  }
  return lastDay.day;
}
let lastDay = { day: '' as ServiceDay, begins: 0, ends: 0 };

/** Reads `YYYY-MM-DD` of the real calendar; throws `RangeError` on anything else. */
export function parseServiceDay(text: string): ServiceDay {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new RangeError(`not a service day: ${text}`);
  return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() as ServiceDay;
}

/** The service day so many days later (earlier, when negative). */
export function addDays(day: ServiceDay, days: number): ServiceDay {
  return new Date(dayStart(day) + days * DAY_MS).toISOString().slice(0, 10) as ServiceDay;
}

/** Whole days from one service day to another; negative when `to` is earlier. */
export function daysBetween(from: ServiceDay, to: ServiceDay): number {
  return (dayStart(to) - dayStart(from)) / DAY_MS;
}

const DAY_MS = 86_400_000;

/** Days are counted where each has 24 hours. Asked by every quote; `Date.UTC` is quicker, but takes the year 99 for 1999. */
function dayStart(day: ServiceDay): number {
  const year = Number(day.slice(0, 4));
  if (year < 100) return Date.parse(`${day}T00:00:00Z`);
  return Date.UTC(year, Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10)));
}

/** The instant at which a wall-clock hour of a service day begins in the business zone. */
export function instantOf(day: ServiceDay, hour: number): Date {
  const at = Temporal.PlainDate.from(day).toZonedDateTime({
    timeZone: BUSINESS_ZONE,
    plainTime: Temporal.PlainTime.from({ hour }),
  });
  return new Date(at.epochMilliseconds);
}

/** The wall-clock hour (0–23) in the business zone at an instant. Its clocks differ from UTC by whole hours. */
export function businessHour(instant: Date): number {
  const utcHour = Math.floor(instant.getTime() / HOUR_MS);
  if (utcHour !== lastHour.utcHour) lastHour = { utcHour, hour: zoned(instant).hour };
  return lastHour.hour;
}
const HOUR_MS = 3_600_000;
let lastHour = { utcHour: Number.NaN, hour: 0 };

function zoned(instant: Date): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(BUSINESS_ZONE);
}

/** `Wed 12 May 2027`, for people. */
export function formatServiceDay(day: ServiceDay): string {
  const { dayOfWeek, day: date, month, year } = Temporal.PlainDate.from(day);
  return `${weekdayNames[dayOfWeek - 1]} ${date} ${monthNames[month - 1]} ${year}`;
}

/** `Wed 12 May 2027, 9:30 am`, in the business zone, for people. */
export function formatInstant(instant: Date): string {
  const { hour, minute } = zoned(instant);
  const clock = `${hour % 12 || 12}:${String(minute).padStart(2, '0')} ${hour < 12 ? 'am' : 'pm'}`;
  return `${formatServiceDay(serviceDayOf(instant))}, ${clock}`;
}

const relativeSteps = [
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', 60_000],
] as const;
const relativeWords = new Intl.RelativeTimeFormat('en-US', { numeric: 'auto' });

/** `5 minutes ago`, `in 3 days`, for people. */
export function relativeTo(now: Date, instant: Date): string {
  const ahead = instant.getTime() - now.getTime();
  const [unit, size] = relativeSteps.find(([, length]) => Math.abs(ahead) >= length) ?? ['minute', 60_000];
  const count = Math.floor(Math.abs(ahead) / size) * Math.sign(ahead);
  return count === 0 ? 'just now' : relativeWords.format(count, unit);
}

/** `2027-05-12T09:30` on the wall of New York: what a form's field for a time holds. */
export function businessTimeInput(instant: Date): string {
  return zoned(instant).toPlainDateTime().toString({ smallestUnit: 'minute' });
}

/** Reads `2027-05-12T09:30` as business time. Throws `RangeError` for other text and for a time that the clocks skip. */
export function parseBusinessTime(text: string): Date {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text)) throw new RangeError(`not a business time: ${text}`);
  const at = Temporal.PlainDateTime.from(text, { overflow: 'reject' }).toZonedDateTime(BUSINESS_ZONE, {
    disambiguation: 'compatible',
  });
  if (!at.toPlainDateTime().equals(Temporal.PlainDateTime.from(text)))
    throw new RangeError(`skipped: ${text}`);
  return new Date(at.epochMilliseconds);
}

const weekdayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
