import type { TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { lockBooking } from '../bookings/find-booking.ts';
import { closeReview } from './open-review.ts';
import { Payment } from './payment.model.ts';
import { Refund } from './refund.model.ts';
import { mayMoveRefund, type RefundStatus } from './refund.states.ts';

interface LockedRefund {
  readonly booking: Booking;
  readonly payment: Payment;
  readonly refund: Refund;
}

/** Locks a payment for the rest of the transaction. Its booking is locked before it. */
export async function lockPayment(ctx: TransactionContext, paymentId: string): Promise<Payment> {
  return Payment.findByPk(paymentId, {
    transaction: ctx.tx,
    lock: ctx.tx.LOCK.UPDATE,
    rejectOnEmpty: new Refusal('not_found'),
  });
}

/** Locks a refund after its booking and its payment. Throws `not_found`. */
export async function lockRefund(ctx: TransactionContext, refundId: string): Promise<LockedRefund> {
  const found = await Refund.findByPk(refundId, {
    transaction: ctx.tx,
    rejectOnEmpty: new Refusal('not_found'),
  });
  const booking = await lockBooking(ctx, found.bookingId);
  const payment = await lockPayment(ctx, found.paymentId);
  const refund = await found.reload({ transaction: ctx.tx, lock: ctx.tx.LOCK.UPDATE });
  return { booking, payment, refund };
}

type Changes = Partial<
  Pick<
    Refund,
    | 'approvedBy'
    | 'approvedAt'
    | 'rejectedBy'
    | 'rejectedReason'
    | 'stripeRefundId'
    | 'failureReason'
    | 'settledAt'
  >
>;

/** Moves a locked refund, with the audit row. Throws `move_not_allowed` for a move that its states do not know. */
export async function moveRefund(
  ctx: TransactionContext,
  refund: Refund,
  status: RefundStatus,
  changes: Changes = {},
  reason?: string,
): Promise<void> {
  const from = refund.status;
  if (!mayMoveRefund(from, status))
    throw new Refusal('move_not_allowed', { detail: 'This refund was decided or paid out already.' });
  await refund.update({ status, ...changes, updatedAt: ctx.clock.now() }, { transaction: ctx.tx });
  if (from === 'needs_review') {
    const resolution = `The refund was decided: ${status}.`;
    for (const kind of ['refund_collides', 'refund_refused'] as const)
      await closeReview(ctx, { kind, subject: refund.id, resolution });
  }
  await audit(ctx, {
    action: `refund.${status}`,
    subjectType: 'refund',
    subjectId: refund.id,
    bookingId: refund.bookingId,
    ...(reason !== undefined && { reason }),
    changes: { status: [from, status] },
  });
}
