import Stripe from 'stripe';
import type { StripeConfig } from '../../../config.ts';
import type { Context } from '../../../context.ts';
import { Refusal } from '../../../errors.ts';

export const STRIPE_API_VERSION = '2026-10-28.endive';

const clients = new WeakMap<StripeConfig, Stripe>();

/** The one client of a configuration. Throws `payment_provider_unavailable` when there is none. */
export function stripeClient({ config }: Pick<Context, 'config'>): Stripe {
  if (!config.stripe) throw new Refusal('payment_provider_unavailable');
  const known = clients.get(config.stripe);
  if (known) return known;
  const client = new Stripe(config.stripe.secretKey, {
    apiVersion: STRIPE_API_VERSION,
    maxNetworkRetries: 2,
    timeout: 10_000,
    telemetry: false,
    ...addressOf(config.stripe.apiBase),
  });
  clients.set(config.stripe, client);
  return client;
}

/** Whether no real card can be charged: the stand-in, or Stripe's test keys. */
export function hasTestKeys({ stripe }: Pick<Context['config'], 'stripe'>): boolean {
  return stripe !== null && /^[rs]k_test_/.test(stripe.secretKey);
}

/** Calls Stripe; what is nobody's fault but the network's or Stripe's becomes `payment_provider_unavailable`. */
export async function askStripe<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (
      error instanceof Stripe.errors.StripeConnectionError ||
      error instanceof Stripe.errors.StripeAPIError ||
      error instanceof Stripe.errors.StripeRateLimitError ||
      error instanceof Stripe.errors.StripeAuthenticationError ||
      (error instanceof Stripe.errors.StripeError && error.statusCode === 409)
    ) {
      throw new Refusal('payment_provider_unavailable', { cause: error, retryAfterSeconds: 5 });
    }
    throw error;
  }
}

/** Every row of a list, page by page to its end: the SDK's own gathering stops at ten thousand. */
export async function listAll<T>(list: () => AsyncIterable<T>): Promise<T[]> {
  return askStripe(async () => {
    const rows: T[] = [];
    for await (const row of list()) rows.push(row);
    return rows;
  });
}

function addressOf(apiBase: string | null): { host?: string; port?: string; protocol?: 'http' | 'https' } {
  if (apiBase === null) return {};
  const url = new URL(apiBase);
  const protocol = url.protocol === 'http:' ? 'http' : 'https';
  return { host: url.hostname, port: url.port || (protocol === 'http' ? '80' : '443'), protocol };
}
