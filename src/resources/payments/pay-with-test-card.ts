import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { settlePayment } from './settle-payment.ts';
import { confirmWithTestCard } from './stripe/intents.ts';

/** Test cards that a payment page of a developer's machine offers, in words. */
export const testCards = {
  pm_card_visa: 'Visa that pays',
  pm_card_mastercard: 'Mastercard that pays',
  pm_card_authenticationRequired: 'Visa whose bank asks first',
  pm_card_chargeDeclined: 'Card that is declined',
  pm_card_chargeDeclinedInsufficientFunds: 'Card without funds',
} as const;

/** Whether payments go to the stand-in of a developer's machine. */
export function isStandIn({ config }: Pick<Context, 'config'>): boolean {
  return config.mode === 'local' && config.stripe?.apiBase != null;
}

/** Pays at the stand-in and settles at once; gives the bank's page when it wants to ask first. Throws `not_found` elsewhere. */
export async function payWithTestCard(
  ctx: Context,
  order: { readonly paymentIntentId: string; readonly card: string; readonly returnUrl: string },
): Promise<{ readonly redirectUrl: string | null }> {
  if (!isStandIn(ctx) || !Object.hasOwn(testCards, order.card)) throw new Refusal('not_found');
  const outcome = await confirmWithTestCard(ctx, order.paymentIntentId, order);
  await settlePayment(ctx, { paymentIntentId: order.paymentIntentId });
  return outcome;
}
