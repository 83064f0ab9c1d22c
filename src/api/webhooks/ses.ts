import express, { type Router } from 'express';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { parsedMessage, readMailEvent } from '../../resources/notifications/ses/mail-event.ts';
import { confirmSubscription, verifySnsMessage } from '../../resources/notifications/ses/verify-sns.ts';
import { logMailEvent } from '../../resources/notifications/work-ses-event.ts';
import { keepWebhookEvent } from '../../resources/plumbing/store-webhook-event.ts';
import { unstorable } from '../middleware/json-body.ts';
import { contextOf } from '../middleware/request-context.ts';

/** SES's events by way of SNS, written down at once; and its question whether we want them. */
export function sesWebhook(): Router {
  const router = express.Router();
  router.post(
    '/webhooks/ses',
    express.raw({ type: () => true, limit: '256kb' }),
    async (request, response) => {
      const ctx = contextOf(response);
      const { config } = ctx;
      const body: unknown = request.body;
      const raw = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
      const sns = await verifySnsMessage(config, raw);
      if (sns.type !== 'Notification') {
        if (sns.type === 'SubscriptionConfirmation') await confirmSubscription(config, sns);
        else ctx.log.warn({ messageId: sns.messageId }, 'SNS no longer sends us what becomes of mails');
        response.json({ received: true, duplicate: false });
        return;
      }
      const event = { message: parsedMessage(sns.message) };
      if (unstorable(event).length > 0) throw new Refusal('bad_request');
      const told: Context = { ...ctx, actor: { type: 'system', name: 'ses webhook' } };
      const sourceEvent = sns.messageId;
      // Written down once, and so told again after a death in between; it asks nobody, and needs no queue.
      const outcome = await logMailEvent(told, { sourceEvent, message: event.message });
      const stored = await keepWebhookEvent(
        told,
        {
          source: 'ses',
          externalId: sourceEvent,
          type: readMailEvent(event.message)?.kind ?? 'unknown',
          body: event,
        },
        outcome === 'not_ours' ? 'ignored' : 'done',
      );
      response.json({ received: true, duplicate: stored === 'known' });
    },
  );
  router.all('/webhooks/ses', (_request, response, next) => {
    response.setHeader('Allow', 'POST');
    next(new Refusal('method_not_allowed'));
  });
  return router;
}
