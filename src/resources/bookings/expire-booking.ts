import type { Context, TransactionContext } from '../../context.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { moveTo } from '../_kit/move-to.ts';
import { endLivePayment } from '../payments/end-live-payment.ts';
import { Payment } from '../payments/payment.model.ts';
import { livePaymentStatuses } from '../payments/payment.states.ts';
import { releaseDiscount } from '../services/redeem-discount.ts';
import { Booking } from './booking.model.ts';
import { attemptsLeft, lockBooking } from './find-booking.ts';

/**
 * Ends a lapsed hold, or one whose attempts are used up: the intent is cancelled at Stripe, and only when it is cancelled
 * the hold goes (`rules.md` §3). A payment that succeeded in the meantime settles instead; one under way, or Stripe out of
 * reach, keeps the hold for the next try (throws).
 */
export async function expireBooking(ctx: Context, bookingId: string): Promise<'expired' | 'kept'> {
  const booking = await Booking.findByPk(bookingId);
  if (!booking || !isOver(ctx, booking) || holdsMoney(booking)) return 'kept';
  if ((await endLivePayment(ctx, bookingId, { orKeep: true })) === 'kept') return 'kept';
  return inTransaction(ctx, async (tx) => {
    const locked = await lockBooking(tx, bookingId);
    if (locked.status !== 'pending_payment' || holdsMoney(locked)) return 'kept';
    const live = await Payment.count({
      where: { bookingId, status: [...livePaymentStatuses] },
      transaction: tx.tx,
    });
    if (live > 0) return 'kept';
    await freeHold(tx, locked);
    return 'expired';
  });
}

/** Moves a booking without a live payment to `expired` and gives its code's use back. */
export async function freeHold(ctx: TransactionContext, booking: Booking): Promise<void> {
  const reason = attemptsLeft(booking) === 0 ? 'Payment attempts used up' : 'Payment time lapsed';
  await moveTo(ctx, booking, 'expired', { reason });
  if (booking.capturedCents === 0) await releaseDiscount(ctx, booking.id);
}

function isOver(ctx: Context, booking: Booking): boolean {
  if (booking.status !== 'pending_payment' || booking.holdExpiresAt === null) return false;
  return booking.holdExpiresAt <= ctx.clock.now() || attemptsLeft(booking) === 0;
}

/** Money that did not match waits for a person, and the day with it (`rules.md` §4). */
function holdsMoney(booking: Booking): boolean {
  return booking.capturedCents > booking.refundedCents + booking.lostDisputeCents;
}
