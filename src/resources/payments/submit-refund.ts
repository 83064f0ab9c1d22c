import type { Context } from '../../context.ts';
import { crashPoint } from '../_kit/crash-point.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { lockRefund, moveRefund } from './move-refund.ts';
import { openReview } from './open-review.ts';
import { Payment } from './payment.model.ts';
import type { Refund } from './refund.model.ts';
import { settleRefundAs } from './settle-refund.ts';
import { createRefund, refundsOf } from './stripe/refunds.ts';

/**
 * Sends an approved refund to Stripe, any number of times at once: marked as sent and committed first, then Stripe is
 * asked for the payment's refunds and a match is adopted, else it is made under the row's own key (`rules.md` §5).
 */
export async function submitRefund(ctx: Context, { refundId }: { readonly refundId: string }): Promise<void> {
  const refund = await markSent(ctx, refundId);
  if (!refund) return;
  crashPoint(ctx, 'refund.sent');
  const { stripePaymentIntentId } = await Payment.findByPk(refund.paymentId, { rejectOnEmpty: true });
  const paymentIntentId = stripePaymentIntentId ?? '';
  const known = (await refundsOf(ctx, paymentIntentId)).find((each) => each.refundId === refund.id);
  const { bookingId, amountCents } = refund;
  const facts = known ?? (await createRefund(ctx, { refundId, bookingId, paymentIntentId, amountCents }));
  crashPoint(ctx, 'refund.created');
  if (facts === 'refused') await putBeforePerson(ctx, refundId);
  else await settleRefundAs(ctx, facts);
}

/** Whatever may not be sent, or is over, is left. */
async function markSent(ctx: Context, refundId: string): Promise<Refund | null> {
  return inTransaction(ctx, async (tx) => {
    const { refund } = await lockRefund(tx, refundId);
    if (refund.status === 'approved') await moveRefund(tx, refund, 'sent');
    return refund.status === 'sent' ? refund : null;
  });
}

async function putBeforePerson(ctx: Context, refundId: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const { refund, booking } = await lockRefund(tx, refundId);
    if (refund.status !== 'sent') return;
    await moveRefund(tx, refund, 'needs_review', {}, 'Stripe refused it');
    await openReview(tx, {
      kind: 'refund_refused',
      subject: refund.id,
      bookingId: booking.id,
      paymentId: refund.paymentId,
      reason: `Stripe did not take a refund for ${booking.number}: the money may have gone back already.`,
      suggestedStep:
        'Compare the payment at Stripe with its refunds here, then approve or reject the refund.',
    });
  });
}
