import { z } from 'zod';
import type { Row } from '../../admin/kit/columns.ts';
import { line } from '../../admin/kit/fields.ts';
import { useCaseAction } from '../../admin/kit/use-case-action.ts';
import type { Context } from '../../context.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import { approveRefund } from './approve-refund.ts';
import { rejectRefund } from './reject-refund.ts';

const usd = (row: Row) => formatUsd(cents(Number(row.amountCents)));
const isWaiting = (row: Row) => row.status === 'requested' || row.status === 'needs_review';

/** Nobody decides what they asked for themselves; said before they try. */
function ownWords({ actor }: Context, row: Row): string[] {
  const isOwn = actor.type === 'staff' && actor.id === row.requestedBy;
  return isOwn ? ['You asked for it yourself: another admin has to decide.'] : [];
}

export const approve = useCaseAction({
  name: 'approve',
  label: 'Approve',
  icon: 'CheckCircle',
  isOffered: isWaiting,
  preview: async (ctx, row) => [
    `Sends ${usd(row)} back to the card. That cannot be undone.`,
    `Asked for because: ${String(row.reason)}`,
    ...ownWords(ctx, row),
  ],
  async run(ctx, row) {
    await approveRefund(ctx, String(row.id));
    return { message: `Refund of ${usd(row)} approved; it is on its way to the card.` };
  },
});

const rejection = z.strictObject({ reason: line('Reason', 200, 'For whoever asked for it.') });

export const reject = useCaseAction<z.output<typeof rejection>>({
  name: 'reject',
  label: 'Reject',
  icon: 'XCircle',
  form: rejection,
  destructive: true,
  isOffered: isWaiting,
  preview: async (ctx, row) => [
    `Keeps the ${usd(row)}; nothing goes back to the card.`,
    'It can be asked for again.',
    ...ownWords(ctx, row),
  ],
  async run(ctx, row, { reason }) {
    await rejectRefund(ctx, { refundId: String(row.id), reason });
    return { message: `Refund of ${usd(row)} rejected.` };
  },
});
