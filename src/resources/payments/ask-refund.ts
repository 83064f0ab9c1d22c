import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { lockBooking } from '../bookings/find-booking.ts';
import { lockPayment, lockRefund, moveRefund } from './move-refund.ts';
import { Payment } from './payment.model.ts';
import { paymentPolicy } from './payment.policy.ts';
import type { Refund } from './refund.model.ts';
import { refundPolicy } from './refund.policy.ts';
import { requestRefund } from './request-refund.ts';
import { reviewMoneyLeft } from './review-money-left.ts';

interface Asked {
  readonly paymentId: string;
  readonly amountCents: number;
  readonly reason: string;
}

/**
 * Staff ask for a part of a payment, or all of it, to go back; another admin decides (`rules.md` §5). Throws `forbidden`,
 * `not_found`, `refund_too_large` beyond what is left.
 */
export async function askRefund(ctx: Context, { paymentId, amountCents, reason }: Asked): Promise<Refund> {
  authorize(ctx, paymentPolicy, 'requestRefund');
  const staffId = staffOf(ctx);
  const { bookingId } = await Payment.findByPk(paymentId, { rejectOnEmpty: new Refusal('not_found') });
  return inTransaction(ctx, async (tx) => {
    await lockBooking(tx, bookingId);
    const payment = await lockPayment(tx, paymentId);
    return requestRefund(tx, payment, { amountCents, reason, field: 'amountCents', by: { staffId } });
  });
}

/**
 * Takes back what one asked for oneself and nobody has decided: its amount is free again. Throws `forbidden`,
 * `move_not_allowed` when it was decided, `conflict` when a new day waits for it.
 */
export async function withdrawRefund(ctx: Context, refundId: string): Promise<void> {
  authorize(ctx, refundPolicy, 'withdraw');
  const staffId = staffOf(ctx);
  await inTransaction(ctx, async (tx) => {
    const { booking, payment, refund } = await lockRefund(tx, refundId);
    if (refund.requestedBy !== staffId)
      throw new Refusal('forbidden', {
        detail: 'Only whoever asked for it takes it back; an admin rejects it.',
      });
    if (refund.rescheduleId !== null)
      throw new Refusal('conflict', {
        detail: 'The lower price of a new day waits for it: an admin rejects it.',
      });
    await moveRefund(tx, refund, 'withdrawn');
    await reviewMoneyLeft(tx, booking, payment);
  });
}

function staffOf({ actor }: Context): string {
  if (actor.type !== 'staff') throw new Refusal('forbidden');
  return actor.id;
}
