import type { TransactionContext } from '../../context.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { amountDue, isSold } from '../bookings/find-booking.ts';
import { openReview } from './open-review.ts';
import type { Payment } from './payment.model.ts';
import { Refund } from './refund.model.ts';

/**
 * After a refund that will not be: money that a booking does not earn, of which nothing else is on its way back, is put
 * before a person (`rules.md` §5).
 */
export async function reviewMoneyLeft(
  ctx: TransactionContext,
  booking: Booking,
  payment: Payment,
): Promise<void> {
  const held = booking.capturedCents - booking.refundedCents - booking.lostDisputeCents;
  const isUnearned = isSold(booking) ? amountDue(booking) < 0 : held > 0;
  if (!isUnearned) return;
  const going = await Refund.count({
    where: { bookingId: booking.id, status: ['requested', 'approved', 'sent'] },
    transaction: ctx.tx,
  });
  if (going > 0) return;
  await openReview(ctx, {
    kind: 'amount_mismatch',
    subject: payment.id,
    bookingId: booking.id,
    paymentId: payment.id,
    reason: `A refund for ${booking.number} will not be made, but we hold more of its money than it costs.`,
    suggestedStep: 'Ask for the refund again, or say what was agreed with the customer.',
  });
}
