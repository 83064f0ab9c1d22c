import { choice, count, instant, longText, made, money, reference, text } from '../../admin/kit/columns.ts';
import { moneySql, usdSql, wordsSql } from '../../admin/kit/csv-sql.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import { readRows } from '../../admin/kit/read-rows.ts';
import { rowsBlock } from '../../admin/kit/rows-block.ts';
import { paymentStatusTones, paymentStatusWords } from '../../admin/kit/words.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import { left, requestRefundAction } from './ask-refund.resource.ts';
import { disputes, disputesBlocks } from './dispute.resource.ts';
import { paperBlock } from './papers/paper.resource.ts';
import { Payment } from './payment.model.ts';
import { paymentPolicy } from './payment.policy.ts';
import { livePaymentStatuses } from './payment.states.ts';
import { paymentAudits } from './payment-audit.resource.ts';
import { refunds } from './refund.resource.ts';

const moved = ['capturedCents', 'refundedCents', 'lostDisputeCents'];

export const payments = defineResource({
  noun: { model: Payment, policy: paymentPolicy },
  label: { one: 'Payment', many: 'Payments' },
  group: 'Money',
  icon: 'CreditCard',
  title: {
    fields: ['amountCents', 'status'],
    of: (row) =>
      `${formatUsd(cents(Number(row.amountCents)))}, ${paymentStatusWords[row.status as keyof typeof paymentStatusWords].toLowerCase()}`,
    sql: (of) =>
      `${usdSql(of('amountCents'))} || ', ' || lower(${wordsSql(of('status'), paymentStatusWords)})`,
  },
  columns: {
    bookingId: reference('Booking', 'bookings'),
    attempt: count('Attempt'),
    purpose: choice('For', { booking: 'The booking', difference: 'A difference' }),
    amountCents: money('Amount'),
    status: choice('Status', paymentStatusWords, paymentStatusTones),
    capturedCents: money('Received'),
    refundedCents: { ...money('Refunded'), sortable: false },
    lostDisputeCents: money('Taken by disputes'),
    left: made(
      'Left',
      moved,
      (row) => ({ text: formatUsd(cents(left(row))) }),
      (of) => moneySql(`(${of('capturedCents')} - ${of('refundedCents')} - ${of('lostDisputeCents')})`),
      { align: 'right', isHarmless: true },
    ),
    cardWords: text('Card'),
    failureReason: longText('Why it failed'),
    stripePaymentIntentId: text('Stripe intent'),
    stripeChargeId: text('Stripe charge'),
    settledAt: instant('Paid at'),
    createdAt: instant('Started'),
    updatedAt: instant('Changed'),
  },
  list: ['createdAt', 'bookingId', 'amountCents', 'status', 'refundedCents', 'left', 'purpose', 'settledAt'],
  sections: [
    {
      title: 'Payment',
      columns: ['bookingId', 'amountCents', 'status', 'purpose', 'cardWords', 'attempt', 'failureReason'],
    },
    { title: 'Money moved', columns: [...moved, 'left'] },
    { title: 'At Stripe', columns: ['stripePaymentIntentId', 'stripeChargeId'] },
    { title: 'When', columns: ['createdAt', 'settledAt', 'updatedAt'] },
  ],
  filters: ['status', 'purpose', 'createdAt', 'settledAt', 'amountCents'],
  search: [],
  searchExact: ['stripePaymentIntentId', 'stripeChargeId'],
  searchWords: 'Stripe id',
  sort: { by: 'createdAt', direction: 'desc' },
  views: {
    paid: { label: 'Paid', where: () => ({ status: 'succeeded' }) },
    open: { label: 'Under way', where: () => ({ status: [...livePaymentStatuses] }) },
    failed: { label: 'Failed', where: () => ({ status: 'failed' }) },
  },
  actions: [requestRefundAction],
  blocks: async (ctx, row) => {
    const ofPayment = { where: { paymentId: String(row.id) }, limit: 50 };
    const [moves, returned, disputed] = await Promise.all([
      readRows(ctx, paymentAudits, { ...ofPayment, order: [['sequence', 'DESC']] }),
      readRows(ctx, refunds, { ...ofPayment, order: [['createdAt', 'DESC']] }),
      readRows(ctx, disputes, { ...ofPayment, order: [['createdAt', 'DESC']] }),
    ]);
    return [
      await rowsBlock(
        ctx,
        paymentAudits,
        moves,
        ['occurredAt', 'kind', 'amountCents'],
        'No money has moved yet.',
      ),
      await rowsBlock(
        ctx,
        refunds,
        returned,
        ['requestedAt', 'amountCents', 'status', 'reason'],
        'Nothing was refunded.',
      ),
      ...(await disputesBlocks(ctx, disputed)),
      ...(row.status === 'succeeded' ? [paperBlock('Receipt', 'receipts', String(row.id))] : []),
      await recordHistory(ctx, 'payment', String(row.id)),
    ];
  },
  empty: 'No payment here. One is made when a customer checks out.',
});
