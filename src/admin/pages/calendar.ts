import {
  addDays,
  daysBetween,
  formatServiceDay,
  parseServiceDay,
  type ServiceDay,
  serviceDayOf,
} from '../../clock.ts';
import type { Context } from '../../context.ts';
import { weekdayOf } from '../../pricing/rules/surcharge.ts';
import { authorize, mayAct } from '../../resources/_kit/policy.ts';
import { bookingPolicy } from '../../resources/bookings/booking.policy.ts';
import { bookings } from '../../resources/bookings/booking.resource.ts';
import { capacityTakingPolicy } from '../../resources/services/capacity-taking.policy.ts';
import { some, whyNoRoom } from '../../resources/services/move-to-van.ts';
import { isOverfull, readVanDays, type VanDay } from '../../resources/services/read-van-days.ts';
import { readVanRides, type VanRide } from '../../resources/services/read-van-rides.ts';
import { vanSchedulePolicy } from '../../resources/services/van-schedule.policy.ts';
import type { dayFields } from '../../resources/services/van-schedule.resource.ts';
import type { DayCell, DayHead, Month, Opened, Ride } from '../components/calendar-types.ts';
import { fieldsOf } from '../kit/fields.ts';
import { cellsOf, readableFields, recordPath, roleOf } from '../kit/read-rows.ts';
import { windowWords } from '../kit/words.ts';
import { bulkForm, dayForm, type VanName } from './calendar-changes.ts';

type Query = Readonly<Record<string, unknown>>;

/**
 * The month of the vans: each van on each day of its weeks, and one of those days opened. Everybody who sees vans sees it;
 * the office moves bookings and changes days (`rules.md` §7). Two statements, whatever is in the vans.
 */
export async function calendar(ctx: Context, query: Query): Promise<Month> {
  authorize(ctx, capacityTakingPolicy, 'list');
  const today = serviceDayOf(ctx.clock.now());
  const { first, last, start, end } = monthOf(query.month, today);
  const shown = shownDays(await readVanDays(ctx, start, end));
  const vans = [...new Map(shown.map(({ vanId, name }) => [vanId, name]))].map(([id, name]) => ({
    id,
    name,
  }));
  const days = Array.from({ length: daysBetween(start, end) + 1 }, (_, index) => addDays(start, index));
  const opened = shown.find(({ vanId, day }) => vanId === query.van && day === query.day);
  const maySet = mayAct(vanSchedulePolicy, 'edit', roleOf(ctx));
  return {
    title: monthWords(first),
    month: first.slice(0, 7),
    previous: addDays(first, -1).slice(0, 7),
    next: addDays(last, 1).slice(0, 7),
    thisMonth: today.slice(0, 7),
    days: days.map((day) => dayHead(day, today, first, last)),
    vans: vans.map((van) => ({
      ...van,
      cells: shown.filter(({ vanId }) => vanId === van.id).map(dayCell),
    })),
    opened: opened ? await openedDay(ctx, opened, shown) : null,
    bulk: maySet && vans.length > 0 ? bulk(vans, first < today && today <= last ? today : first, last) : null,
  };
}

/** A van out of service is shown in a month in which it still carries somebody. */
function shownDays(days: readonly VanDay[]): VanDay[] {
  const carrying = new Set(days.filter(({ bookings: riding }) => riding > 0).map(({ vanId }) => vanId));
  return days.filter(({ inService, vanId }) => inService || carrying.has(vanId));
}

interface MonthDays {
  readonly first: ServiceDay;
  readonly last: ServiceDay;
  /** Whole weeks, from Sunday to Saturday. */
  readonly start: ServiceDay;
  readonly end: ServiceDay;
}

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** The month that a text names, or that of today. */
function monthOf(text: unknown, today: ServiceDay): MonthDays {
  const isMonth = typeof text === 'string' && /^20\d\d-(0[1-9]|1[0-2])$/.test(text);
  const first = parseServiceDay(`${isMonth ? text : today.slice(0, 7)}-01`);
  const next = parseServiceDay(`${addDays(first, 31).slice(0, 7)}-01`);
  const last = addDays(next, -1);
  const start = addDays(first, -weekdays.indexOf(weekdayOf(first)));
  return { first, last, start, end: addDays(last, 6 - weekdays.indexOf(weekdayOf(last))) };
}

/** `May 2027` */
function monthWords(day: ServiceDay): string {
  return formatServiceDay(day).split(' ').slice(2).join(' ');
}

function dayHead(day: ServiceDay, today: ServiceDay, first: ServiceDay, last: ServiceDay): DayHead {
  const words = formatServiceDay(day);
  const [weekday = '', number = '', month = ''] = words.split(' ');
  return {
    day,
    weekday,
    number: number === '1' ? `${number} ${month}` : number,
    words,
    isToday: day === today,
    isWeekend: weekday === 'Sat' || weekday === 'Sun',
    isOutside: day < first || day > last,
  };
}

function dayCell(van: VanDay): DayCell {
  const state = stateOf(van);
  const note = van.note === '' ? '' : ` Note: ${van.note}`;
  return {
    text: loadText(van),
    specialty: van.specialtyTaken > 0 ? `${van.specialtyTaken} of ${van.specialtyLimit}` : null,
    state,
    share: van.slots > 0 ? Math.min(100, Math.floor((100 * van.slotsTaken) / van.slots)) : 0,
    hasNote: van.note !== '',
    label: `${van.name}, ${formatServiceDay(van.day)}: ${loadWords(van)}.${note}`,
  };
}

function stateOf(van: VanDay): DayCell['state'] {
  if (isOverfull(van)) return 'overfull';
  if (!van.open) return 'closed';
  return van.wholeTaken || van.slotsTaken >= van.slots ? 'full' : 'room';
}

/** As short as a cell: `4 of 6`, `Closed`. */
function loadText(van: VanDay): string {
  if (!van.open) return van.bookings > 0 ? `Closed, ${van.bookings} on it` : 'Closed';
  if (van.wholeTaken) return 'Whole van';
  return `${van.slotsTaken} of ${van.slots}`;
}

function loadWords(van: VanDay): string {
  const taken = van.wholeTaken ? 'taken as a whole' : `${van.slotsTaken} of ${some(van.slots, 'slot')} taken`;
  const riding = `${some(van.bookings, 'booking')}`;
  if (!van.open) return van.bookings > 0 ? `closed, over-full: ${riding} on it` : 'closed';
  const special = `${van.specialtyTaken} of ${some(van.specialtyLimit, 'specialty item')}`;
  return `${isOverfull(van) ? 'over-full, ' : ''}${taken}, ${special}, ${riding}`;
}

/** A day with who rides in the van then, as far as the role sees bookings. */
async function openedDay(ctx: Context, van: VanDay, shown: readonly VanDay[]): Promise<Opened> {
  const role = roleOf(ctx);
  const day = formatServiceDay(van.day);
  const others = shown.filter((each) => each.day === van.day && each.vanId !== van.vanId);
  const rides = await readVanRides(ctx, van.vanId, van.day);
  const between = `filters.pickupDate~~from=${van.day}&filters.pickupDate~~to=${van.day}`;
  return {
    vanId: van.vanId,
    day: van.day,
    title: `${van.name} on ${day}`,
    load: loadWords(van),
    note: van.note,
    isOverfull: isOverfull(van),
    bookingsHref: `/admin/resources/bookings?${between}`,
    rides: await rideRows(ctx, rides, mayAct(bookingPolicy, 'moveToVan', role) ? others : []),
    form: mayAct(vanSchedulePolicy, 'edit', role) ? dayFormOf(van) : null,
  };
}

async function rideRows(ctx: Context, rides: readonly VanRide[], others: readonly VanDay[]): Promise<Ride[]> {
  const readable = readableFields(bookings, roleOf(ctx));
  const rows = rides.map((ride) =>
    Object.fromEntries(Object.entries(ride).filter(([field]) => readable.includes(field))),
  );
  const cells = await cellsOf(ctx, bookings, rows, [
    'number',
    'customer',
    'service',
    'route',
    'status',
    'holdExpiresAt',
  ]);
  return rides.map((ride, at) => {
    const cell = (name: string) => cells[at]?.[name] ?? null;
    const until = cell('holdExpiresAt');
    const status = cell('status');
    return {
      bookingId: ride.id,
      purpose: ride.purpose,
      number: { text: ride.number, href: recordPath('bookings', ride.id) },
      facts: [
        { label: 'Customer', cell: cell('customer') },
        { label: 'Window', cell: { text: windowWords(ride.pickupWindow, ride.pickupHour) } },
        { label: 'Takes', cell: { text: takesWords(ride) } },
        { label: 'Service', cell: cell('service') },
        { label: 'From → to', cell: cell('route') },
        {
          label: 'Status',
          cell: status && { ...status, ...(until && { hint: `Held until ${until.text}` }) },
        },
      ].filter((fact) => fact.cell !== null),
      vans: others.map((van) => ({
        vanId: van.vanId,
        name: van.name,
        room: roomWords(van),
        refusal: whyNoRoom(van, ride),
      })),
    };
  });
}

function takesWords({ slots, wholeVan, specialtyItems, purpose }: VanRide): string {
  const special = specialtyItems > 0 ? `, ${some(specialtyItems, 'specialty item')}` : '';
  const waits = purpose === 'move' ? ' for a new day that waits for its price' : '';
  return `${wholeVan ? 'The whole van' : some(slots, 'slot')}${special}${waits}`;
}

/** `3 slots free`, for choosing. */
function roomWords(van: VanDay): string {
  if (!van.open) return 'closed';
  const left = van.wholeTaken ? 0 : Math.max(0, van.slots - van.slotsTaken);
  return left === 0 ? 'full' : `${some(left, 'slot')} free`;
}

function dayFormOf(van: VanDay): Opened['form'] {
  return {
    fields: fieldsOf(dayForm),
    values: {
      open: van.ownOpen ?? true,
      slots: van.ownSlots,
      specialtyLimit: van.ownSpecialtyLimit,
      note: van.note,
    } satisfies Record<keyof typeof dayFields, unknown>,
    scheduleId: van.scheduleId,
    version: van.scheduleVersion,
  };
}

function bulk(vans: readonly VanName[], from: ServiceDay, to: ServiceDay) {
  return { fields: fieldsOf(bulkForm(vans)), values: { vanIds: vans.map(({ id }) => id), from, to } };
}
