import type { Context } from '../../context.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { post } from '../_kit/post.ts';
import { lowerWaitingPrice } from '../bookings/waiting-reschedule.ts';
import { lockRefund, moveRefund } from './move-refund.ts';
import { refundPolicy } from './refund.policy.ts';
import { refuseOwn } from './refuse-own.ts';
import { refundable, refundTooLarge } from './request-refund.ts';

/**
 * Approves a refund, which then goes to Stripe by job. Throws `forbidden` (admins only, and nobody their own),
 * `move_not_allowed` when it was decided already, `refund_too_large` when money went back meanwhile.
 */
export async function approveRefund(ctx: Context, refundId: string): Promise<void> {
  authorize(ctx, refundPolicy, 'approve');
  await inTransaction(ctx, async (tx) => {
    const { booking, refund } = await lockRefund(tx, refundId);
    const approvedBy = refuseOwn(tx, refund);
    const left = await refundable(tx, refund.paymentId);
    const isCounted = refund.status === 'requested';
    if (left.isFrozen || (!isCounted && refund.amountCents > left.cents)) throw refundTooLarge(left);
    await moveRefund(tx, refund, 'approved', { approvedBy, approvedAt: tx.clock.now() });
    await post(tx, 'submit_refund', { refundId });
    if (refund.rescheduleId !== null) await lowerWaitingPrice(tx, booking, refund.rescheduleId);
  });
}
