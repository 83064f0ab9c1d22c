import type { ServiceDay } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { select } from '../_kit/sql.ts';

/** What rides in a van on a day: its load, and the booking's own fields by their names. */
export interface VanRide {
  readonly id: string;
  readonly number: string;
  readonly purpose: 'ride' | 'move';
  readonly slots: number;
  readonly wholeVan: boolean;
  readonly specialtyItems: number;
  readonly [field: string]: unknown;
}

/** The holds and rides of a van on a day with their bookings, by window and number. The reader shows what a role may see. */
export function readVanRides(ctx: Context, vanId: string, day: ServiceDay): Promise<VanRide[]> {
  return select<VanRide>(
    ctx,
    `select b.id, b.number, b.status, b.service, b.basket, b.pickup_window as "pickupWindow", b.pickup_hour as "pickupHour",
       b.pickup_date as "pickupDate", b.pickup_zip as "pickupZip", b.delivery_zip as "deliveryZip",
       b.contact_first_name as "contactFirstName", b.contact_last_name as "contactLastName",
       b.customer_id as "customerId", b.hold_expires_at as "holdExpiresAt",
       t.purpose, t.slots, t.whole_van as "wholeVan", t.specialty_items as "specialtyItems"
     from capacity_takings t join bookings b on b.id = t.booking_id
     where t.van_id = $1 and t.day = $2 order by b.pickup_hour nulls last, b.pickup_window, b.number`,
    [vanId, day],
  );
}
