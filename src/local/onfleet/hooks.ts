import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { invalidArgument, notFound } from './errors.ts';
import { newId } from './ids.ts';
import { read } from './read-task.ts';
import type { Webhook } from './shapes.ts';
import type { World } from './world.ts';

const HIGHEST_TRIGGER = 30;
const TIMEOUT_MS = 10_000;
const FAILURES_ALLOWED = 300;

const newWebhook = z.object({
  name: z.string().default(''),
  url: z.url({ protocol: /^https?$/ }),
  trigger: z.int().min(0).max(HIGHEST_TRIGGER),
  threshold: z.number().nonnegative().optional(),
});

/** Subscribes a URL to one trigger, when whoever answers there wants it. */
export async function createWebhook({ store }: World, body: unknown): Promise<Webhook> {
  const given = read(newWebhook, body);
  if (!(await repeats(given.url))) {
    throw invalidArgument('url: it must answer ?check=<text> with 200 and that text', 1008);
  }
  const webhook: Webhook = { id: newId(), ...given, isEnabled: true, count: 0 };
  store.put('webhook', webhook.id, webhook);
  return webhook;
}

export function deleteWebhook({ store }: World, id: string): void {
  if (!store.get('webhook', id)) throw notFound('webhook', id);
  store.remove('webhook', id);
}

/** Counts failures in a row; too many switch a webhook off. */
export function countDelivery({ store }: World, id: string, taken: boolean): void {
  const webhook = store.get('webhook', id);
  if (!webhook) return;
  const count = taken ? 0 : webhook.count + 1;
  if (count === webhook.count) return;
  store.put('webhook', id, { ...webhook, count, isEnabled: count < FAILURES_ALLOWED });
}

async function repeats(address: string): Promise<boolean> {
  const text = randomBytes(12).toString('hex');
  const url = new URL(address);
  url.searchParams.set('check', text);
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    return (await answer.text()) === text && answer.status === 200;
  } catch {
    return false;
  }
}
