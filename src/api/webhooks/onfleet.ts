import express, { type Router } from 'express';
import { Refusal } from '../../errors.ts';
import { verifyOnfleetEvent } from '../../resources/logistics/onfleet/verify-webhook.ts';
import { storeWebhookEvent } from '../../resources/plumbing/store-webhook-event.ts';
import { unstorable } from '../middleware/json-body.ts';
import { contextOf } from '../middleware/request-context.ts';

/** Onfleet's events, as Stripe's; and the echo by which it knows at the making of a webhook that we are here. */
export function onfleetWebhook(): Router {
  const router = express.Router();
  router.get('/webhooks/onfleet', (request, response) => {
    const { check } = request.query;
    if (typeof check !== 'string' || check.length > 200)
      throw new Refusal('bad_request', { detail: 'Say `check`.' });
    response.type('text/plain').send(check);
  });
  router.post(
    '/webhooks/onfleet',
    express.raw({ type: () => true, limit: '1mb' }),
    async (request, response) => {
      const ctx = contextOf(response);
      const body: unknown = request.body;
      const raw = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
      const event = verifyOnfleetEvent(ctx.config, raw, request.get('x-onfleet-signature'));
      if (unstorable(event.body).length > 0) throw new Refusal('bad_request');
      const stored = await storeWebhookEvent(
        { ...ctx, actor: { type: 'system', name: 'onfleet webhook' } },
        { source: 'onfleet', externalId: event.id, type: event.type, body: event.body },
      );
      response.json({ received: true, duplicate: stored === 'known' });
    },
  );
  router.all('/webhooks/onfleet', (_request, response, next) => {
    response.setHeader('Allow', 'GET, POST');
    next(new Refusal('method_not_allowed'));
  });
  return router;
}
