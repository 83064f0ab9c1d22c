import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { moveTo } from '../_kit/move-to.ts';
import { authorize } from '../_kit/policy.ts';
import { bookingPolicy } from './booking.policy.ts';
import { amountDue, lockBooking } from './find-booking.ts';

/**
 * Completes a confirmed booking by hand, where no driver's task does (`rules.md` §1). Throws `forbidden`, `not_found`,
 * `move_not_allowed` from any other state or while something is due: a completed booking is settled for good.
 */
export async function completeBooking(
  ctx: Context,
  { bookingId, reason }: { readonly bookingId: string; readonly reason: string },
): Promise<void> {
  authorize(ctx, bookingPolicy, 'complete');
  await inTransaction(ctx, async (tx) => {
    const booking = await lockBooking(tx, bookingId);
    if (booking.status !== 'confirmed') {
      throw new Refusal('move_not_allowed', { detail: 'Only a confirmed booking is completed by hand.' });
    }
    const due = amountDue(booking);
    if (due !== 0) {
      const sum = formatUsd(cents(Math.abs(due)));
      const detail =
        due > 0
          ? `${sum} is still due: collect or credit it first.`
          : `${sum} too much was paid: refund it first.`;
      throw new Refusal('move_not_allowed', { detail });
    }
    await moveTo(tx, booking, 'completed', { reason });
  });
}
