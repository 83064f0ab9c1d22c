import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { cents } from '../../pricing/money.ts';
import { overrideTotal } from '../../pricing/override-total.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { endLivePayment } from '../payments/end-live-payment.ts';
import { currentRateCard } from '../services/load-rate-card.ts';
import { Booking } from './booking.model.ts';
import { bookingPolicy } from './booking.policy.ts';
import { lockBooking } from './find-booking.ts';
import { priceChange } from './price-change.ts';
import { refusePaid } from './refuse-paid.ts';
import { backToInquiry, refuseLivePayment } from './update-booking.ts';

interface Override {
  readonly bookingId: string;
  readonly totalCents: number;
  readonly reason: string;
}

/**
 * Agrees another total with the customer before they pay (`rules.md` §2): the live intent is cancelled at Stripe first, a
 * held booking is an inquiry again, and the difference is a line with the reason. It outlives the lock. Throws `forbidden`
 * (admins only), `not_found`, `already_paid`, `booking_cancelled`, `move_not_allowed` while money is with us.
 */
export async function overridePrice(
  ctx: Context,
  { bookingId, totalCents, reason }: Override,
): Promise<void> {
  authorize(ctx, bookingPolicy, 'overridePrice');
  refusePaid(await Booking.findByPk(bookingId, { rejectOnEmpty: new Refusal('not_found') }));
  const { settings } = await currentRateCard(ctx);
  await endLivePayment(ctx, bookingId);
  await inTransaction(ctx, async (tx) => {
    const booking = await lockBooking(tx, bookingId);
    refusePaid(booking);
    if (booking.status === 'pending_payment') {
      await refuseLivePayment(tx, booking);
      await backToInquiry(tx, booking);
    }
    const price = overrideTotal(booking.price, cents(totalCents), reason);
    const coiRequired = booking.coi || totalCents > settings.coiThresholdCents;
    const columns = {
      price: { ...price, coiRequired },
      subtotalCents: price.subtotalCents,
      totalCents,
      coiRequired,
    };
    const changes = priceChange(booking, columns);
    await booking.update(
      { ...columns, version: booking.version + 1, updatedAt: ctx.clock.now() },
      { transaction: tx.tx },
    );
    await audit(tx, {
      action: 'booking.priceOverridden',
      subjectType: 'booking',
      subjectId: booking.id,
      subjectVersion: booking.version,
      bookingId: booking.id,
      reason,
      changes,
    });
  });
}
