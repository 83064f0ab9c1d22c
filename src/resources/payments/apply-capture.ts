import { serviceDayOf } from '../../clock.ts';
import type { TransactionContext } from '../../context.ts';
import { type Cents, formatUsd } from '../../pricing/money.ts';
import { moveTo } from '../_kit/move-to.ts';
import { execute } from '../_kit/sql.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { carryOutWaiting } from '../bookings/waiting-reschedule.ts';
import { currentRateCard } from '../services/load-rate-card.ts';
import { redeemDiscount } from '../services/redeem-discount.ts';
import { tryCapacity } from '../services/take-capacity.ts';
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
      if (!equal) return giveBack('late_payment', 'its price was another by then');
      if (booking.pickupDate < serviceDayOf(ctx.clock.now()))
        return giveBack('late_payment', 'its day has passed');
      if (await revive(ctx, booking)) return;
      return giveBack('late_payment', 'its day has no room any more');
    case 'cancelled':
      return giveBack('cancelled_payment', 'it was cancelled');
    default:
      if (payment.purpose === 'difference' && dueBefore > 0) {
        if (!equal) return compare();
        await carryOutWaiting(ctx, booking);
        return;
      }
      return giveBack('duplicate_payment', 'it was paid in full already');
  }
}

/**
 * A late payment in time for its day, if a van has room; its code counts again, even above the limit (`rules.md` §4). Says
 * whether there was room; without it nothing has changed.
 */
async function revive(ctx: TransactionContext, booking: Booking): Promise<boolean> {
  const snapshot = await currentRateCard(ctx);
  const savepoint = 'revive';
  await execute(ctx, `savepoint ${savepoint}`);
  await moveTo(ctx, booking, 'confirmed', { reason: 'Late payment' });
  if ((await tryCapacity(ctx, snapshot, { booking, day: booking.pickupDate })) !== 'taken') {
    await execute(ctx, `rollback to savepoint ${savepoint}`);
    await booking.reload({ transaction: ctx.tx });
    return false;
  }
  if (booking.price.discount?.applied && booking.discountCode !== null) {
    const use = {
      code: booking.discountCode,
      bookingId: booking.id,
      customerEmail: booking.contactEmail ?? '',
    };
    await redeemDiscount(ctx, use, { evenAboveLimit: true });
  }
  return true;
}
