import type { Context } from '../../context.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { select } from '../_kit/sql.ts';
import { endLivePayment } from '../payments/end-live-payment.ts';
import { lockBooking } from './find-booking.ts';
import { endWaiting } from './waiting-reschedule.ts';

/** Ends every wait whose link has lapsed: the old day and price stay (`rules.md` §5). */
export async function endLapsedWaits(ctx: Context): Promise<void> {
  const lapsed = await select<{ booking_id: string }>(
    ctx,
    `select booking_id from reschedules where status = 'waiting' and expires_at <= $1 order by expires_at limit 500`,
    [ctx.clock.now()],
  );
  for (const { booking_id: bookingId } of lapsed) {
    // A payment that succeeds in that moment has carried the move out; one under way is waited for.
    if ((await endLivePayment(ctx, bookingId, { orKeep: true })) === 'kept') continue;
    await inTransaction(ctx, async (tx) => endWaiting(tx, await lockBooking(tx, bookingId)));
  }
}
