import type Stripe from 'stripe';
import { fromEpochSeconds } from '../../../clock.ts';
import type { Context } from '../../../context.ts';
import type { DisputeStatus } from '../dispute.states.ts';
import { askStripe, listAll, stripeClient } from './client.ts';

/** What we need of a dispute, in our words. */
export interface DisputeFacts {
  readonly id: string;
  readonly standing: DisputeStatus;
  readonly stripeStatus: string;
  readonly amountCents: number;
  readonly currency: string;
  readonly reason: string;
  readonly paymentIntentId: string | null;
  readonly evidenceDueBy: Date | null;
  /** What Stripe took for it and gave back, each once under its own id. */
  readonly moves: readonly DisputeMove[];
  readonly createdAt: Date;
}

interface DisputeMove {
  readonly id: string;
  readonly kind: 'dispute_withdrawn' | 'dispute_reinstated';
  readonly amountCents: number;
}

export async function retrieveDispute(ctx: Context, stripeDisputeId: string): Promise<DisputeFacts> {
  return factsOf(await askStripe(() => stripeClient(ctx).disputes.retrieve(stripeDisputeId)));
}

/** Every dispute that Stripe created since an instant, newest first. */
export async function disputesSince(ctx: Context, since: Date | null): Promise<DisputeFacts[]> {
  const filter = since ? { created: { gte: Math.floor(since.getTime() / 1000) } } : {};
  const disputes = await listAll(() => stripeClient(ctx).disputes.list({ ...filter, limit: 100 }));
  return disputes.map(factsOf);
}

function factsOf(dispute: Stripe.Dispute): DisputeFacts {
  const { payment_intent: intent, evidence_details: evidence } = dispute;
  return {
    id: dispute.id,
    standing: standingOf(dispute.status),
    stripeStatus: dispute.status,
    amountCents: dispute.amount,
    currency: dispute.currency,
    reason: dispute.reason,
    paymentIntentId: typeof intent === 'string' ? intent : (intent?.id ?? null),
    evidenceDueBy: evidence.due_by === null ? null : fromEpochSeconds(evidence.due_by),
    moves: dispute.balance_transactions.map(({ id, amount }) => ({
      id,
      kind: amount < 0 ? 'dispute_withdrawn' : 'dispute_reinstated',
      amountCents: Math.abs(amount),
    })),
    createdAt: fromEpochSeconds(dispute.created),
  };
}

/** An inquiry that the bank closed, and what it prevented, took no money. */
function standingOf(status: string): DisputeStatus {
  if (status === 'lost') return 'lost';
  return ['won', 'warning_closed', 'prevented'].includes(status) ? 'won' : 'open';
}
