import type { ServiceDay } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { select } from '../_kit/sql.ts';

/** A van on a day: what it carries then, what is taken of it, and what differs from always. */
export interface VanDay {
  readonly day: ServiceDay;
  readonly vanId: string;
  readonly name: string;
  readonly inService: boolean;
  readonly open: boolean;
  readonly slots: number;
  readonly specialtyLimit: number;
  readonly slotsTaken: number;
  readonly specialtyTaken: number;
  readonly bookings: number;
  /** One booking has all of it. */
  readonly wholeTaken: boolean;
  readonly note: string;
  /** The entry of this day, where it has one. */
  readonly scheduleId: string | null;
  readonly scheduleVersion: number | null;
  readonly ownSlots: number | null;
  readonly ownSpecialtyLimit: number | null;
  readonly ownOpen: boolean | null;
}

/** Every van on each day of a range, both ends inclusive: by name, then by day. One statement, whatever the range. */
export function readVanDays(
  ctx: Pick<Context, 'db' | 'tx'>,
  from: ServiceDay,
  to: ServiceDay,
): Promise<VanDay[]> {
  return select<VanDay>(
    ctx,
    `select d.day, d.van_id as "vanId", d.name, v.active as "inService", d.open, d.slots,
       d.specialty_limit as "specialtyLimit", d.slots_taken as "slotsTaken", d.specialty_taken as "specialtyTaken",
       d.bookings, d.whole_taken as "wholeTaken", coalesce(s.note, '') as note, s.id as "scheduleId",
       s.version as "scheduleVersion", s.slots as "ownSlots", s.specialty_limit as "ownSpecialtyLimit", s.open as "ownOpen"
     from van_days($1, $2) d join vans v on v.id = d.van_id
     left join van_schedules s on s.van_id = d.van_id and s.day = d.day
     order by d.name, d.van_id, d.day`,
    [from, to],
  );
}

/** Whether more is taken than the van carries then, or it rides not at all: staff lowered it after the taking. */
export function isOverfull(van: VanDay): boolean {
  if (van.bookings === 0) return false;
  const slotsOver = !van.wholeTaken && van.slotsTaken > van.slots;
  return !van.open || slotsOver || van.specialtyTaken > van.specialtyLimit;
}
