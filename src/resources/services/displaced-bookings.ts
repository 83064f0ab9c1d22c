import type { ServiceDay } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { select } from '../_kit/sql.ts';

/** How a van would be on a day; what is `null` is as the van always is. */
export interface WantedVanDay {
  readonly vanId: string;
  readonly day: ServiceDay;
  readonly open: boolean;
  readonly slots: number | null;
  readonly specialtyLimit: number | null;
}

/** A van that would carry less on a day than is taken of it, and who rides in it then. */
export interface DisplacedDay {
  readonly day: ServiceDay;
  readonly van: string;
  readonly open: boolean;
  readonly slots: number;
  readonly slotsTaken: number;
  readonly specialtyLimit: number;
  readonly specialtyTaken: number;
  readonly bookings: readonly {
    readonly number: string;
    readonly contactFirstName: string | null;
    readonly contactLastName: string | null;
  }[];
}

/**
 * The days on which bookings already ride that would no longer fit (`rules.md` §3): staff are warned and see them listed;
 * nobody loses a place.
 */
export function displacedBookings(ctx: Context, wanted: readonly WantedVanDay[]): Promise<DisplacedDay[]> {
  return select<DisplacedDay>(
    ctx,
    `select w.day, v.name as van, w.open, w.slots, w.specialty_limit as "specialtyLimit",
       sum(t.slots)::int as "slotsTaken", sum(t.specialty_items)::int as "specialtyTaken",
       jsonb_agg(jsonb_build_object('number', b.number, 'contactFirstName', b.contact_first_name,
         'contactLastName', b.contact_last_name) order by b.number) as bookings
     from (
       select x.day, x."vanId" as van_id, x.open, coalesce(x.slots, v.slots) as slots,
         coalesce(x."specialtyLimit", v.specialty_limit) as specialty_limit
       from jsonb_to_recordset($1::jsonb) x (day date, "vanId" uuid, open boolean, slots int, "specialtyLimit" int)
       join vans v on v.id = x."vanId"
     ) w
     join vans v on v.id = w.van_id
     join capacity_takings t on t.van_id = w.van_id and t.day = w.day
     join bookings b on b.id = t.booking_id
     group by w.day, v.name, w.open, w.slots, w.specialty_limit
     having not w.open or sum(t.specialty_items) > w.specialty_limit
       or (sum(t.slots) > w.slots and (not bool_or(t.whole_van) or w.slots = 0))
     order by w.day, v.name`,
    [JSON.stringify(wanted)],
  );
}
