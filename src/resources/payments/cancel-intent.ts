import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { cancelPayment } from './end-live-payment.ts';
import { Payment } from './payment.model.ts';
import { isLive } from './payment.states.ts';

/** Cancels a payment that nobody needs any more. One that is being processed is tried again later. */
export async function cancelPaymentIntent(
  ctx: Context,
  { paymentId }: { readonly paymentId: string },
): Promise<void> {
  const payment = await Payment.findByPk(paymentId, { rejectOnEmpty: true });
  if (!isLive(payment.status)) return;
  if ((await cancelPayment(ctx, payment)) === 'processing') throw new Refusal('payment_provider_unavailable');
}
