import { everyone, lookedAtBy, office, type ResourcePolicy, readable } from '../_kit/policy.ts';

/** Who may look at the ledger: it goes with payments (`rules.md` §7). Nobody writes to it by hand. */
export const paymentAuditPolicy: ResourcePolicy = {
  id: 'paymentAudits',
  subject: 'paymentAudit',
  fields: {
    ...readable(
      everyone,
      'id',
      'sequence',
      'bookingId',
      'paymentId',
      'refundId',
      'kind',
      'amountCents',
      'currency',
      'occurredAt',
      'createdAt',
    ),
    ...readable(office, 'stripeObjectId'),
  },
  actions: lookedAtBy(everyone),
};
