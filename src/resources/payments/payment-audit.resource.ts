import { choice, count, instant, money, reference, text } from '../../admin/kit/columns.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { PaymentAudit } from './payment-audit.model.ts';
import { paymentAuditPolicy } from './payment-audit.policy.ts';

const kinds = {
  captured: 'Received',
  refunded: 'Refunded',
  refund_failed: 'Refund came back',
  dispute_withdrawn: 'Taken by a dispute',
  dispute_reinstated: 'Dispute given back',
};

export const paymentAudits = defineResource({
  noun: { model: PaymentAudit, policy: paymentAuditPolicy },
  label: { one: 'Ledger entry', many: 'Ledger' },
  group: 'Money',
  icon: 'BookOpen',
  title: { fields: ['sequence'], of: (row) => `Entry ${String(row.sequence)}` },
  columns: {
    sequence: count('Entry'),
    kind: choice('What', kinds, {
      captured: 'good',
      refunded: 'warn',
      refund_failed: 'bad',
      dispute_withdrawn: 'bad',
    }),
    amountCents: money('Amount'),
    bookingId: reference('Booking', 'bookings'),
    paymentId: reference('Payment', 'payments'),
    refundId: reference('Refund', 'refunds'),
    stripeObjectId: text('Stripe object'),
    occurredAt: instant('When'),
    createdAt: instant('Written'),
  },
  list: ['occurredAt', 'kind', 'amountCents', 'bookingId', 'paymentId'],
  sections: [
    { title: 'Move of money', columns: ['kind', 'amountCents', 'occurredAt', 'sequence'] },
    { title: 'Of', columns: ['bookingId', 'paymentId', 'refundId', 'stripeObjectId', 'createdAt'] },
  ],
  filters: ['kind', 'occurredAt', 'amountCents'],
  search: [],
  searchExact: ['stripeObjectId'],
  searchWords: 'Stripe id',
  sort: { by: 'occurredAt', direction: 'desc' },
  empty: 'No money has moved yet.',
});
