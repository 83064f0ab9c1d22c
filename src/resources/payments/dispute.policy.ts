import { everyone, lookedAtBy, office, type ResourcePolicy, readable } from '../_kit/policy.ts';

/** Who may look at disputes; a viewer sees amounts and statuses (`rules.md` §7). They are answered at Stripe. */
export const disputePolicy: ResourcePolicy = {
  id: 'disputes',
  subject: 'dispute',
  fields: {
    ...readable(
      everyone,
      'id',
      'paymentId',
      'bookingId',
      'amountCents',
      'currency',
      'status',
      'openedAt',
      'closedAt',
      'createdAt',
      'updatedAt',
    ),
    ...readable(office, 'reason', 'evidenceDueBy', 'stripeDisputeId', 'stripeStatus'),
  },
  actions: lookedAtBy(everyone),
};
