import { serviceDayOf } from '../../clock.ts';
import type { TransactionContext } from '../../context.ts';
import { type Cents, formatUsd } from '../../pricing/money.ts';
import { moveTo } from '../_kit/move-to.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { redeemDiscount } from '../services/redeem-discount.ts';
import { openReview } from './open-review.ts';
import type { Payment } from './payment.model.ts';
import { requestRefund } from './request-refund.ts';
import type { IntentFacts } from './stripe/intents.ts';

/**
 * What money that has come does to its booking: the table of `rules.md` §4. `dueBefore` is what the booking owed before it
 * came. What must go back whole goes back by rule, with this transaction; what only differs is put before a person.
 */
export async function applyCapture(
  ctx: TransactionContext,
  booking: Booking,
  payment: Payment,
  intent: IntentFacts,
  dueBefore: number,
): Promise<void> {
  const received = intent.receivedCents;
  const equal =
    intent.currency === payment.currency && received === payment.amountCents && received === dueBefore;
  const giveBack = async (
    rule: 'late_payment' | 'duplicate_payment' | 'cancelled_payment',
    why: string,
  ): Promise<void> => {
    const reason = `${formatUsd(received as Cents)} came for ${booking.number}, but ${why}.`;
    await requestRefund(ctx, payment, { amountCents: received, reason, by: { rule } });
  };
  const compare = () =>
    openReview(ctx, {
      kind: 'amount_mismatch',
      subject: payment.id,
      bookingId: booking.id,
      paymentId: payment.id,
      reason: `${formatUsd(received as Cents)} came for ${booking.number}, where ${formatUsd(dueBefore as Cents)} was due.`,
      suggestedStep: 'Accept the difference as a credit, or refund the payment.',
    });

  switch (booking.status) {
    case 'pending_payment':
      return equal ? moveTo(ctx, booking, 'confirmed', { reason: 'Paid' }) : compare();
    case 'inquiry':
      return giveBack('late_payment', 'the booking had been changed since');
    case 'expired':
      if (equal && booking.pickupDate >= serviceDayOf(ctx.clock.now())) return revive(ctx, booking);
      return giveBack('late_payment', equal ? 'its day has passed' : 'its price was another by then');
    case 'cancelled':
      return giveBack('cancelled_payment', 'it was cancelled');
    default:
      if (payment.purpose === 'difference' && dueBefore > 0) return equal ? undefined : compare();
      return giveBack('duplicate_payment', 'it was paid in full already');
  }
}

/** A late payment in time for its day; its code counts again, even above the limit (`rules.md` §4). */
async function revive(ctx: TransactionContext, booking: Booking): Promise<void> {
  if (booking.price.discount?.applied && booking.discountCode !== null) {
    const use = {
      code: booking.discountCode,
      bookingId: booking.id,
      customerEmail: booking.contactEmail ?? '',
    };
    await redeemDiscount(ctx, use, { evenAboveLimit: true });
  }
  await moveTo(ctx, booking, 'confirmed', { reason: 'Late payment' });
}
