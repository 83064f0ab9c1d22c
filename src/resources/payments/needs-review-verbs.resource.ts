import { z } from 'zod';
import type { Row } from '../../admin/kit/columns.ts';
import { useCaseAction } from '../../admin/kit/use-case-action.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import { Booking } from '../bookings/booking.model.ts';
import { amountDue } from '../bookings/find-booking.ts';
import { acceptDifference, refundReviewed, reopenReview, resolveReview } from './decide-review.ts';
import { refundable } from './request-refund.ts';

/** What is done about a case: what its suggested step says. */

const isOpen = (row: Row) => row.resolvedAt === null;
const isAboutSum = (row: Row) => isOpen(row) && row.kind === 'amount_mismatch';
const usd = (amount: number) => formatUsd(cents(amount));

async function bookingOf(row: Row): Promise<Booking> {
  return Booking.findByPk(String(row.bookingId), { rejectOnEmpty: new Refusal('not_found') });
}

const accept = useCaseAction({
  name: 'accept',
  label: 'Accept as paid',
  icon: 'CheckCircle',
  isOffered: isAboutSum,
  async preview(_ctx: Context, row) {
    const booking = await bookingOf(row);
    const missing = amountDue(booking);
    return [
      missing > 0
        ? `Writes off the ${usd(missing)} that ${booking.number} still owes.`
        : `Asks for the ${usd(-missing)} paid too much to go back; an admin other than you approves it.`,
      booking.status === 'pending_payment'
        ? `Confirms ${booking.number}.`
        : `${booking.number} moves to the day that waits for the money, if one does.`,
    ];
  },
  async run(ctx, row) {
    await acceptDifference(ctx, String(row.id));
    return { message: 'Accepted as paid.' };
  },
});

const refund = useCaseAction({
  name: 'refund',
  label: 'Refund',
  icon: 'RotateCcw',
  isOffered: isAboutSum,
  preview: async (ctx, row) => [
    `Asks for ${usd(Math.max(0, (await refundable(ctx, String(row.paymentId))).cents))} to go back to the card.`,
    'An admin other than you approves it first.',
    'A day that is held for the booking is free at once.',
  ],
  async run(ctx, row) {
    await refundReviewed(ctx, String(row.id));
    return { message: 'The refund waits for an admin.' };
  },
});

const note = z.strictObject({
  resolution: z.string().trim().min(1).max(2_000).meta({
    label: 'What was done',
    kind: 'long',
    maximumLength: 2_000,
    help: 'For whoever looks at it later.',
  }),
});

const resolve = useCaseAction<z.output<typeof note>>({
  name: 'resolve',
  label: 'Mark as dealt with',
  icon: 'Check',
  form: note,
  isOffered: isOpen,
  preview: async () => ['Closes the case; nothing else happens. It can be opened again.'],
  async run(ctx, row, { resolution }) {
    await resolveReview(ctx, { reviewId: String(row.id), resolution });
    return { message: 'Dealt with.' };
  },
});

const reopen = useCaseAction({
  name: 'reopen',
  label: 'Open again',
  icon: 'CornerUpLeft',
  isOffered: (row) => !isOpen(row),
  preview: async () => ['Puts the case back on the list. What was refunded or written off stays as it is.'],
  async run(ctx, row) {
    await reopenReview(ctx, String(row.id));
    return { message: 'Open again.' };
  },
});

/** In the order of their buttons. */
export const needsReviewVerbs = [accept, refund, resolve, reopen] as const;
