import { admins, everyone, lookedAtBy, office, type ResourcePolicy, readable } from '../_kit/policy.ts';

/** Who may look at refunds and decide; a viewer sees amounts and statuses (`rules.md` §7). */
export const refundPolicy: ResourcePolicy = {
  id: 'refunds',
  subject: 'refund',
  fields: {
    ...readable(
      everyone,
      'id',
      'paymentId',
      'bookingId',
      'amountCents',
      'currency',
      'status',
      'source',
      'requestedAt',
      'approvedAt',
      'settledAt',
      'createdAt',
      'updatedAt',
    ),
    ...readable(
      office,
      'reason',
      'rule',
      'requestedBy',
      'approvedBy',
      'rejectedBy',
      'rejectedReason',
      'stripeRefundId',
      'failureReason',
    ),
  },
  actions: { ...lookedAtBy(everyone), approve: admins, reject: admins, withdraw: office },
};
