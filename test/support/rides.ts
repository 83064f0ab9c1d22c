import type { Context } from '../../src/context.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { inquireBooking } from '../../src/resources/bookings/inquire-booking.ts';
import { bookingRequest } from './bookings.ts';

export interface Riding {
  readonly id: string;
  readonly number: string;
}

interface Ride {
  readonly van: string;
  readonly slots?: number;
  readonly specialtyItems?: number;
  readonly wholeVan?: boolean;
  readonly day?: string;
  readonly firstName?: string;
}

/** A confirmed booking with a place in a van of that name: the database refuses one that does not fit. */
export async function rideIn(ctx: Context, ride: Ride): Promise<Riding> {
  const { van, slots = 1, specialtyItems = 0, wholeVan = false, day = '2027-05-12', firstName = 'Jo' } = ride;
  const contact = { firstName, lastName: 'Doe', email: 'jo@example.com', phone: '(212) 555-0100' };
  const { id, number } = await inquireBooking(ctx, {
    request: bookingRequest({ pickupDate: day, contact }),
  });
  await execute(ctx, `update bookings set status = 'confirmed', confirmed_at = $2 where id = $1`, [
    id,
    ctx.clock.now(),
  ]);
  await execute(
    ctx,
    `insert into capacity_takings (booking_id, van_id, day, slots, whole_van, specialty_items, created_at, updated_at)
     select $1, id, $3, $4, $5, $6, $7, $7 from vans where name = $2`,
    [id, van, day, slots, wholeVan, specialtyItems, ctx.clock.now()],
  );
  return { id, number };
}

export async function vanIdOf(ctx: Context, name: string): Promise<string> {
  const [van] = await select<{ id: string }>(ctx, 'select id from vans where name = $1', [name]);
  return van?.id ?? '';
}

/** The name of the van that a booking rides in. */
export async function vanOf(ctx: Context, { id }: Riding): Promise<string> {
  const [van] = await select<{ name: string }>(
    ctx,
    `select v.name from capacity_takings t join vans v on v.id = t.van_id where t.booking_id = $1`,
    [id],
  );
  return van?.name ?? '';
}
