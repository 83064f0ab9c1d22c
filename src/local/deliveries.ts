const DEFAULT_RETRY_DELAYS_MS = [1_000, 5_000, 30_000, 120_000, 600_000, 3_600_000];
const TIMEOUT_MS = 10_000;

/** A message that is owed, by its id. */
export interface Delivery {
  readonly eventId: string;
  readonly tries: number;
}

/** The switches of a stand-in for what it sends. */
export interface DeliveryFaults {
  duplicate: number;
  delayWebhookMs: number;
  reorder: boolean;
  dropWebhooks: number;
}

export interface Deliveries {
  /** Sends whatever is owed now. */
  kick(): void;
  redeliver(eventId: string, times: number): Promise<void>;
  /** Once nothing is under way, and nothing waits to be tried again. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** The part of a journal that keeps what is owed. */
interface Owed {
  ids(kind: 'delivery'): string[];
  get(kind: 'delivery', id: string): Delivery | undefined;
  put(kind: 'delivery', id: string, delivery: Delivery): void;
  remove(kind: 'delivery', id: string): void;
  commit(): void;
}

interface DeliveryParts {
  readonly store: Owed;
  readonly faults: DeliveryFaults;
  /** Whether there is anybody to send to yet. */
  readonly hasTarget: () => boolean;
  /** Sends once; says whether it was taken. */
  readonly send: (eventId: string) => Promise<boolean>;
  readonly retryDelaysMs?: readonly number[] | undefined;
}

/** Delivers what is owed as webhooks, again until they are taken; it survives a restart. */
export function startDeliveries({
  store,
  faults,
  hasTarget,
  send,
  retryDelaysMs = DEFAULT_RETRY_DELAYS_MS,
}: DeliveryParts): Deliveries {
  const underWay = new Set<string>();
  const waiting = new Map<string, NodeJS.Timeout>();
  const running = new Set<Promise<void>>();
  const whenSettled: (() => void)[] = [];
  let closed = false;

  const tellSettled = (): void => {
    if (running.size === 0 && waiting.size === 0) for (const tell of whenSettled.splice(0)) tell();
  };

  const deliver = async (eventId: string): Promise<void> => {
    const delivery = store.get('delivery', eventId);
    if (!delivery) return;
    if (faults.dropWebhooks > 0) {
      faults.dropWebhooks -= 1;
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
      tellSettled();
    }, delay);
    timer.unref();
    waiting.set(eventId, timer);
  };

  const kick = (): void => {
    if (closed || !hasTarget()) return;
    const owed = store.ids('delivery').filter((id) => !underWay.has(id) && !waiting.has(id));
    for (const eventId of faults.reorder ? owed.reverse() : owed) {
      underWay.add(eventId);
      const work = deliver(eventId).finally(() => {
        underWay.delete(eventId);
        running.delete(work);
        tellSettled();
      });
      running.add(work);
    }
  };

  return {
    kick,
    async redeliver(eventId, times) {
      for (let time = 0; time < times; time += 1) await send(eventId);
    },
    settled: () =>
      new Promise((done) => {
        whenSettled.push(done);
        tellSettled();
      }),
    async close() {
      closed = true;
      for (const timer of waiting.values()) clearTimeout(timer);
      await Promise.allSettled(running);
    },
  };
}

/** Posts a webhook; says whether it was taken. Redirects are not followed. */
export async function postWebhook(
  url: string,
  { name, headers, body }: { name: string; headers: Record<string, string>; body: string },
  log: (words: string) => void,
): Promise<boolean> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.arrayBuffer();
    if (!answer.ok) log(`webhook ${name} answered ${answer.status}`);
    return answer.ok;
  } catch (error) {
    log(`webhook ${name} not delivered: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}
