import Stripe from 'stripe';
import { z } from 'zod';
import type { Config } from '../../../config.ts';
import { Refusal } from '../../../errors.ts';
import { stripeClient } from './client.ts';

export interface VerifiedEvent {
  readonly id: string;
  readonly type: string;
  readonly body: object;
}

/** What the database can hold of an event's names. */
const eventSchema = z.looseObject({ id: z.string().min(1).max(255), type: z.string().min(1).max(200) });

/**
 * Checks a webhook's signature on its raw bytes; nothing of the body is trusted before. Throws `bad_signature`, and
 * `bad_request` for what is signed but no event.
 */
export function verifyStripeEvent(
  config: Config,
  rawBody: Buffer,
  signature: string | undefined,
): VerifiedEvent {
  if (!config.stripe || signature === undefined) throw new Refusal('bad_signature');
  const event = eventSchema.safeParse(signedBody(config, config.stripe.webhookSecret, rawBody, signature));
  if (!event.success) throw new Refusal('bad_request', { detail: 'This is no event.', cause: event.error });
  return { id: event.data.id, type: event.data.type, body: event.data };
}

function signedBody(config: Config, secret: string, rawBody: Buffer, signature: string): unknown {
  try {
    return stripeClient({ config }).webhooks.constructEvent(rawBody, signature, secret);
  } catch (error) {
    const isForged = error instanceof Stripe.errors.StripeSignatureVerificationError;
    const code = isForged || error instanceof SyntaxError ? 'bad_signature' : 'bad_request';
    throw new Refusal(code, { cause: error });
  }
}
