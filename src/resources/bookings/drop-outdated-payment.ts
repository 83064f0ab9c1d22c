import type { Context } from '../../context.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { endLivePayment } from '../payments/end-live-payment.ts';
import { livePayment } from '../payments/live-payment.ts';
import { Booking } from './booking.model.ts';
import { amountDue, lockBooking } from './find-booking.ts';
import { backToInquiry, refuseLivePayment } from './update-booking.ts';

/**
 * Cancels a held booking's live payment when its sum is no longer what is due (a credit came in between); the booking is an
 * inquiry again, to be checked out anew. One that is right stays (`rules.md` §4). Throws as `endLivePayment` does.
 */
export async function dropOutdatedPayment(ctx: Context, bookingId: string): Promise<void> {
  if (!(await isOutdated(ctx, bookingId))) return;
  await endLivePayment(ctx, bookingId);
  await inTransaction(ctx, async (tx) => {
    const booking = await lockBooking(tx, bookingId);
    if (booking.status !== 'pending_payment') return;
    await refuseLivePayment(tx, booking);
    await backToInquiry(tx, booking);
  });
}

async function isOutdated(ctx: Context, bookingId: string): Promise<boolean> {
  const booking = await Booking.findByPk(bookingId, { transaction: ctx.tx ?? null });
  if (booking?.status !== 'pending_payment') return false;
  // Money that did not match waits for a person.
  if (booking.capturedCents > booking.refundedCents + booking.lostDisputeCents) return false;
  const live = await livePayment(ctx, bookingId);
  return live?.amountCents !== amountDue(booking);
}
