import { addMinutes, earlier } from '../../clock.ts';
import type { Context, TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { notifyCustomer } from '../notifications/notify.ts';
import { currentRateCard } from '../services/load-rate-card.ts';
import type { RateCardSnapshot } from '../services/rate-card-snapshot.ts';
import { Booking } from './booking.model.ts';
import { bookingPolicy } from './booking.policy.ts';
import { missingDetails, requestOf } from './booking-columns.ts';
import { dayWords } from './booking-request.ts';
import { priceToCharge, refuseUnready } from './check-out-booking.ts';
import { cutOffOf, dayRefusal, pickupBegins } from './day-of-booking.ts';
import { dropOutdatedPayment } from './drop-outdated-payment.ts';
import { amountDue, lockBooking } from './find-booking.ts';
import { paymentLinkUrl } from './payment-link.ts';
import { refusePaid } from './refuse-paid.ts';

export interface SentLink {
  readonly url: string;
  readonly expiresAt: Date;
  readonly dueCents: number;
}

/**
 * Makes a link by which a booking is paid, with three more attempts (`rules.md` §4). It lives a day or until the cut-off;
 * opening it holds the day. A live intent stays while its sum is right, else it is cancelled first. Throws `forbidden`,
 * `not_found`, `already_paid`, `booking_cancelled`, `move_not_allowed`, `incomplete`, `date_unavailable`.
 */
export async function sendPaymentLink(ctx: Context, bookingId: string): Promise<SentLink> {
  authorize(ctx, bookingPolicy, 'sendPaymentLink');
  const snapshot = await currentRateCard(ctx);
  const before = await Booking.findByPk(bookingId, { rejectOnEmpty: new Refusal('not_found') });
  refuseUnpayable(before);
  await dropOutdatedPayment(ctx, bookingId);
  return inTransaction(ctx, async (tx) => {
    const booking = await lockBooking(tx, bookingId);
    refuseUnpayable(booking);
    const expiresAt = linkEnd(ctx, snapshot, booking);
    await makePayable(tx, snapshot, booking);
    const allowed = booking.paymentAttemptsAllowed + snapshot.settings.paymentAttempts;
    await audit(tx, {
      action: 'booking.paymentLinkSent',
      subjectType: 'booking',
      subjectId: booking.id,
      bookingId: booking.id,
      changes: { paymentAttemptsAllowed: [booking.paymentAttemptsAllowed, allowed] },
    });
    await booking.update(
      { paymentAttemptsAllowed: allowed, updatedAt: ctx.clock.now() },
      { transaction: tx.tx },
    );
    const url = paymentLinkUrl(ctx.config, booking, expiresAt);
    const dueCents = amountDue(booking);
    await notifyCustomer(tx, booking, {
      type: 'payment_link',
      eventKey: `${booking.id} ${allowed}`,
      variables: {
        amount: formatUsd(cents(dueCents)),
        expiresAt: expiresAt.toISOString(),
        reason: '',
      },
    });
    return { url, expiresAt, dueCents };
  });
}

/** Until when a link made now would live. Throws `date_unavailable` when it is too late for one. */
export function linkEnd(
  ctx: Pick<Context, 'clock'>,
  snapshot: RateCardSnapshot,
  booking: Pick<Booking, 'pickupDate' | 'pickupHour' | 'cutOffOverrideReason' | 'holdExpiresAt'>,
): Date {
  const now = ctx.clock.now();
  const isOverridden = booking.cutOffOverrideReason !== null;
  const closing = isOverridden ? pickupBegins(booking) : cutOffOf(snapshot, booking);
  const end = earlier(addMinutes(now, snapshot.settings.paymentLinkHours * 60), closing);
  if (end > now) return end;
  // A live hold is never asked for its cut-off.
  if (booking.holdExpiresAt !== null && booking.holdExpiresAt > now) return booking.holdExpiresAt;
  throw new Refusal('date_unavailable', {
    extras: { reason: 'cut_off' },
    detail: isOverridden
      ? 'The pickup window has begun: it is too late for a payment link.'
      : 'The cut-off for this day has passed. Change the booking and give a reason to pass it, or choose a later day.',
  });
}

function refuseUnpayable(booking: Booking): void {
  if (booking.archivedAt !== null) throw new Refusal('not_found');
  refusePaid(booking);
  const missing = missingDetails(requestOf(booking)).map(({ path }) => detailWords[path] ?? path);
  if (missing.length > 0) {
    throw new Refusal('incomplete', { detail: `Add this before it can be paid: ${missing.join(', ')}.` });
  }
}

const detailWords: Readonly<Record<string, string>> = {
  contact: 'the contact',
  pickupAddress: 'the pickup address',
  deliveryAddress: 'the delivery address',
  'miniMove.itemCount': 'the number of items',
  'standardDelivery.description': 'what the items are',
  'standardDelivery.heaviestItemLbs': 'the weight of the heaviest item',
  'airportTransfer.flightTime': 'the time of the flight',
};

/** A held booking keeps its hold with its intent; any other is priced as its checkout would price it now. */
async function makePayable(
  ctx: TransactionContext,
  snapshot: RateCardSnapshot,
  booking: Booking,
): Promise<void> {
  if (booking.status === 'pending_payment') return;
  refuseUnready(ctx, snapshot, booking);
  const reason = await dayRefusal(ctx, snapshot, booking);
  if (reason !== undefined)
    throw new Refusal('date_unavailable', { extras: { reason }, detail: dayWords[reason] });
  const { columns } = await priceToCharge(ctx, snapshot, booking);
  if (columns) await booking.update(columns, { transaction: ctx.tx });
}
