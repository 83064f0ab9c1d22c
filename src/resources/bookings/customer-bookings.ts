import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { select } from '../_kit/sql.ts';
import { Booking } from './booking.model.ts';
import { type BookingFacts, factsOf, isUuid } from './find-booking.ts';

interface Asked {
  readonly customerId: string;
  readonly limit: number;
  /** The last booking that was seen, by id. */
  readonly cursor: string | null;
}

export interface BookingsPage {
  readonly bookings: readonly BookingFacts[];
  /** `null` on the last page. */
  readonly nextCursor: string | null;
}

/** A customer's bookings, the latest made first; archived ones are not there. Throws `invalid` for a cursor that is not theirs. */
export async function customerBookings(
  ctx: Context,
  { customerId, limit, cursor }: Asked,
): Promise<BookingsPage> {
  if (cursor !== null) await refuseForeign(ctx, customerId, cursor);
  const rows = await select<{ id: string }>(
    ctx,
    `select id from bookings where customer_id = $1 and archived_at is null
       and ($2::uuid is null or (created_at, id) < (select created_at, id from bookings where id = $2))
     order by created_at desc, id desc limit $3`,
    [customerId, cursor, limit + 1],
  );
  const ids = rows.slice(0, limit).map(({ id }) => id);
  const found = await Booking.findAll({ where: { id: ids }, include: ['payments', 'deliveries'] });
  return {
    bookings: ids.flatMap((id) => found.filter((booking) => booking.id === id).map(factsOf)),
    nextCursor: rows.length > limit ? (ids.at(-1) ?? null) : null,
  };
}

/** What is not theirs is `not_found`, like what is not there. */
export async function refuseForeignBooking(
  ctx: Context,
  { customerId, bookingId }: { readonly customerId: string; readonly bookingId: string },
): Promise<void> {
  if (!isUuid(bookingId)) throw new Refusal('not_found');
  const own = await select(
    ctx,
    'select 1 from bookings where id = $1 and customer_id = $2 and archived_at is null',
    [bookingId, customerId],
  );
  if (own.length === 0) throw new Refusal('not_found');
}

async function refuseForeign(ctx: Context, customerId: string, cursor: string): Promise<void> {
  const known = await select(ctx, 'select 1 from bookings where id = $1 and customer_id = $2', [
    cursor,
    customerId,
  ]);
  if (known.length > 0) return;
  const message = 'This is no cursor of this list.';
  throw new Refusal('invalid', { violations: [{ path: 'cursor', code: 'not_found', message }] });
}
