import type Stripe from 'stripe';
import type { Delivery } from '../deliveries.ts';
import { Journal } from '../journal.ts';

/** What the stand-in knows, by kind and id, in order of making. */
export interface Kinds {
  intent: Stripe.PaymentIntent;
  charge: Stripe.Charge;
  refund: Stripe.Refund;
  dispute: Stripe.Dispute;
  transaction: Stripe.BalanceTransaction;
  event: Stripe.Event;
  customer: Stripe.Customer;
  method: Stripe.PaymentMethod;
  /** Answers under idempotency keys. */
  answer: KeptAnswer;
  /** Webhooks still to be delivered. */
  delivery: Delivery;
  /** Refunds whose bank has still to say something, by the refund's id. */
  verdict: Verdict;
}

export interface KeptAnswer {
  readonly fingerprint: string;
  readonly status: number;
  readonly body: unknown;
  readonly requestId: string;
}

export interface Verdict {
  readonly refundId: string;
  readonly good: boolean;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export class Store extends Journal<Kinds> {
  constructor(directory: string) {
    super(directory, {
      intent: true,
      charge: true,
      refund: true,
      dispute: true,
      transaction: true,
      event: true,
      customer: true,
      method: true,
      answer: true,
      delivery: true,
      verdict: true,
    });
  }
}
