import { addMinutes, instantOf } from '../../clock.ts';
import type { Context } from '../../context.ts';
import type { AddressSnapshot } from '../bookings/basket.ts';
import { basketWords } from '../bookings/basket-words.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { Airport } from '../services/airport.model.ts';
import type { DeliveryTask } from './delivery-task.model.ts';
import type { Leg } from './delivery-task.states.ts';
import type { TaskDescription } from './onfleet/tasks.ts';

/** When a stop may be made. */
export interface TaskWindow {
  readonly startsAt: Date;
  readonly endsAt: Date;
}

/** A morning is 8 to 11, a specific hour that hour, what is flexible the working day; things are delivered by 20:00. */
export function windowOf(
  { pickupDate, pickupWindow, pickupHour }: Pick<Booking, 'pickupDate' | 'pickupWindow' | 'pickupHour'>,
  leg: Leg,
): TaskWindow {
  const from = pickupHour ?? FIRST_HOUR;
  const pickupEnds =
    pickupWindow === 'flexible' ? LAST_PICKUP_HOUR : pickupHour === null ? NOON_SIDE : from + 1;
  return {
    startsAt: instantOf(pickupDate, from),
    endsAt: instantOf(pickupDate, leg === 'pickup' ? pickupEnds : LAST_HOUR),
  };
}
const FIRST_HOUR = 8;
const NOON_SIDE = 11;
const LAST_PICKUP_HOUR = 17;
const LAST_HOUR = 20;

/** Onfleet takes no task whose window has passed: what is late is to be done within hours from now. */
export function windowFromNow(window: TaskWindow, now: Date): TaskWindow {
  if (window.endsAt > addMinutes(now, CLOSE_MINUTES)) return window;
  return { startsAt: now, endsAt: addMinutes(now, LATE_MINUTES) };
}
const CLOSE_MINUTES = 15;
const LATE_MINUTES = 240;

/** What the driver is told of a stop. `null` when nobody knows where it is. */
export async function describeTask(
  ctx: Context,
  booking: Booking,
  task: DeliveryTask,
): Promise<Omit<TaskDescription, 'dependencies'> | null> {
  const isPickup = task.leg === 'pickup';
  const address = await placeOf(booking, task.leg);
  if (!address) return null;
  const { startsAt, endsAt } = windowFromNow(task, ctx.clock.now());
  const name = [booking.contactFirstName, booking.contactLastName].filter(Boolean).join(' ');
  return {
    destination: { address: addressOf(address), notes: address.notes },
    recipients: [
      { name: name || booking.number, phone: booking.contactPhone ?? '', skipSMSNotifications: true },
    ],
    completeAfter: startsAt.getTime(),
    completeBefore: endsAt.getTime(),
    pickupTask: isPickup,
    notes: notesOf(booking, address, isPickup),
    quantity: 1,
  };
}

async function placeOf(booking: Booking, leg: Leg): Promise<AddressSnapshot | null> {
  const { airportTransfer } = booking.basket;
  const isAirport = airportTransfer?.direction === (leg === 'pickup' ? 'from_airport' : 'to_airport');
  if (!airportTransfer || !isAirport)
    return leg === 'pickup' ? booking.pickupAddress : booking.deliveryAddress;
  const airport = await Airport.findOne({ where: { code: airportTransfer.airport } });
  if (!airport) return null;
  const terminal = airportTransfer.terminal ? `Terminal ${airportTransfer.terminal}` : '';
  const { line1, city, state, zip } = airport;
  return { line1, line2: terminal, city, state, zip, notes: airport.name };
}

/** `1 Main Street` as number and street; what has no number is for Onfleet to find. */
function addressOf({
  line1,
  line2,
  city,
  state,
  zip,
}: AddressSnapshot): TaskDescription['destination']['address'] {
  const [, number, street] = /^(\d[\w-]*)\s+(.+)$/.exec(line1) ?? [];
  if (number === undefined || street === undefined)
    return { unparsed: `${line1}, ${city}, ${state} ${zip}, United States`, apartment: line2 };
  return { number, street, apartment: line2, city, state, postalCode: zip, country: 'United States' };
}

function notesOf(booking: Booking, address: AddressSnapshot, isPickup: boolean): string {
  return [
    `${booking.number}, ${isPickup ? 'pickup' : 'dropoff'}: ${basketWords(booking.basket)}`,
    address.notes && `Access: ${address.notes}`,
    booking.instructions && `Instructions: ${booking.instructions}`,
    booking.coiRequired && 'The building wants a certificate of insurance.',
  ]
    .filter(Boolean)
    .join('\n')
    .slice(0, 10_000);
}
