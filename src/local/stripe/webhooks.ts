import { createHmac } from 'node:crypto';
import { type Deliveries, postWebhook, startDeliveries } from '../deliveries.ts';
import type { Faults } from './faults.ts';
import { epochSeconds } from './ids.ts';
import type { Store } from './store.ts';

export interface WebhookTarget {
  readonly url: () => string | null;
  readonly secret: string;
}

/** Delivers events as Stripe signs them. */
export function deliverEvents(
  store: Store,
  target: WebhookTarget,
  faults: Faults,
  log: (words: string) => void,
  retryDelaysMs?: readonly number[],
): Deliveries {
  return startDeliveries({
    store,
    faults,
    retryDelaysMs,
    hasTarget: () => target.url() !== null,
    async send(eventId) {
      const event = store.get('event', eventId);
      const url = target.url();
      if (!event || url === null) return false;
      const body = JSON.stringify(event, null, 2);
      const at = epochSeconds();
      const signature = createHmac('sha256', target.secret).update(`${at}.${body}`).digest('hex');
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': `t=${at},v1=${signature}`,
      };
      return postWebhook(url, { name: event.type, headers, body }, log);
    },
  });
}
