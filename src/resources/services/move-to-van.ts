import { formatServiceDay, type ServiceDay } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { violationFromDatabase } from '../_kit/database-violations.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { execute } from '../_kit/sql.ts';
import { Booking } from '../bookings/booking.model.ts';
import { bookingPolicy } from '../bookings/booking.policy.ts';
import { CapacityTaking } from './capacity-taking.model.ts';
import { capacityWords } from './capacity-taking.policy.ts';
import { readVanDays, type VanDay } from './read-van-days.ts';

interface VanMove {
  readonly bookingId: string;
  readonly vanId: string;
  /** Which of its places: that of the ride, unless said otherwise. */
  readonly purpose?: 'ride' | 'move';
}

/** A move done or planned, for people. */
export interface MovedToVan {
  readonly number: string;
  readonly day: ServiceDay;
  readonly from: { readonly vanId: string; readonly name: string };
  readonly to: { readonly vanId: string; readonly name: string };
}

/** What a booking brings into a van. */
export interface TakenLoad {
  readonly slots: number;
  readonly wholeVan: boolean;
  readonly specialtyItems: number;
}

/**
 * Lets a booking ride in another van on the same day, under the database's guard (`rules.md` §3). Where it already rides
 * nothing changes. Throws `forbidden`, `not_found`, `move_not_allowed` for a booking that has no place in a van, `invalid`
 * with the reason in words when the van has no room or does not ride.
 */
export async function moveToVan(ctx: Context, move: VanMove): Promise<MovedToVan> {
  authorize(ctx, bookingPolicy, 'moveToVan');
  try {
    return await inTransaction(ctx, async (tx) => {
      const booking = await Booking.findByPk(move.bookingId, { transaction: tx.tx, lock: tx.tx.LOCK.UPDATE });
      const { number, place } = await readPlace(tx, booking, move);
      // What is read of the day's vans then holds until the end.
      await execute(tx, 'select lock_service_day($1)', [place.day]);
      const { from, to } = await chooseVan(tx, place, move.vanId);
      const moved = { number, day: place.day, from, to };
      if (from === to) return moved;
      await place.update(
        {
          vanId: to.vanId,
          slots: place.wholeVan ? to.slots : place.slots,
          version: place.version + 1,
          updatedAt: ctx.clock.now(),
        },
        { transaction: tx.tx },
      );
      await audit(tx, {
        action: 'booking.movedToVan',
        subjectType: 'booking',
        subjectId: move.bookingId,
        bookingId: move.bookingId,
        changes: { van: [from.name, to.name] },
      });
      return moved;
    });
  } catch (error) {
    const violation = violationFromDatabase(error, 'capacity_takings', capacityWords);
    if (!violation) throw error;
    throw new Refusal('invalid', { violations: [violation], detail: violation.message, cause: error });
  }
}

/** What `moveToVan` would do now; throws what it would throw. */
export async function previewVanMove(ctx: Context, move: VanMove): Promise<MovedToVan> {
  authorize(ctx, bookingPolicy, 'moveToVan');
  const { number, place } = await readPlace(ctx, await Booking.findByPk(move.bookingId), move);
  return { number, day: place.day, ...(await chooseVan(ctx, place, move.vanId)) };
}

/** Why a van cannot take a load on its day, in words; `null` when it can. */
export function whyNoRoom(van: VanDay, load: TakenLoad): string | null {
  const day = formatServiceDay(van.day);
  if (!van.inService) return `${van.name} is not in service.`;
  if (!van.open) return `${van.name} is closed on ${day}.`;
  const full = `${van.name} has no room on ${day}`;
  if (van.wholeTaken) return `${full}: another booking has all of it.`;
  if (load.wholeVan && van.bookings > 0)
    return `${full}: this booking takes all of a van, and ${some(van.bookings, 'booking')} already there.`;
  const left = Math.max(0, van.slots - van.slotsTaken);
  if (load.wholeVan ? van.slots === 0 : load.slots > left)
    return `${full}: it has ${some(left, 'slot')} left and this booking takes ${load.wholeVan ? 'all of a van' : load.slots}.`;
  const special = Math.max(0, van.specialtyLimit - van.specialtyTaken);
  if (load.specialtyItems > special)
    return `${full}: it has room for ${some(special, 'specialty item')} and this booking brings ${load.specialtyItems}.`;
  return null;
}

/** `1 slot`, `3 slots`. */
export function some(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

async function readPlace(
  { tx }: Context,
  booking: Booking | null,
  { purpose = 'ride' }: VanMove,
): Promise<{ readonly number: string; readonly place: CapacityTaking }> {
  if (!booking) throw new Refusal('not_found');
  const { id, number } = booking;
  const place = await CapacityTaking.findOne({
    where: { bookingId: id, purpose },
    transaction: tx ?? null,
  });
  if (!place) throw new Refusal('move_not_allowed', { detail: `${number} has no place in a van.` });
  return { number, place };
}

/** The van it rides in and the one it is to ride in, which has room. */
async function chooseVan(
  ctx: Context,
  place: CapacityTaking,
  vanId: string,
): Promise<{ readonly from: VanDay; readonly to: VanDay }> {
  const vans = await readVanDays(ctx, place.day, place.day);
  const from = vans.find((van) => van.vanId === place.vanId);
  const to = vans.find((van) => van.vanId === vanId);
  if (!from || !to) throw refused('There is no such van.');
  const reason = from === to ? null : whyNoRoom(to, place);
  if (reason !== null) throw refused(reason);
  return { from, to };
}

function refused(message: string): Refusal {
  return new Refusal('invalid', {
    detail: message,
    violations: [{ path: 'vanId', code: 'no_room', message }],
  });
}
