import type { Context } from '../../context.ts';
import { isStandIn } from '../../resources/payments/pay-with-test-card.ts';
import { closed, OUR_ICON, type PagePolicy } from '../pages/page-frame.ts';

/** What the page of a payment link may reach, and no other page of ours. */
export const payingPolicy: PagePolicy = (ctx, nonce) =>
  isStandIn(ctx) ? standInPolicy(ctx, nonce) : stripePolicy(nonce);

/** A form may lead on to the bank's page at the stand-in. */
function standInPolicy({ config }: Context, nonce: string): string {
  return `${closed}; style-src 'nonce-${nonce}'; img-src ${OUR_ICON}; form-action 'self' ${config.stripe?.apiBase ?? ''}`.trim();
}

/** What Stripe's Payment Element needs, on this page alone. */
function stripePolicy(nonce: string): string {
  return `${closed}; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}' https://js.stripe.com https://*.js.stripe.com; frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com; connect-src https://api.stripe.com; img-src ${OUR_ICON} https://*.stripe.com; form-action 'self'`;
}
