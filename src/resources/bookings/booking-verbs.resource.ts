import { z } from 'zod';
import type { Row } from '../../admin/kit/columns.ts';
import type { Block } from '../../admin/kit/define-resource.ts';
import { day, line, long, money, yesNo } from '../../admin/kit/fields.ts';
import { readRows } from '../../admin/kit/read-rows.ts';
import { rowsBlock } from '../../admin/kit/rows-block.ts';
import { useCaseAction } from '../../admin/kit/use-case-action.ts';
import { formatInstant, type ServiceDay, serviceDayOf } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import { mayAct } from '../_kit/policy.ts';
import { issueVerb } from '../documents/certificate/certificate.resource.ts';
import { sendMessage } from '../notifications/send-message.ts';
import { currentRateCard } from '../services/load-rate-card.ts';
import { addNote } from './add-note.ts';
import { Booking } from './booking.model.ts';
import type { BookingStatus } from './booking.states.ts';
import { due } from './booking-cells.resource.ts';
import { change, dayConsequence, priceConsequences } from './booking-new.resource.ts';
import { bookingNotes } from './booking-note.resource.ts';
import { atFields } from './booking-values.resource.ts';
import { completeBooking } from './complete-booking.ts';
import { previewBooking } from './create-booking.ts';
import { duplicateBooking, duplicateRequest } from './duplicate-booking.ts';
import { markTest } from './mark-test.ts';
import { overridePrice } from './override-price.ts';
import { linkEnd, sendPaymentLink } from './send-payment-link.ts';

/** What staff do with a booking beyond what its customer can. */

const unpaid: readonly BookingStatus[] = ['inquiry', 'pending_payment', 'expired'];
const isUnpaid = ({ status }: Row) => unpaid.includes(status as BookingStatus);
const id = (row: Row) => String(row.id);
const number = (row: Row) => String(row.number);

/** Several lines that must be written. */
function words(label: string, help: string) {
  return z.string().trim().min(1).max(2_000).meta({ label, kind: 'long', maximumLength: 2_000, help });
}

async function bookingOf(row: Row): Promise<Booking> {
  return Booking.findByPk(id(row), { rejectOnEmpty: new Refusal('not_found') });
}

const message = z.strictObject({
  subject: line('Subject', 150),
  body: long('Message', 5_000, 'Greeting, booking and a way to answer are put around it.'),
});

const writeMessage = useCaseAction<z.output<typeof message>>({
  name: 'sendMessage',
  label: 'Write a mail',
  icon: 'Mail',
  form: message,
  isOffered: (row) => row.contactEmail !== null && row.contactEmail !== undefined,
  preview: async (_ctx, row, { subject }) => [`Sends “${subject}” to ${String(row.contactEmail)}.`],
  async run(ctx, row, { subject, body }) {
    await sendMessage(ctx, { bookingId: id(row), subject, body });
    return { message: 'The mail goes out.' };
  },
});

const sendLink = useCaseAction({
  name: 'sendPaymentLink',
  label: 'Payment link',
  icon: 'Link',
  isOffered: isUnpaid,
  async preview(ctx, row) {
    const snapshot = await currentRateCard(ctx);
    const booking = await bookingOf(row);
    const owed = due(row);
    return [
      owed > 0
        ? `Makes a link by which ${formatUsd(cents(owed))} is paid by card.`
        : 'Nothing is due: opening the link confirms the booking.',
      `It works until ${formatInstant(linkEnd(ctx, snapshot, booking))}. Opening it holds the day until then.`,
      `The card may be declined ${snapshot.settings.paymentAttempts} more times.`,
      'It is mailed to the customer; you see it once, to copy and hand on.',
    ];
  },
  async run(ctx, row) {
    const { url, expiresAt } = await sendPaymentLink(ctx, id(row));
    return {
      message: `This link works until ${formatInstant(expiresAt)}.`,
      keep: { label: 'Payment link', value: url },
    };
  },
});

const override = useCaseAction<{ totalCents: number; reason: string }>({
  name: 'overridePrice',
  label: 'Agree a price',
  icon: 'DollarSign',
  form: z.strictObject({
    totalCents: money('New total', 'All that the customer pays, with fees and tax.'),
    reason: words('Reason', 'It stands beside the price, where the customer sees it.'),
  }),
  isOffered: isUnpaid,
  initial: ({ totalCents }) => ({ totalCents }),
  preview: async (_ctx, row, { totalCents }) => [
    `Changes the total of ${number(row)} from ${formatUsd(cents(Number(row.totalCents)))} to ${formatUsd(cents(totalCents))}.`,
    'The price stays until the booking is paid, however long that takes.',
    'A change of day, ZIP, service or extras takes it away again.',
    ...(row.status === 'pending_payment'
      ? ['The open payment is cancelled first, and the day is free again: it is an inquiry.']
      : []),
  ],
  async run(ctx, row, { totalCents, reason }) {
    await overridePrice(ctx, { bookingId: id(row), totalCents, reason });
    return { message: `The price is ${formatUsd(cents(totalCents))} now.` };
  },
});

const duplicate = useCaseAction<{ pickupDate: string; cutOffOverrideReason: string }>({
  name: 'duplicate',
  label: 'Duplicate',
  icon: 'Copy',
  form: z.strictObject({
    pickupDate: day('Service day', 'Everything else is taken over; the price is asked anew.'),
    cutOffOverrideReason: long('Why it may pass the cut-off', 2_000, 'Only for a day past its cut-off.'),
  }),
  async preview(ctx, row, { pickupDate, cutOffOverrideReason }) {
    const reason = cutOffOverrideReason || null;
    const request = duplicateRequest(await bookingOf(row), { pickupDate, cutOffOverrideReason: reason });
    const { quote, dayReason } = await atFields(() => previewBooking(ctx, request));
    return [
      `Makes a new inquiry like ${number(row)}, which stays as it is.`,
      dayConsequence(pickupDate, dayReason),
      ...priceConsequences(quote),
    ];
  },
  async run(ctx, row, { pickupDate, cutOffOverrideReason }) {
    const reason = cutOffOverrideReason || null;
    const asked = { bookingId: id(row), pickupDate, cutOffOverrideReason: reason };
    const made = await atFields(() => duplicateBooking(ctx, asked));
    return { message: `${made.number} made like ${number(row)}.`, goTo: made.id };
  },
});

const note = useCaseAction<{ text: string }>({
  name: 'addNote',
  label: 'Add note',
  icon: 'MessageSquare',
  form: z.strictObject({ text: words('Note', 'Only the office sees it, with your name and the time.') }),
  preview: async () => [],
  async run(ctx, row, { text }) {
    await addNote(ctx, { bookingId: id(row), text });
    return { message: 'Note added.' };
  },
});

const complete = useCaseAction<{ reason: string }>({
  name: 'complete',
  label: 'Complete',
  icon: 'CheckCircle',
  form: z.strictObject({ reason: words('Reason', 'Why no driver’s delivery completes it.') }),
  isOffered: ({ status }) => status === 'confirmed',
  preview: async (ctx, row) => [
    `Completes ${number(row)} for good: it cannot be changed, cancelled or rescheduled afterwards.`,
    ...((row.pickupDate as ServiceDay) > serviceDayOf(ctx.clock.now()) ? ['Its day is still to come.'] : []),
  ],
  async run(ctx, row, { reason }) {
    await completeBooking(ctx, { bookingId: id(row), reason });
    return { message: `${number(row)} completed.` };
  },
});

const test = useCaseAction<{ isTest: boolean }>({
  name: 'markTest',
  label: 'Test booking',
  icon: 'Flag',
  form: z.strictObject({ isTest: yesNo('This is a test booking') }),
  isOffered: ({ status }) => status === 'inquiry' || status === 'expired',
  initial: ({ isTest }) => ({ isTest }),
  preview: async (_ctx, row, { isTest }) => [
    isTest
      ? `${number(row)} becomes a test: no real card is charged for it, no driver comes, no van is taken.`
      : `${number(row)} becomes a real booking: it is paid by real cards and takes a van.`,
  ],
  async run(ctx, row, { isTest }) {
    await markTest(ctx, { bookingId: id(row), isTest });
    return { message: isTest ? `${number(row)} is a test now.` : `${number(row)} is a real booking now.` };
  },
});

/** In the order of their buttons. */
export const bookingVerbs = [
  sendLink,
  writeMessage,
  issueVerb,
  change,
  note,
  duplicate,
  override,
  complete,
  test,
] as const;

/** The office's notes, newest first, for whom they are. */
export async function notesBlocks(ctx: Context, row: Row): Promise<Block[]> {
  if (ctx.actor.type !== 'staff' || !mayAct(bookingNotes.noun.policy, 'list', ctx.actor.role)) return [];
  const written = await readRows(ctx, bookingNotes, {
    where: { bookingId: id(row) },
    order: [['createdAt', 'DESC']],
    limit: 100,
  });
  const empty = 'No note yet.';
  return [await rowsBlock(ctx, bookingNotes, written, ['createdAt', 'author', 'text'], empty)];
}
