import express, { type Request, type Response, type Router } from 'express';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { openPaymentLink } from '../../resources/bookings/open-payment-link.ts';
import { isStandIn, payWithTestCard } from '../../resources/payments/pay-with-test-card.ts';
import type { Limiters } from '../middleware/rate-limits.ts';
import { contextOf } from '../middleware/request-context.ts';
import { pageHeaders, refusals, sendPage } from '../pages/page-frame.ts';
import { linkPage, type PageFrame } from './page.ts';
import { payingPolicy } from './paying-policy.ts';

const FORM_LIMIT_BYTES = 4 * 1024;

/**
 * `/pay/{token}`: the page of a payment link (`rules.md` §4). Looking takes the hold as a checkout does; paying is Stripe's
 * own form, on a developer's machine a form with test cards.
 */
export function payRoutes(limits: Pick<Limiters, 'read' | 'checkout'>): Router {
  const router = express.Router();
  router
    .route('/pay/:token')
    .all((_request, response, next) => {
      pageHeaders(response, '/pay/{token}', payingPolicy);
      next();
    })
    .head((_request, response) => {
      response.end();
    })
    .get(...limits.read, async (request, response) => {
      const ctx = contextOf(response);
      sendPage(response, linkPage(frameOf(ctx, response), await openPaymentLink(ctx, request.params.token)));
    })
    .post(...limits.checkout, express.urlencoded({ extended: false, limit: FORM_LIMIT_BYTES }), payAtStandIn)
    .all((_request, _response, next) => next(new Refusal('method_not_allowed')));
  router.use('/pay', refusals);
  return router;
}

/** Leads to the bank when it wants to ask, else back to the page, which tells how the payment stands. */
async function payAtStandIn(request: Request<{ token: string }>, response: Response): Promise<void> {
  const ctx = contextOf(response);
  if (!isStandIn(ctx)) throw new Refusal('method_not_allowed');
  const { token } = request.params;
  const link = await openPaymentLink(ctx, token);
  const returnUrl = `${request.protocol}://${request.get('host')}/pay/${token}`;
  const paymentIntentId = link.state === 'payable' ? link.payment.stripePaymentIntentId : null;
  const { redirectUrl } =
    paymentIntentId === null
      ? { redirectUrl: null }
      : await payWithTestCard(ctx, { paymentIntentId, card: cardIn(request.body), returnUrl });
  response.redirect(303, redirectUrl ?? `/pay/${token}`);
}

function cardIn(body: unknown): string {
  return typeof body === 'object' && body !== null && 'card' in body ? String(body.card) : '';
}

function frameOf(ctx: Context, response: Response): PageFrame {
  const publishableKey = ctx.config.stripe?.publishableKey ?? '';
  return { nonce: String(response.locals.nonce), publishableKey, isStandIn: isStandIn(ctx) };
}
