import { randomBytes } from 'node:crypto';
import express, { type ErrorRequestHandler, type Request, type Response, type Router } from 'express';
import type { Context } from '../../context.ts';
import { isDatabaseAway } from '../../database.ts';
import { Refusal } from '../../errors.ts';
import { openPaymentLink } from '../../resources/bookings/open-payment-link.ts';
import { isStandIn, payWithTestCard } from '../../resources/payments/pay-with-test-card.ts';
import type { Limiters } from '../middleware/rate-limits.ts';
import { contextOf } from '../middleware/request-context.ts';
import { linkPage, type PageFrame, refusalPage } from './page.ts';

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
      pageHeaders(response);
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

/** The token in the path is a key: it is neither logged nor handed on, and nothing keeps the page. */
function pageHeaders(response: Response): void {
  const ctx = contextOf(response);
  const nonce = randomBytes(16).toString('base64');
  response.locals.nonce = nonce;
  response.locals.route = '/pay/{token}';
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader(
    'Content-Security-Policy',
    isStandIn(ctx) ? standInPolicy(ctx, nonce) : stripePolicy(nonce),
  );
}

const closed = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";
const OUR_ICON = 'data:';

/** A form may lead on to the bank's page at the stand-in. */
function standInPolicy({ config }: Context, nonce: string): string {
  return `${closed}; style-src 'nonce-${nonce}'; img-src ${OUR_ICON}; form-action 'self' ${config.stripe?.apiBase ?? ''}`.trim();
}

/** What Stripe's Payment Element needs, on this page alone. */
function stripePolicy(nonce: string): string {
  return `${closed}; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}' https://js.stripe.com https://*.js.stripe.com; frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com; connect-src https://api.stripe.com; img-src ${OUR_ICON} https://*.stripe.com; form-action 'self'`;
}

/** Refusals as a page; what is inside stays inside. */
const refusals: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) return next(error);
  const code = isDatabaseAway(error) ? 'unavailable' : 'internal';
  const refusal = error instanceof Refusal ? error : new Refusal(statusOf(error) ?? code, { cause: error });
  if (refusal.status >= 500) contextOf(response).log.error({ err: refusal.cause ?? refusal }, refusal.code);
  response.status(refusal.status);
  sendPage(response, refusalPage(String(response.locals.nonce), refusal.detail));
};

/** The form's reader refuses what is too large or no form. */
function statusOf(error: unknown): 'body_too_large' | 'bad_request' | null {
  const status = error instanceof Error && 'status' in error ? error.status : null;
  if (status === 413) return 'body_too_large';
  return typeof status === 'number' && status >= 400 && status < 500 ? 'bad_request' : null;
}

function sendPage(response: Response, html: string): void {
  response.type('html').send(html);
}
