import { Op } from 'sequelize';
import { formatServiceDay, serviceDayOf } from '../../clock.ts';
import type { Context, TransactionContext } from '../../context.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import { audit } from '../_kit/audit.ts';
import { crashPoint } from '../_kit/crash-point.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { post } from '../_kit/post.ts';
import { execute } from '../_kit/sql.ts';
import { amountToCharge, isUuid, lockBooking } from '../bookings/find-booking.ts';
import { notifyCustomer } from '../notifications/notify.ts';
import { applyCapture } from './apply-capture.ts';
import { openReview } from './open-review.ts';
import { Payment } from './payment.model.ts';
import { isLive } from './payment.states.ts';
import { recordDecline } from './record-decline.ts';
import { type IntentFacts, retrieveIntent } from './stripe/intents.ts';

export type Settled = 'settled' | 'already_settled' | 'open' | 'not_ours';

/**
 * Brings a payment to where Stripe says it is. The intent is read anew: whoever calls is trusted for its id only, any
 * number of times and in any order (`product.md` §4).
 */
export async function settlePayment(
  ctx: Context,
  { paymentIntentId }: { readonly paymentIntentId: string },
): Promise<Settled> {
  const known = await findPayment(paymentIntentId);
  // Nothing at Stripe changes it any more: of the several events that tell of one success all but the first end here.
  if (known?.status === 'succeeded') return 'already_settled';
  const intent = await retrieveIntent(ctx, paymentIntentId);
  crashPoint(ctx, 'settle.fetched');
  return settle(ctx, known ?? (await findUnlinked(intent)), intent);
}

/** The same for an intent that was just read. */
export async function settleIntent(ctx: Context, intent: IntentFacts): Promise<Settled> {
  return settle(ctx, (await findPayment(intent.id)) ?? (await findUnlinked(intent)), intent);
}

async function settle(ctx: Context, payment: Payment | null, intent: IntentFacts): Promise<Settled> {
  if (!payment) return reportOrphan(ctx, intent);
  // A later try hides what an earlier one failed of; that a card was charged at all stays.
  const wasTried = intent.failure !== null || intent.chargeId !== null;
  switch (intent.status) {
    case 'succeeded':
      return settleSuccess(ctx, payment, intent);
    case 'canceled':
      if (wasTried) await recordDecline(ctx, payment, intent);
      return settleCancelled(ctx, payment, intent);
    case 'requires_payment_method':
      if (wasTried) await recordDecline(ctx, payment, intent);
      return 'open';
    case 'processing':
      await noteProgress(ctx, payment, intent, 'processing');
      return 'open';
    default:
      await noteProgress(ctx, payment, intent, 'pending');
      if (wasTried) await recordDecline(ctx, payment, intent);
      return 'open';
  }
}

async function findPayment(paymentIntentId: string): Promise<Payment | null> {
  return Payment.findOne({ where: { stripePaymentIntentId: paymentIntentId } });
}

/** Created under our row's key, but we died before the id was stored. */
async function findUnlinked({ paymentId }: IntentFacts): Promise<Payment | null> {
  if (paymentId === null || !isUuid(paymentId)) return null;
  return Payment.findOne({ where: { id: paymentId, stripePaymentIntentId: { [Op.is]: null } } });
}

/** Money under our own metadata without a row of ours needs a person; anything else at Stripe is quiet. */
async function reportOrphan(ctx: Context, intent: IntentFacts): Promise<Settled> {
  if (intent.paymentId !== null && intent.status === 'succeeded') {
    await inTransaction(ctx, (tx) =>
      openReview(tx, {
        kind: 'orphan_payment',
        subject: intent.id,
        reason: 'Stripe holds a payment that carries our marks, but no payment of ours knows it.',
        suggestedStep: 'Look it up at Stripe and refund it there unless it belongs to another system.',
      }),
    );
  }
  return 'not_ours';
}

async function settleSuccess(ctx: Context, found: Payment, intent: IntentFacts): Promise<Settled> {
  // It never leaves that state: no lock is needed to see it.
  if (found.status === 'succeeded') return 'already_settled';
  const outcome = await inTransaction(ctx, async (tx): Promise<Settled> => {
    const booking = await lockBooking(tx, found.bookingId);
    const payment = await Payment.findByPk(found.id, {
      transaction: tx.tx,
      lock: tx.tx.LOCK.UPDATE,
      rejectOnEmpty: true,
    });
    if (payment.status === 'succeeded') return 'already_settled';
    const now = ctx.clock.now();
    const dueBefore = await amountToCharge(tx, booking);
    const before = payment.status;
    await payment.update(
      {
        status: 'succeeded',
        stripePaymentIntentId: intent.id,
        stripeChargeId: intent.chargeId,
        cardWords: intent.cardWords,
        failureCode: null,
        failureReason: null,
        settledAt: now,
        updatedAt: now,
      },
      { transaction: tx.tx },
    );
    await execute(
      tx,
      `insert into payment_audits (booking_id, payment_id, kind, amount_cents, stripe_object_id, occurred_at, created_at)
       values ($1, $2, 'captured', $3, $4, $5, $5)`,
      [booking.id, payment.id, intent.receivedCents, intent.chargeId ?? intent.id, now],
    );
    await audit(tx, {
      action: 'payment.succeeded',
      subjectType: 'payment',
      subjectId: payment.id,
      bookingId: booking.id,
      changes: { status: [before, 'succeeded'], capturedCents: [0, intent.receivedCents] },
    });
    await notifyCustomer(tx, booking, {
      type: 'payment_receipt',
      eventKey: payment.id,
      variables: {
        amount: formatUsd(cents(intent.receivedCents)),
        paidOn: formatServiceDay(serviceDayOf(now)),
        cardWords: intent.cardWords ?? '',
        // Its link is made with the mail.
        attempt: String(payment.attempt),
      },
    });
    await booking.reload({ transaction: tx.tx });
    await applyCapture(tx, booking, payment, intent, dueBefore);
    await cancelOthers(tx, payment);
    crashPoint(ctx, 'settle.before_commit');
    return 'settled';
  });
  crashPoint(ctx, 'settle.committed');
  return outcome;
}

/** A booking that got its money needs no other live payment. */
async function cancelOthers(ctx: TransactionContext, payment: Payment): Promise<void> {
  const others = await Payment.findAll({
    where: {
      bookingId: payment.bookingId,
      id: { [Op.ne]: payment.id },
      status: ['created', 'pending', 'processing'],
    },
    transaction: ctx.tx,
  });
  for (const other of others) await post(ctx, 'cancel_intent', { paymentId: other.id });
}

/** Cancelled at Stripe, by us before a crash or by hand: the row follows, and the expiry frees the hold at once. */
async function settleCancelled(ctx: Context, found: Payment, intent: IntentFacts): Promise<Settled> {
  return inTransaction(ctx, async (tx) => {
    const booking = await lockBooking(tx, found.bookingId);
    const payment = await Payment.findByPk(found.id, {
      transaction: tx.tx,
      lock: tx.tx.LOCK.UPDATE,
      rejectOnEmpty: true,
    });
    if (!isLive(payment.status)) return 'already_settled';
    const now = ctx.clock.now();
    await payment.update(
      { status: 'cancelled', stripePaymentIntentId: intent.id, updatedAt: now },
      { transaction: tx.tx },
    );
    if (booking.status === 'pending_payment') {
      await booking.update({ holdExpiresAt: now, updatedAt: now }, { transaction: tx.tx });
      await post(tx, 'expire_holds', {});
    }
    return 'settled';
  });
}

async function noteProgress(
  ctx: Context,
  found: Payment,
  intent: IntentFacts,
  status: 'pending' | 'processing',
): Promise<void> {
  if (found.status === status && found.stripePaymentIntentId === intent.id) return;
  await inTransaction(ctx, async (tx) => {
    await lockBooking(tx, found.bookingId);
    const payment = await Payment.findByPk(found.id, {
      transaction: tx.tx,
      lock: tx.tx.LOCK.UPDATE,
      rejectOnEmpty: true,
    });
    if (!isLive(payment.status) || payment.status === status) return;
    await payment.update(
      { status, stripePaymentIntentId: intent.id, updatedAt: ctx.clock.now() },
      { transaction: tx.tx },
    );
  });
}
