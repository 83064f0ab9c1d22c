import { addMinutes, formatInstant } from '../../clock.ts';
import type { Context, TransactionContext } from '../../context.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { post } from '../_kit/post.ts';
import { select } from '../_kit/sql.ts';
import { lockBooking } from '../bookings/find-booking.ts';
import { tellOfDecline } from '../notifications/tell-of-decline.ts';
import { countDeclines } from './limit-declines.ts';
import { openReview } from './open-review.ts';
import { Payment } from './payment.model.ts';
import { isLive } from './payment.states.ts';
import { countFailedCharges, type IntentFacts } from './stripe/intents.ts';

/**
 * Notes a declined card: the reason in plain words, and the attempts as Stripe counts them over all the booking's intents
 * (`rules.md` §4), also when the intent was cancelled before we heard of it. After the last one the hold ends as a lapsed
 * one does.
 */
export async function recordDecline(ctx: Context, found: Payment, intent: IntentFacts): Promise<void> {
  const siblings = await Payment.findAll({
    where: { bookingId: found.bookingId },
    attributes: ['stripePaymentIntentId'],
  });
  const intentIds = new Set([
    intent.id,
    ...siblings.flatMap(({ stripePaymentIntentId }) => stripePaymentIntentId ?? []),
  ]);
  const attempts = await countFailedCharges(ctx, [...intentIds]);
  await inTransaction(ctx, async (tx) => {
    const booking = await lockBooking(tx, found.bookingId);
    const payment = await Payment.findByPk(found.id, {
      transaction: tx.tx,
      lock: tx.tx.LOCK.UPDATE,
      rejectOnEmpty: true,
    });
    if (attempts < booking.paymentAttemptsUsed) return;
    const now = ctx.clock.now();
    if (isLive(payment.status)) {
      const status =
        payment.status === 'created' || payment.status === 'processing' ? 'pending' : payment.status;
      await payment.update(
        {
          status,
          stripePaymentIntentId: intent.id,
          failureCode: intent.failure?.code ?? null,
          failureReason: intent.failure?.reason ?? null,
          updatedAt: now,
        },
        { transaction: tx.tx },
      );
    }
    if (attempts === booking.paymentAttemptsUsed) return;
    await audit(tx, {
      action: 'payment.declined',
      subjectType: 'payment',
      subjectId: payment.id,
      bookingId: booking.id,
      reason: intent.failure?.reason ?? 'The card was declined.',
      changes: { paymentAttemptsUsed: [booking.paymentAttemptsUsed, attempts] },
    });
    await tellOfDecline(tx, booking, {
      attempts,
      amountCents: payment.amountCents,
      reason: intent.failure?.reason ?? '',
    });
    await countDeclines(tx, booking, attempts - booking.paymentAttemptsUsed);
    await tellOfCardTesting(tx);
    await booking.update({ paymentAttemptsUsed: attempts, updatedAt: now }, { transaction: tx.tx });
    if (attempts >= booking.paymentAttemptsAllowed) await post(tx, 'expire_holds', {});
  });
}

/** More declined cards within an hour than customers mistype: somebody tries stolen ones. */
const SUSPICIOUS_DECLINES = 20;

/** Limits hold each client and booking back (`rules.md` §8); a storm of them is put before a person, once an hour. */
async function tellOfCardTesting(ctx: TransactionContext): Promise<void> {
  const now = ctx.clock.now();
  const [declined] = await select<{ cards: number; bookings: number }>(
    ctx,
    `select count(*)::int as cards, count(distinct booking_id)::int as bookings
     from audit_logs where action = 'payment.declined' and at > $1`,
    [addMinutes(now, -60)],
  );
  if (!declined || declined.cards < SUSPICIOUS_DECLINES) return;
  await openReview(ctx, {
    kind: 'card_testing',
    subject: now.toISOString().slice(0, 13),
    reason: `${declined.cards} cards of ${declined.bookings} bookings were declined in the hour before ${formatInstant(now)}: somebody may be trying stolen cards.`,
    suggestedStep: 'Look at the bookings in question and at Stripe Radar; block what is not a customer.',
  });
}
