/** A refund's states and the only moves between them (`rules.md` §5). The database holds the same table. */

export const refundStatuses = [
  'requested',
  'approved',
  'sent',
  'succeeded',
  'failed',
  'rejected',
  'withdrawn',
  'needs_review',
] as const;

export type RefundStatus = (typeof refundStatuses)[number];

export const refundMoves = {
  requested: ['approved', 'rejected', 'withdrawn', 'needs_review'],
  approved: ['sent', 'succeeded', 'failed', 'needs_review'],
  sent: ['succeeded', 'failed', 'needs_review'],
  succeeded: ['failed'],
  failed: [],
  rejected: [],
  withdrawn: [],
  needs_review: ['approved', 'rejected', 'withdrawn', 'sent', 'succeeded', 'failed'],
} as const satisfies Record<RefundStatus, readonly RefundStatus[]>;

/** Rules that give money back without asking anybody, each under its name (`rules.md` §4, §5). */
export type RefundRule = 'late_payment' | 'duplicate_payment' | 'cancelled_payment' | 'customer_cancellation';

export function mayMoveRefund(from: RefundStatus, to: RefundStatus): boolean {
  const allowed: readonly RefundStatus[] = refundMoves[from];
  return allowed.includes(to);
}
