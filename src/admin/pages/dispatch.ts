import { z } from 'zod';
import {
  addDays,
  businessHour,
  formatServiceDay,
  parseServiceDay,
  type ServiceDay,
  serviceDayOf,
} from '../../clock.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { authorize, mayAct, mayRead, type Role } from '../../resources/_kit/policy.ts';
import { bookingPolicy } from '../../resources/bookings/booking.policy.ts';
import { assignDriver, unassignDriver } from '../../resources/logistics/assign-driver.ts';
import { deliveryTaskPolicy } from '../../resources/logistics/delivery-task.policy.ts';
import {
  type DeliveryTaskStatus,
  deliveryTaskStatuses,
} from '../../resources/logistics/delivery-task.states.ts';
import { type BoardDriver, type BoardStop, readBoard } from '../../resources/logistics/read-board.ts';
import type { Board, Lane, Stop } from '../components/dispatch-types.ts';
import { recordPath, roleOf } from '../kit/read-rows.ts';
import { deliveryTaskStatusTones, deliveryTaskStatusWords, legWords } from '../kit/words.ts';

/** A stop as its card shows it. */
interface Card extends Stop {
  readonly status: DeliveryTaskStatus;
}

type Query = Readonly<Record<string, unknown>>;

/**
 * A day's stops by driver, those without one first. Everybody who sees tasks sees it; the office gives them to drivers, and
 * a viewer sees no town, which is of the address (`rules.md` §7). Two statements, however many stops.
 */
export async function dispatch(ctx: Context, query: Query): Promise<Board> {
  authorize(ctx, deliveryTaskPolicy, 'list');
  const role = roleOf(ctx);
  const now = ctx.clock.now();
  const today = serviceDayOf(now);
  const day = dayOf(query.day) ?? today;
  const { stops, drivers } = await readBoard(ctx, day);
  const timeOf = timesOfDay();
  const cards = stops.map((stop) => ({ stop, card: cardOf(stop, { now, role, timeOf }) }));
  const ofDriver = (id: string | null) =>
    cards.flatMap(({ stop, card }) => (stop.driverId === id ? [card] : []));
  const isShown = ({ id, isOnDuty, isActive }: BoardDriver) =>
    (day === today && isOnDuty && isActive) || stops.some(({ driverId }) => driverId === id);
  const lanes: Lane[] = [
    { id: null, name: 'Without a driver', hint: '', cards: ofDriver(null) },
    ...drivers.filter(isShown).map((driver) => ({
      id: driver.id,
      name: driver.name,
      hint: dutyWords(driver),
      cards: ofDriver(driver.id),
    })),
  ];
  return {
    title: formatServiceDay(day),
    day,
    previous: addDays(day, -1),
    next: addDays(day, 1),
    today,
    total: stops.length,
    late: cards.filter(({ card }) => card.late !== null && !isOver(card.status)).length,
    states: deliveryTaskStatuses.flatMap((status) => {
      const count = stops.filter((stop) => stop.status === status).length;
      return count > 0 ? [{ status, label: deliveryTaskStatusWords[status], count }] : [];
    }),
    lanes,
    drivers: mayAct(deliveryTaskPolicy, 'assign', role)
      ? drivers
          .filter(({ isActive }) => isActive)
          .map(({ id, name, isOnDuty }) => ({ id, name: isOnDuty ? name : `${name} (off duty)` }))
      : [],
  };
}

/** The day that an address names, if it names one that a booking could have. */
function dayOf(text: unknown): ServiceDay | null {
  if (typeof text !== 'string' || !/^20\d\d-/.test(text)) return null;
  try {
    return parseServiceDay(text);
  } catch {
    return null;
  }
}

function cardOf(
  stop: BoardStop,
  { now, role, timeOf }: { readonly now: Date; readonly role: Role; readonly timeOf: TimeOf },
): Card {
  const { id, status, leg, attempt } = stop;
  const mayGive =
    (status === 'created' || status === 'assigned') && mayAct(deliveryTaskPolicy, 'assign', role);
  const seesTown = mayRead(bookingPolicy, leg === 'pickup' ? 'pickupAddress' : 'deliveryAddress', role);
  const number = { text: stop.number };
  return {
    id,
    leg: attempt > 1 ? `${legWords[leg]}, attempt ${attempt}` : legWords[leg],
    href: recordPath('deliveryTasks', id),
    window: windowOf(stop, timeOf),
    status,
    state: { text: deliveryTaskStatusWords[status], tone: deliveryTaskStatusTones[status] },
    number: mayAct(bookingPolicy, 'show', role)
      ? { ...number, href: recordPath('bookings', stop.bookingId) }
      : number,
    customer: stop.customer,
    place: [stop.zip, seesTown ? stop.city : null].filter(Boolean).join(' '),
    van: stop.van,
    driverId: stop.driverId,
    time: timeWords(stop, timeOf),
    late: lateWords(stop, now),
    trouble: stop.failureReason ?? (mayGive ? troubleWords(stop) : null),
    mayGive: mayGive && stop.isKnown,
  };
}

function isOver(status: DeliveryTaskStatus): boolean {
  return status === 'completed' || status === 'failed';
}

function timeWords({ status, etaAt, arrivedAt, endedAt }: BoardStop, timeOf: TimeOf): string | null {
  if (endedAt) return timeOf(endedAt);
  if (arrivedAt) return `Arrived ${timeOf(arrivedAt)}`;
  return status === 'in_progress' && etaAt ? `Expected ${timeOf(etaAt)}` : null;
}

/** Behind its window: what is done by its end, what is on the way by when it is expected, what is not done yet by now. */
function lateWords({ status, endsAt, endedAt, etaAt }: BoardStop, now: Date): string | null {
  if (status === 'failed') return null;
  const expected = status === 'in_progress' && etaAt && etaAt > now ? etaAt : now;
  const minutes = Math.floor(((endedAt ?? expected).getTime() - endsAt.getTime()) / 60_000);
  return minutes > 0 ? `${durationWords(minutes)} late` : null;
}

function durationWords(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const days = Math.floor(hours / 24);
  if (days > 0) return days === 1 ? '1 day' : `${days} days`;
  return hours > 0 ? `${hours} h${rest > 0 ? ` ${rest} min` : ''}` : `${minutes} min`;
}

function troubleWords({ isKnown, isRefused }: BoardStop): string | null {
  if (isRefused) return 'Onfleet refused it: see its page.';
  return isKnown ? null : 'Onfleet is being told.';
}

function dutyWords({ vehicle, isOnDuty, isActive }: BoardDriver): string {
  const duty = isActive ? (isOnDuty ? 'On duty' : 'Off duty') : 'No longer at Onfleet';
  // Onfleet's own kinds are shouted.
  const kind = vehicle?.match(/^[A-Z]+$/) ? vehicle.charAt(0) + vehicle.slice(1).toLowerCase() : vehicle;
  return [duty, kind].filter(Boolean).join(' · ');
}

/** `8–11 am`, `8 am – 5 pm`, `9:30 am – 1 pm`. */
function windowOf({ startsAt, endsAt }: BoardStop, timeOf: TimeOf): string {
  const [from, until] = [startsAt, endsAt].map((each) => timeOf(each).replace(':00', '').split(' '));
  if (!from || !until) return '';
  return from[1] === until[1] ? `${from[0]}–${until.join(' ')}` : `${from.join(' ')} – ${until.join(' ')}`;
}

type TimeOf = (instant: Date) => string;

/** `8:00 am`. A board asks it some hundred times about a few hours, and the calendar of a zone is slow to ask. */
function timesOfDay(): TimeOf {
  const hours = new Map<number, number>();
  return (instant) => {
    const utcHour = Math.floor(instant.getTime() / 3_600_000);
    const hour = hours.get(utcHour) ?? businessHour(instant);
    hours.set(utcHour, hour);
    const minutes = String(instant.getUTCMinutes()).padStart(2, '0');
    return `${hour % 12 || 12}:${minutes} ${hour < 12 ? 'am' : 'pm'}`;
  };
}

const posted = z.discriminatedUnion('verb', [
  z.object({ verb: z.literal('assign'), taskId: z.uuid(), driverId: z.uuid() }),
  z.object({ verb: z.literal('unassign'), taskId: z.uuid() }),
]);

/** Gives a stop to a driver or takes it back, as its page does. Throws what the use cases throw. */
export async function changeDispatch(ctx: Context, payload: unknown): Promise<object> {
  const read = posted.safeParse(payload);
  if (!read.success) throw new Refusal('bad_request');
  const { data } = read;
  if (data.verb === 'assign') {
    const { name } = await assignDriver(ctx, data);
    return { notice: { type: 'success', message: `${name} has this task.` } };
  }
  await unassignDriver(ctx, data.taskId);
  return { notice: { type: 'success', message: 'It waits for a driver.' } };
}
