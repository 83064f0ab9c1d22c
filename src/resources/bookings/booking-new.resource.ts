import { long, section } from '../../admin/kit/fields.ts';
import { makingOf, useCaseAction } from '../../admin/kit/use-case-action.ts';
import { formatServiceDay, type ServiceDay } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import { isOverridden } from '../../pricing/override-total.ts';
import type { PricedQuote } from '../../pricing/price-quote.ts';
import type { UnavailableReason } from '../services/day-availability.ts';
import type { BookingStatus } from './booking.states.ts';
import { type BookingValues, bookingForm, emptyBooking } from './booking-form.resource.ts';
import { atFields, bookingValues, phoneBookingOf } from './booking-values.resource.ts';
import { changeBooking, previewChange } from './change-booking.ts';
import { createBooking, previewBooking } from './create-booking.ts';

/** Booking on the phone: made and changed by one form, its price shown line by line before. */

const dayWords: Readonly<Record<UnavailableReason, string>> = {
  past: 'has passed',
  cut_off: 'is past its cut-off, which you pass with your reason',
  beyond_horizon: 'is too far ahead',
  closed: 'is closed: it can be noted as an inquiry, but not be paid',
  full: 'is fully booked: it can be noted as an inquiry, but not be paid',
};

export function dayConsequence(day: string, reason: UnavailableReason | null): string {
  return `${formatServiceDay(day as ServiceDay)} ${reason === null ? 'can be booked' : dayWords[reason]}.`;
}

/** A price line by line. */
export function priceConsequences(quote: PricedQuote): string[] {
  const { discount } = quote;
  const refusedCode = discount && !discount.applied ? [`The code ${discount.code} does not apply.`] : [];
  return [
    ...quote.lines.map(
      ({ label, reason, amountCents }) =>
        `${label}${reason === undefined ? '' : ` (${reason})`}: ${formatUsd(amountCents)}`,
    ),
    ...(quote.discountCents > 0
      ? [`Code ${discount?.code ?? ''}: −${formatUsd(quote.discountCents)}`]
      : refusedCode),
    `Total: ${formatUsd(quote.totalCents)}${quote.coiRequired ? ', and a certificate is needed' : ''}`,
  ];
}

const noteFields = section('More', { note: long('Office note', 2_000, 'Only the office sees it.') });

interface NewBooking {
  readonly note: string;
}

export const newBooking = makingOf<BookingValues & NewBooking>({
  form: async (ctx: Context) => (await bookingForm(ctx)).extend(noteFields),
  initial: emptyBooking,
  async preview(ctx, values) {
    const { quote, dayReason } = await atFields(() => previewBooking(ctx, phoneBookingOf(values)));
    return [
      'Makes an inquiry. Nothing is charged and no van is taken yet.',
      dayConsequence(values.pickupDate, dayReason),
      ...priceConsequences(quote),
    ];
  },
  async run(ctx, values) {
    const note = values.note === '' ? null : values.note;
    const made = await atFields(() => createBooking(ctx, { ...phoneBookingOf(values), note }));
    return { id: made.id, message: `${made.number} made: ${formatUsd(cents(made.totalCents))}.` };
  },
});

const unpaid: readonly BookingStatus[] = ['inquiry', 'pending_payment', 'expired'];

export const change = useCaseAction<BookingValues>({
  name: 'change',
  label: 'Change booking',
  icon: 'Edit',
  form: bookingForm,
  isOffered: ({ status }) => unpaid.includes(status as BookingStatus),
  initial: bookingValues,
  async preview(ctx, row, values) {
    const asked = { ...phoneBookingOf(values), bookingId: String(row.id), version: undefined };
    const { before, quote, changesPrice } = await atFields(() => previewChange(ctx, asked));
    if (!quote) return ['Saves what you changed. Price, day and status stay as they are.'];
    const isHeld = before.status === 'pending_payment' && changesPrice;
    return [
      `Saves what you changed. The price was ${formatUsd(cents(before.totalCents))} and is asked anew:`,
      ...priceConsequences(quote),
      ...(isHeld ? ['The open payment is cancelled and its day is free again: it is an inquiry.'] : []),
      ...(changesPrice && isOverridden(before.price) ? ['The agreed price goes.'] : []),
    ];
  },
  async run(ctx, row, values, version) {
    const asked = { ...phoneBookingOf(values), bookingId: String(row.id), version };
    const { totalCents } = await atFields(() => changeBooking(ctx, asked));
    return { message: `Booking saved: ${formatUsd(cents(totalCents))}.` };
  },
});
