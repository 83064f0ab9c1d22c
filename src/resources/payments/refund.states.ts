/** A refund's states (`rules.md` §5). */

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
