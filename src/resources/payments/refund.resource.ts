import { choice, instant, longText, money, reference, text } from '../../admin/kit/columns.ts';
import { usdSql, wordsSql } from '../../admin/kit/csv-sql.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import { refundStatusTones, refundStatusWords } from '../../admin/kit/words.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import { withdraw } from './ask-refund.resource.ts';
import { paperBlock } from './papers/paper.resource.ts';
import { Refund } from './refund.model.ts';
import { refundPolicy } from './refund.policy.ts';
import type { RefundRule } from './refund.states.ts';
import { approve, reject } from './refund-decision.resource.ts';

const ruleWords: Readonly<Record<RefundRule, string>> = {
  late_payment: 'The payment came too late',
  duplicate_payment: 'It was paid twice',
  cancelled_payment: 'The payment came after cancelling',
  customer_cancellation: 'The customer cancelled',
};

export const refunds = defineResource({
  noun: { model: Refund, policy: refundPolicy },
  label: { one: 'Refund', many: 'Refunds' },
  group: 'Money',
  icon: 'RotateCcw',
  title: {
    fields: ['amountCents', 'status'],
    of: (row) =>
      `${formatUsd(cents(Number(row.amountCents)))}, ${refundStatusWords[row.status as keyof typeof refundStatusWords].toLowerCase()}`,
    sql: (of) =>
      `${usdSql(of('amountCents'))} || ', ' || lower(${wordsSql(of('status'), refundStatusWords)})`,
  },
  columns: {
    bookingId: reference('Booking', 'bookings'),
    paymentId: reference('Payment', 'payments'),
    amountCents: money('Amount'),
    status: choice('Status', refundStatusWords, refundStatusTones),
    source: choice('Asked by', {
      staff: 'Staff',
      customer: 'The customer',
      rule: 'A rule',
      external: 'Stripe’s dashboard',
    }),
    rule: choice('Rule', ruleWords),
    reason: longText('Reason'),
    requestedBy: reference('Requested by', 'staffUsers'),
    approvedBy: reference('Approved by', 'staffUsers'),
    rejectedBy: reference('Rejected by', 'staffUsers'),
    rejectedReason: longText('Why rejected'),
    failureReason: longText('Why it failed'),
    stripeRefundId: text('Stripe refund'),
    requestedAt: instant('Requested'),
    approvedAt: instant('Approved'),
    settledAt: instant('Refunded'),
  },
  list: ['requestedAt', 'bookingId', 'amountCents', 'status', 'source', 'requestedBy', 'reason'],
  sections: [
    { title: 'Refund', columns: ['bookingId', 'paymentId', 'amountCents', 'status', 'reason'] },
    {
      title: 'Who',
      columns: ['source', 'rule', 'requestedBy', 'approvedBy', 'rejectedBy', 'rejectedReason'],
    },
    { title: 'At Stripe', columns: ['stripeRefundId', 'failureReason'] },
    { title: 'When', columns: ['requestedAt', 'approvedAt', 'settledAt'] },
  ],
  filters: ['status', 'source', 'requestedAt', 'amountCents'],
  search: ['reason'],
  searchExact: ['stripeRefundId'],
  searchWords: 'Reason or Stripe id',
  sort: { by: 'requestedAt', direction: 'desc' },
  views: {
    waiting: {
      label: 'Waiting for approval',
      where: () => ({ status: ['requested', 'needs_review'] }),
      sort: { by: 'requestedAt', direction: 'asc' },
    },
  },
  actions: [approve, reject, withdraw],
  blocks: async (ctx, row) => [
    ...(row.status === 'succeeded' ? [paperBlock('Refund note', 'refund-notes', String(row.id))] : []),
    await recordHistory(ctx, 'refund', String(row.id)),
  ],
  empty: 'No refund here.',
});
