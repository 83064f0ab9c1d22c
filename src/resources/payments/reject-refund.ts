import type { Context } from '../../context.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { endWaiting } from '../bookings/waiting-reschedule.ts';
import { lockRefund, moveRefund } from './move-refund.ts';
import { refundPolicy } from './refund.policy.ts';
import { refuseOwn } from './refuse-own.ts';
import { reviewMoneyLeft } from './review-money-left.ts';
import { withdrawRefunds } from './withdraw-refunds.ts';

interface Rejection {
  readonly refundId: string;
  readonly reason: string;
}

/**
 * Rejects a refund: its amount is free again. Throws `forbidden` (admins only, and nobody their own), `move_not_allowed`
 * when it was decided already.
 */
export async function rejectRefund(ctx: Context, { refundId, reason }: Rejection): Promise<void> {
  authorize(ctx, refundPolicy, 'reject');
  await inTransaction(ctx, async (tx) => {
    const { booking, payment, refund } = await lockRefund(tx, refundId);
    const rejectedBy = refuseOwn(tx, refund);
    await moveRefund(tx, refund, 'rejected', { rejectedBy, rejectedReason: reason });
    // The old price stays: what else was asked for it has no ground any more.
    if (refund.rescheduleId !== null) {
      await endWaiting(tx, booking);
      await withdrawRefunds(tx, booking, refund.rescheduleId);
    }
    await reviewMoneyLeft(tx, booking, payment);
  });
}
