import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { amountDue, lockBooking } from '../bookings/find-booking.ts';
import { endLivePayment } from './end-live-payment.ts';
import { lockLivePayment } from './live-payment.ts';
import { openIntent } from './open-intent.ts';
import type { Payment } from './payment.model.ts';
import { startPayment } from './start-payment.ts';

/**
 * Opens the payment of the difference that a new day waits for, or finds the one under way; one of another sum is cancelled
 * first (`rules.md` §2, §4). Throws `conflict` when nothing waits.
 */
export async function openDifference(
  ctx: Context,
  bookingId: string,
): Promise<{ payment: Payment; clientSecret: string | null }> {
  const opened = await inTransaction(ctx, async (tx) => {
    const booking = await lockBooking(tx, bookingId);
    if (booking.waitingTotalCents === null)
      throw new Refusal('conflict', { detail: 'Nothing is to be paid for this booking just now.' });
    const live = await lockLivePayment(tx, bookingId);
    const amountCents = amountDue(booking);
    if (live && live.amountCents !== amountCents) return null;
    return {
      booking,
      payment: live ?? (await startPayment(tx, { bookingId, purpose: 'difference', amountCents })),
    };
  });
  if (opened) return openIntent(ctx, opened.booking, opened.payment);
  await endLivePayment(ctx, bookingId);
  return openDifference(ctx, bookingId);
}
