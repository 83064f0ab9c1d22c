import express, { type Router } from 'express';
import { Refusal } from '../../errors.ts';
import { crashPoint } from '../../resources/_kit/crash-point.ts';
import { verifyStripeEvent } from '../../resources/payments/stripe/verify-event.ts';
import { storeWebhookEvent } from '../../resources/plumbing/store-webhook-event.ts';
import { unstorable } from '../middleware/json-body.ts';
import { contextOf } from '../middleware/request-context.ts';

/** Stripe's events: the signature of the raw bytes is checked, the event stored once, and answered at once. */
export function stripeWebhook(): Router {
  const router = express.Router();
  router.post(
    '/webhooks/stripe',
    express.raw({ type: () => true, limit: '1mb' }),
    async (request, response) => {
      const ctx = contextOf(response);
      const body: unknown = request.body;
      const raw = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
      const event = verifyStripeEvent(ctx.config, raw, request.get('stripe-signature'));
      if (unstorable(event.body).length > 0) throw new Refusal('bad_request');
      const stored = await storeWebhookEvent(
        { ...ctx, actor: { type: 'system', name: 'stripe webhook' } },
        {
          source: 'stripe',
          externalId: event.id,
          type: event.type,
          body: event.body,
          isEcho: event.type === 'charge.succeeded',
        },
      );
      crashPoint(ctx, 'webhook.stored');
      response.json({ received: true, duplicate: stored === 'known' });
    },
  );
  router.all('/webhooks/stripe', (_request, response, next) => {
    response.setHeader('Allow', 'POST');
    next(new Refusal('method_not_allowed'));
  });
  return router;
}
