import type { TransactionContext } from '../../context.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { moveRefund } from './move-refund.ts';
import { Refund } from './refund.model.ts';

/**
 * Withdraws what was asked for and not approved yet, put aside or not: a cancellation or a new reschedule decides anew
 * (`rules.md` §5).
 */
export async function withdrawRefunds(
  ctx: TransactionContext,
  booking: Booking,
  rescheduleId?: string,
): Promise<void> {
  const waiting = await Refund.findAll({
    where: {
      bookingId: booking.id,
      status: ['requested', 'needs_review'],
      approvedAt: null,
      ...(rescheduleId && { rescheduleId }),
    },
    order: ['id'],
    transaction: ctx.tx,
    lock: ctx.tx.LOCK.UPDATE,
  });
  for (const refund of waiting) await moveRefund(ctx, refund, 'withdrawn');
}
