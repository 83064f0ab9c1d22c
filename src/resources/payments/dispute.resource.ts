import { choice, instant, money, type Row, reference, text } from '../../admin/kit/columns.ts';
import { usdSql, wordsSql } from '../../admin/kit/csv-sql.ts';
import { type Block, defineResource } from '../../admin/kit/define-resource.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import { rowsBlock } from '../../admin/kit/rows-block.ts';
import type { Context } from '../../context.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import { Dispute } from './dispute.model.ts';
import { disputePolicy } from './dispute.policy.ts';
import type { DisputeStatus } from './dispute.states.ts';
import { disputeReasons } from './dispute-words.ts';

const statusWords: Readonly<Record<DisputeStatus, string>> = { open: 'Open', won: 'Won', lost: 'Lost' };

export const disputes = defineResource({
  noun: { model: Dispute, policy: disputePolicy },
  label: { one: 'Dispute', many: 'Disputes' },
  group: 'Money',
  icon: 'AlertTriangle',
  title: {
    fields: ['amountCents', 'status'],
    of: (row) =>
      `${formatUsd(cents(Number(row.amountCents)))}, ${statusWords[row.status as DisputeStatus].toLowerCase()}`,
    sql: (of) => `${usdSql(of('amountCents'))} || ', ' || lower(${wordsSql(of('status'), statusWords)})`,
  },
  columns: {
    bookingId: reference('Booking', 'bookings'),
    paymentId: reference('Payment', 'payments'),
    amountCents: money('Amount'),
    status: choice('Status', statusWords, { open: 'bad', won: 'good', lost: 'quiet' }),
    reason: choice('Why', disputeReasons),
    evidenceDueBy: instant('Evidence due'),
    stripeDisputeId: text('Stripe dispute'),
    openedAt: instant('Opened'),
    closedAt: instant('Closed'),
  },
  list: ['openedAt', 'bookingId', 'amountCents', 'status', 'reason', 'evidenceDueBy', 'closedAt'],
  sections: [
    { title: 'Dispute', columns: ['bookingId', 'paymentId', 'amountCents', 'status', 'reason'] },
    { title: 'When', columns: ['openedAt', 'evidenceDueBy', 'closedAt'] },
    { title: 'At Stripe', columns: ['stripeDisputeId'] },
  ],
  filters: ['status', 'openedAt', 'evidenceDueBy', 'amountCents'],
  search: [],
  searchExact: ['stripeDisputeId'],
  searchWords: 'Stripe id',
  sort: { by: 'openedAt', direction: 'desc' },
  views: {
    open: {
      label: 'Open',
      where: () => ({ status: 'open' }),
      sort: { by: 'evidenceDueBy', direction: 'asc' },
    },
  },
  blocks: async (ctx, row) => [await recordHistory(ctx, 'dispute', String(row.id))],
  empty: 'No bank has asked for money back.',
});

/** The disputes of a payment or a booking, where there are any. */
export async function disputesBlocks(ctx: Context, rows: readonly Row[]): Promise<Block[]> {
  if (rows.length === 0) return [];
  return [
    await rowsBlock(
      ctx,
      disputes,
      rows,
      ['openedAt', 'amountCents', 'status', 'reason', 'evidenceDueBy'],
      '',
    ),
  ];
}
