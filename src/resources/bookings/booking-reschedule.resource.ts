import { z } from 'zod';
import type { Row } from '../../admin/kit/columns.ts';
import { choice, day, optional, optionalLine, shownWhen } from '../../admin/kit/fields.ts';
import { useCaseAction } from '../../admin/kit/use-case-action.ts';
import { addDays, formatInstant, formatServiceDay, type ServiceDay, serviceDayOf } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import { hours, windows } from './booking-form.resource.ts';
import { dayWords } from './booking-request.ts';
import { planReschedule, type ReschedulePlan, rescheduleBooking } from './reschedule-booking.ts';

const form = z.strictObject({
  pickupDate: day('New day'),
  pickupWindow: optional(choice('Window', windows)),
  pickupHour: shownWhen('pickupWindow', ['specific_hour'], optional(choice('Hour', hours))),
  priceChoice: choice(
    'Price',
    { keep: 'Keep the price', charge: 'Charge the difference', refund: 'Refund the difference' },
    'Charging holds both days until it is paid. A refund waits for an admin.',
  ),
  reason: optionalLine('Reason', 500, 'Needed for a day after the cut-off.'),
});
type Values = z.output<typeof form>;

const AROUND_DAYS = 6;

export const reschedule = useCaseAction<Values>({
  name: 'reschedule',
  label: 'Reschedule',
  icon: 'Calendar',
  form,
  isOffered: (row) => row.status === 'confirmed',
  initial: ({ pickupDate, pickupWindow, pickupHour }) => ({
    pickupDate,
    pickupWindow,
    pickupHour: typeof pickupHour === 'number' ? String(pickupHour) : null,
    priceChoice: 'keep',
  }),
  async preview(ctx, row, values) {
    const plan = await planReschedule(ctx, String(row.id), timeOf(values));
    const from = formatServiceDay(row.pickupDate as ServiceDay);
    const to = formatServiceDay(values.pickupDate as ServiceDay);
    return [
      from === to ? `Stays on ${to}.` : `Moves ${String(row.number)} from ${from} to ${to}.`,
      roomWords(plan),
      priceWords(plan, row, values.priceChoice),
      ...(await daysAround(ctx, row, values)),
    ];
  },
  async run(ctx, row, values) {
    const { waitsFor } = await rescheduleBooking(ctx, {
      bookingId: String(row.id),
      ...timeOf(values),
      priceChoice: values.priceChoice,
      reason: values.reason,
    });
    const to = formatServiceDay(values.pickupDate as ServiceDay);
    if (waitsFor === null) return { message: `${String(row.number)} moved to ${to}.` };
    return {
      message: `Both days are held until ${formatInstant(waitsFor.expiresAt)}. It moves to ${to} once ${formatUsd(cents(waitsFor.dueCents))} is paid by this link.`,
      keep: { label: 'Payment link', value: waitsFor.url },
    };
  },
});

function timeOf({ pickupDate, pickupWindow, pickupHour }: Values) {
  // Not there at all while its window is another.
  const hour = pickupHour == null ? null : Number(pickupHour);
  return { pickupDate: pickupDate as ServiceDay, pickupWindow, pickupHour: hour };
}

function roomWords({ refusal }: ReschedulePlan): string {
  if (refusal === null) return 'There is room in a van.';
  if (refusal === 'cut_off') return 'This is after the online cut-off: say why in the reason.';
  return `Not possible: ${dayWords[refusal].charAt(0).toLowerCase()}${dayWords[refusal].slice(1)}`;
}

function priceWords(
  { price, differenceCents }: ReschedulePlan,
  row: Row,
  choice: Values['priceChoice'],
): string {
  const total = formatUsd(price.totalCents);
  const difference = formatUsd(cents(Math.abs(differenceCents)));
  if (differenceCents === 0) return `The price stays ${total}.`;
  const there = `The price there is ${total}, ${difference} ${differenceCents > 0 ? 'more' : 'less'}.`;
  switch (choice) {
    case 'keep':
      return `${there} ${formatUsd(cents(Number(row.totalCents)))} is kept; nothing is due.`;
    case 'charge':
      return `${there} Both days are held until ${difference} is paid; then day and price move together.`;
    case 'refund':
      return `${there} A refund of ${difference} is requested and waits for an admin; the day moves at once.`;
  }
}

/** The days around with room and what they would cost, for the person on the phone. */
async function daysAround(ctx: Context, row: Row, values: Values): Promise<string[]> {
  const today = serviceDayOf(ctx.clock.now());
  const days = Array.from({ length: 2 * AROUND_DAYS + 1 }, (_, index) =>
    addDays(values.pickupDate as ServiceDay, index - AROUND_DAYS),
  ).filter((each) => each > today && each !== values.pickupDate);
  const plans = await Promise.all(
    days.map(async (each) => ({ each, plan: await planOrNone(ctx, row, { ...values, pickupDate: each }) })),
  );
  const words = plans.flatMap(({ each, plan }) =>
    plan?.refusal === null ? [`${formatServiceDay(each)} (${formatUsd(plan.price.totalCents)})`] : [],
  );
  return [words.length > 0 ? `Also free: ${words.join(', ')}.` : 'No other day within six days has room.'];
}

/** A day that a flight or another rule forbids is not offered. */
async function planOrNone(ctx: Context, row: Row, values: Values): Promise<ReschedulePlan | null> {
  try {
    return await planReschedule(ctx, String(row.id), timeOf(values));
  } catch (error) {
    if (error instanceof Refusal && error.code === 'invalid') return null;
    throw error;
  }
}
