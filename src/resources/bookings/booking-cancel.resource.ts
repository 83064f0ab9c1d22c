import { z } from 'zod';
import type { Row } from '../../admin/kit/columns.ts';
import { line, money, optional } from '../../admin/kit/fields.ts';
import { useCaseAction } from '../../admin/kit/use-case-action.ts';
import { formatServiceDay, type ServiceDay } from '../../clock.ts';
import { cents, formatRate, formatUsd } from '../../pricing/money.ts';
import type { Booking } from './booking.model.ts';
import type { BookingStatus } from './booking.states.ts';
import { held } from './booking-cells.resource.ts';
import { cancelBooking } from './cancel-booking.ts';
import { type CancellationPlan, readCancellation, refuseUncancellable } from './plan-cancellation.ts';

const form = z.strictObject({
  reason: line('Reason', 200, 'For the office; the customer does not see it.'),
  refundCents: optional(money('Refund', 'Empty gives back what the policy says.')),
});
type Values = z.output<typeof form>;

const over: readonly BookingStatus[] = ['completed', 'cancelled'];
const riding: readonly BookingStatus[] = ['pending_payment', 'confirmed', 'in_progress'];

/** Cancels a booking; the preview says what becomes of the money and of the day. */
export const cancel = useCaseAction<Values>({
  name: 'cancel',
  label: 'Cancel booking',
  icon: 'XCircle',
  form,
  destructive: true,
  isOffered: (row) => !over.includes(row.status as BookingStatus),
  async preview(ctx, row, { refundCents }) {
    refuseUncancellable(ctx, row as unknown as Booking);
    const plan = await readCancellation(ctx, String(row.id));
    const day = formatServiceDay(row.pickupDate as ServiceDay);
    return [
      `Cancels ${String(row.number)} for good; its customer can no longer pay or change it.`,
      ...moneyWords(row, plan, refundCents),
      ...(riding.includes(row.status as BookingStatus) ? [`Frees the van on ${day}.`] : []),
    ];
  },
  async run(ctx, row, { reason, refundCents }) {
    const plan = await cancelBooking(ctx, {
      bookingId: String(row.id),
      reason,
      ...(refundCents !== null && { refundCents }),
    });
    const done = `${String(row.number)} cancelled.`;
    if (plan.refundCents === 0) return { message: done };
    return { message: `${done} The refund of ${formatUsd(plan.refundCents)} waits for an admin.` };
  },
});

function moneyWords(row: Row, plan: CancellationPlan, wanted: number | null): string[] {
  const live = plan.steps.some(({ step }) => step === 'payment')
    ? ['Ends the payment that is under way; money that still comes goes back whole.']
    : [];
  if (Number(row.capturedCents) === 0) return ['Nothing was paid, so nothing goes back.', ...live];
  const usd = (amount: unknown) => formatUsd(cents(Number(amount)));
  const policy = `by policy (${formatRate(plan.refundRate)})`;
  const refund = wanted ?? plan.refundCents;
  const sums = `Paid ${usd(row.capturedCents)}, refunded ${usd(row.refundedCents)}, left ${usd(held(row))}.`;
  return [
    sums,
    refund === plan.refundCents
      ? `Refunds ${usd(refund)} to the card ${policy}.`
      : `Refunds ${usd(refund)} to the card; ${policy} it would be ${usd(plan.refundCents)}.`,
    ...(wanted === null && plan.frozenCents > 0
      ? [`A bank disputes the payment: ${usd(plan.frozenCents)} more waits for a person until that ends.`]
      : []),
    ...(refund > plan.refundCents ? ['That is more than the policy gives: an admin has to agree.'] : []),
    ...(refund > 0 ? ['The refund waits for an admin other than you.'] : []),
    ...live,
  ];
}
