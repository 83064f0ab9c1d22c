import Stripe from 'stripe';
import type { Config } from '../../../config.ts';
import { Refusal } from '../../../errors.ts';
import { stripeClient } from './client.ts';

export interface VerifiedEvent {
  readonly id: string;
  readonly type: string;
  readonly body: object;
}

/** Checks a webhook's signature on its raw bytes. Throws `bad_signature`; nothing of the body is trusted before. */
export function verifyStripeEvent(
  config: Config,
  rawBody: Buffer,
  signature: string | undefined,
): VerifiedEvent {
  if (!config.stripe || signature === undefined) throw new Refusal('bad_signature');
  try {
    const event = stripeClient({ config }).webhooks.constructEvent(
      rawBody,
      signature,
      config.stripe.webhookSecret,
    );
    return { id: event.id, type: event.type, body: event };
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError || error instanceof SyntaxError) {
      throw new Refusal('bad_signature', { cause: error });
    }
    throw error;
  }
}
