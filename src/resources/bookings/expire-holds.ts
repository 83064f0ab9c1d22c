import type { Context } from '../../context.ts';
import { select } from '../_kit/sql.ts';
import { endLapsedWaits } from './end-lapsed-waits.ts';
import { expireBooking } from './expire-booking.ts';

/** Ends every hold that is over, one by one: one that cannot be ended now does not keep the others. */
export async function expireHolds(ctx: Context): Promise<void> {
  await endLapsedWaits(ctx);
  const over = await select<{ id: string }>(
    ctx,
    `select id from bookings where hold_expires_at is not null
       and (hold_expires_at <= $1 or payment_attempts_used >= payment_attempts_allowed)
     order by hold_expires_at limit 500`,
    [ctx.clock.now()],
  );
  const failures: unknown[] = [];
  for (const { id } of over) {
    try {
      await expireBooking(ctx, id);
    } catch (error) {
      ctx.log.warn({ err: error, bookingId: id }, 'hold kept for now');
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} of ${over.length} holds kept for now`);
}
