/** A payment's states: `created` has no intent yet; `created`, `pending` and `processing` are live. */

export const paymentStatuses = [
  'created',
  'pending',
  'processing',
  'succeeded',
  'failed',
  'cancelled',
] as const;

export type PaymentStatus = (typeof paymentStatuses)[number];

export const paymentMoves = {
  created: ['pending', 'cancelled', 'processing', 'succeeded', 'failed'],
  pending: ['processing', 'succeeded', 'failed', 'cancelled'],
  processing: ['pending', 'succeeded', 'failed', 'cancelled'],
  succeeded: [],
  failed: ['succeeded'],
  cancelled: ['succeeded'],
} as const satisfies Record<PaymentStatus, readonly PaymentStatus[]>;

export const livePaymentStatuses = [
  'created',
  'pending',
  'processing',
] as const satisfies readonly PaymentStatus[];

export function isLive(status: PaymentStatus): boolean {
  return (livePaymentStatuses as readonly PaymentStatus[]).includes(status);
}
