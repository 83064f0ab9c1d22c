import { createHmac } from 'node:crypto';
import { type Deliveries, postWebhook, startDeliveries } from '../deliveries.ts';
import type { Faults } from './faults.ts';
import { countDelivery } from './hooks.ts';
import type { TriggerName } from './triggers.ts';
import type { World } from './world.ts';

/** The subscription that is built in. */
export interface WebhookTarget {
  /** What it is about; everything by default. */
  readonly triggers?: readonly TriggerName[];
  readonly url: () => string | null;
  /** Hexadecimal, as Onfleet's dashboard shows it; it signs what goes to other webhooks too. */
  readonly secret: string;
}

/** Delivers messages as Onfleet signs them. */
export function deliverMessages(
  world: World,
  target: WebhookTarget,
  faults: Faults,
  log: (words: string) => void,
  retryDelaysMs?: readonly number[],
): Deliveries {
  const { store } = world;
  const key = Buffer.from(target.secret, 'hex');
  return startDeliveries({
    store,
    faults,
    retryDelaysMs,
    hasTarget: () => target.url() !== null || store.ids('webhook').length > 0,
    async send(id) {
      const message = store.get('message', id);
      if (!message) return false;
      const { webhookId, triggerName, body } = message;
      const url = webhookId === null ? target.url() : store.get('webhook', webhookId)?.url;
      // Nobody waits any longer for what a deleted webhook was owed.
      if (url === undefined) return true;
      if (url === null) return false;
      const headers = {
        'content-type': 'application/json',
        'x-onfleet-signature': createHmac('sha512', key).update(body).digest('hex'),
      };
      const taken = await postWebhook(url, { name: triggerName, headers, body }, log);
      if (webhookId !== null) countDelivery(world, webhookId, taken);
      return taken;
    },
  });
}
