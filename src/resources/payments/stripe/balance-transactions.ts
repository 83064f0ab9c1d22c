import type Stripe from 'stripe';
import { fromEpochSeconds } from '../../../clock.ts';
import type { Context } from '../../../context.ts';
import { askStripe, listAll, stripeClient } from './client.ts';

/** A movement of our balance at Stripe, gross, under the name that our ledger has for it. */
export interface BalanceMove {
  readonly kind: 'captured' | 'refunded' | 'refund_failed' | 'dispute_withdrawn' | 'dispute_reinstated';
  /** What the ledger row is named by: the charge, the refund, or of a dispute the movement itself. */
  readonly objectId: string;
  readonly sourceId: string;
  /** As the ledger has it: never negative. */
  readonly amountCents: number;
  readonly at: Date;
}

/** Every movement that is a sale's, created from one instant until before another; payouts and fees are not. */
export async function balanceMoves(ctx: Context, from: Date, before: Date): Promise<BalanceMove[]> {
  const created = { gte: seconds(from), lt: seconds(before) };
  return listMoves(ctx, { created });
}

/** The movements that one charge, refund or dispute caused. */
export async function movesOfSource(ctx: Context, sourceId: string): Promise<BalanceMove[]> {
  return listMoves(ctx, { source: sourceId });
}

async function listMoves(ctx: Context, filter: Stripe.BalanceTransactionListParams): Promise<BalanceMove[]> {
  const rows = await listAll(() => stripeClient(ctx).balanceTransactions.list({ ...filter, limit: 100 }));
  return rows.flatMap(moveOf);
}

function moveOf(row: Stripe.BalanceTransaction): BalanceMove[] {
  const kind = kindOf(row);
  const sourceId = typeof row.source === 'string' ? row.source : row.source?.id;
  if (kind === null || sourceId === undefined) return [];
  return [
    {
      kind,
      objectId: kind.startsWith('dispute') ? row.id : sourceId,
      sourceId,
      amountCents: Math.abs(row.amount),
      at: fromEpochSeconds(row.created),
    },
  ];
}

function kindOf({ reporting_category: category }: Stripe.BalanceTransaction): BalanceMove['kind'] | null {
  switch (category) {
    case 'charge':
      return 'captured';
    case 'refund':
      return 'refunded';
    case 'refund_failure':
      return 'refund_failed';
    case 'dispute':
      return 'dispute_withdrawn';
    case 'dispute_reversal':
      return 'dispute_reinstated';
    default:
      return null;
  }
}

/** The intent that a movement is about, or `null` when it is about none. */
export async function intentOfMove(ctx: Context, { kind, sourceId }: BalanceMove): Promise<string | null> {
  const stripe = stripeClient(ctx);
  const source = await askStripe(
    (): Promise<{ payment_intent: string | Stripe.PaymentIntent | null }> =>
      kind === 'captured'
        ? stripe.charges.retrieve(sourceId)
        : kind.startsWith('dispute')
          ? stripe.disputes.retrieve(sourceId)
          : stripe.refunds.retrieve(sourceId),
  );
  const { payment_intent: intent } = source;
  return typeof intent === 'string' ? intent : (intent?.id ?? null);
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
