import { z } from 'zod';
import type { Row } from '../../admin/kit/columns.ts';
import { line, money } from '../../admin/kit/fields.ts';
import { useCaseAction } from '../../admin/kit/use-case-action.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import { askRefund, withdrawRefund } from './ask-refund.ts';
import { refundable, refundTooLarge } from './request-refund.ts';

const usd = (amount: number) => formatUsd(cents(amount));

/** What of it is still with us, in cents. */
export const left = (row: Row) =>
  Number(row.capturedCents) - Number(row.refundedCents) - Number(row.lostDisputeCents);

const asked = z.strictObject({
  amountCents: money('Amount', 'All that is left, or a part of it.', 1),
  reason: line('Reason', 200, 'For whoever approves it; the customer may read it too.'),
});

export const requestRefundAction = useCaseAction<z.output<typeof asked>>({
  name: 'requestRefund',
  label: 'Refund',
  icon: 'RotateCcw',
  form: asked,
  isOffered: (row) => row.status === 'succeeded' && left(row) > 0,
  initial: (row) => ({ amountCents: left(row) }),
  async preview(ctx, row, { amountCents }) {
    const open = await refundable(ctx, String(row.id));
    if (open.isFrozen || amountCents > open.cents) throw refundTooLarge(open, 'amountCents');
    return [
      `Asks for ${usd(amountCents)} of ${usd(Number(row.capturedCents))} to go back to the card.`,
      open.cents === amountCents
        ? 'Nothing is left of this payment then.'
        : `${usd(open.cents - amountCents)} is left to refund then.`,
      'An admin other than you approves it first; until then you can take it back.',
    ];
  },
  async run(ctx, row, { amountCents, reason }) {
    await askRefund(ctx, { paymentId: String(row.id), amountCents, reason });
    return { message: `Refund of ${usd(amountCents)} asked for; it waits for an admin.` };
  },
});

export const withdraw = useCaseAction({
  name: 'withdraw',
  label: 'Take back',
  icon: 'CornerUpLeft',
  isOffered: (row) => row.status === 'requested' && row.requestedBy !== null,
  preview: async (_ctx, row) => [
    `Takes back the request for ${usd(Number(row.amountCents))}; nothing goes back to the card.`,
  ],
  async run(ctx, row) {
    await withdrawRefund(ctx, String(row.id));
    return { message: 'Request taken back.' };
  },
});
