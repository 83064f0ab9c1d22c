import { createHmac } from 'node:crypto';
import { type Faults, strikes } from './faults.ts';
import { epochSeconds } from './ids.ts';
import type { Store } from './store.ts';

const DEFAULT_RETRY_DELAYS_MS = [1_000, 5_000, 30_000, 120_000, 600_000, 3_600_000];
const TIMEOUT_MS = 10_000;

export interface WebhookTarget {
  readonly url: () => string | null;
  readonly secret: string;
}

export interface Deliveries {
  /** Sends whatever is owed now. */
  kick(): void;
  redeliver(eventId: string, times: number): Promise<void>;
  close(): Promise<void>;
}

/** Delivers events as signed webhooks, again until they are taken; what is owed survives a restart. */
export function startDeliveries(
  store: Store,
  target: WebhookTarget,
  faults: Faults,
  log: (words: string) => void,
  retryDelaysMs: readonly number[] = DEFAULT_RETRY_DELAYS_MS,
): Deliveries {
  const underWay = new Set<string>();
  const waiting = new Map<string, NodeJS.Timeout>();
  const running = new Set<Promise<void>>();
  let closed = false;

  const send = async (eventId: string): Promise<boolean> => {
    const event = store.get('event', eventId);
    const url = target.url();
    if (!event || url === null) return false;
    const body = JSON.stringify(event, null, 2);
    const at = epochSeconds();
    const signature = createHmac('sha256', target.secret).update(`${at}.${body}`).digest('hex');
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'stripe-signature': `t=${at},v1=${signature}`,
        },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await answer.arrayBuffer();
      if (!answer.ok) log(`webhook ${event.type} answered ${answer.status}`);
      return answer.ok;
    } catch (error) {
      log(`webhook ${event.type} not delivered: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  };

  const deliver = async (eventId: string): Promise<void> => {
    const delivery = store.get('delivery', eventId);
    if (!delivery) return;
    if (strikes(faults, 'dropWebhooks', '')) {
      store.remove('delivery', eventId);
      store.commit();
      return;
    }
    if (faults.delayWebhookMs > 0) await new Promise((done) => setTimeout(done, faults.delayWebhookMs));
    let taken = false;
    for (let copy = 0; copy <= faults.duplicate && !closed; copy += 1) taken = (await send(eventId)) || taken;
    if (closed) return;
    const tries = delivery.tries + 1;
    const delay = retryDelaysMs[delivery.tries];
    if (taken || delay === undefined) store.remove('delivery', eventId);
    else store.put('delivery', eventId, { eventId, tries });
    store.commit();
    if (taken || delay === undefined) return;
    const timer = setTimeout(() => {
      waiting.delete(eventId);
      kick();
    }, delay);
    timer.unref();
    waiting.set(eventId, timer);
  };

  const kick = (): void => {
    if (closed || target.url() === null) return;
    const owed = store.ids('delivery').filter((id) => !underWay.has(id) && !waiting.has(id));
    for (const eventId of faults.reorder ? owed.reverse() : owed) {
      underWay.add(eventId);
      const work = deliver(eventId).finally(() => {
        underWay.delete(eventId);
        running.delete(work);
      });
      running.add(work);
    }
  };

  return {
    kick,
    async redeliver(eventId, times) {
      for (let time = 0; time < times; time += 1) await send(eventId);
    },
    async close() {
      closed = true;
      for (const timer of waiting.values()) clearTimeout(timer);
      await Promise.allSettled(running);
    },
  };
}
