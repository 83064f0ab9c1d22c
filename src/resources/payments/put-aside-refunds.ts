import { Op } from 'sequelize';
import type { TransactionContext } from '../../context.ts';
import { type Cents, formatUsd } from '../../pricing/money.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { moveRefund } from './move-refund.ts';
import { openReview } from './open-review.ts';
import { Refund } from './refund.model.ts';
import { refundable } from './request-refund.ts';

/** What goes back or is taken outside always counts: what of ours no longer fits beside it, and is not sent, waits. */
export async function putAsideWhatCollides(
  ctx: TransactionContext,
  booking: Booking,
  paymentId: string,
): Promise<void> {
  for (const refund of await unsent(ctx, paymentId)) {
    if ((await refundable(ctx, paymentId)).cents >= 0) return;
    await moveRefund(ctx, refund, 'needs_review', {}, 'Money went back at Stripe meanwhile');
    await openReview(ctx, {
      kind: 'refund_collides',
      subject: refund.id,
      bookingId: booking.id,
      paymentId,
      reason: `Money for ${booking.number} went back at Stripe while a refund of ${usd(refund)} was waiting here.`,
      suggestedStep: 'Reject the refund, unless more is to go back.',
    });
  }
}

/** A dispute freezes what is left of its payment: what is not sent yet waits for a person (`rules.md` §5). */
export async function putAsideForDispute(
  ctx: TransactionContext,
  booking: Booking,
  paymentId: string,
): Promise<void> {
  for (const refund of await unsent(ctx, paymentId)) {
    await moveRefund(ctx, refund, 'needs_review', {}, 'The payment is disputed');
    await openReview(ctx, {
      kind: 'refund_collides',
      subject: refund.id,
      bookingId: booking.id,
      paymentId,
      reason: `A bank disputes the payment of ${booking.number} while a refund of ${usd(refund)} was waiting here.`,
      suggestedStep: 'When the dispute ends: approve the refund if it was won, reject it if it was lost.',
    });
  }
}

/** Ours that were not sent, the newest first. */
async function unsent(ctx: TransactionContext, paymentId: string): Promise<Refund[]> {
  return Refund.findAll({
    where: { paymentId, status: ['requested', 'approved'], source: { [Op.ne]: 'external' } },
    order: [['createdAt', 'DESC']],
    transaction: ctx.tx,
    lock: ctx.tx.LOCK.UPDATE,
  });
}

function usd({ amountCents }: Refund): string {
  return formatUsd(amountCents as Cents);
}
