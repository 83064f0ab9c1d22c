import { literal, Op } from 'sequelize';
import { z } from 'zod';
import type { Cell, Row } from '../../admin/kit/columns.ts';
import { type Block, defineResource, type ResourceDefinition } from '../../admin/kit/define-resource.ts';
import { line, long, optional } from '../../admin/kit/fields.ts';
import { readRows } from '../../admin/kit/read-rows.ts';
import { rowsBlock } from '../../admin/kit/rows-block.ts';
import { useCaseAction } from '../../admin/kit/use-case-action.ts';
import { phoneWords } from '../../admin/kit/words.ts';
import { addDays, formatInstant, formatServiceDay, type ServiceDay, serviceDayOf } from '../../clock.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import type { PricedQuote } from '../../pricing/price-quote.ts';
import { documentsBlock } from '../documents/document.resource.ts';
import { deliveryTasks } from '../logistics/delivery-task.resource.ts';
import { proofBlocks } from '../logistics/proof-block.resource.ts';
import { notifications } from '../notifications/notification.resource.ts';
import { disputes, disputesBlocks } from '../payments/dispute.resource.ts';
import { payments } from '../payments/payment.resource.ts';
import { refunds } from '../payments/refund.resource.ts';
import { amendBooking } from './amend-booking.ts';
import { archiveBooking, holdsSomething, restoreBooking } from './archive-booking.ts';
import { Booking } from './booking.model.ts';
import { archivedBookingPolicy, bookingPolicy } from './booking.policy.ts';
import type { BookingStatus } from './booking.states.ts';
import { bookingAsItWas } from './booking-as-it-was.resource.ts';
import { cancel } from './booking-cancel.resource.ts';
import { columns, customerCell, due, held, paidCell, routeCell, whenCell } from './booking-cells.resource.ts';
import { wholeEmail, wholePhone } from './booking-columns.ts';
import { newBooking } from './booking-new.resource.ts';
import { contactSchema } from './booking-request.ts';
import { reschedule } from './booking-reschedule.resource.ts';
import { bookingTimeline } from './booking-timeline.resource.ts';
import { moveToVanAction, withVan } from './booking-van.resource.ts';
import { bookingVerbs, notesBlocks } from './booking-verbs.resource.ts';
import { feedbacks } from './feedback.resource.ts';

const unpaid = literal(
  `status in ('pending_payment', 'confirmed', 'in_progress', 'completed')
   and total_cents - credits_cents - captured_cents + refunded_cents + lost_dispute_cents > 0`,
);
/** So many days before, a certificate that is not there is the office's worry. */
const COI_DAYS = 1;
const riding = { status: ['pending_payment', 'confirmed', 'in_progress', 'completed'] };

const views: NonNullable<ResourceDefinition['views']> = {
  today: {
    label: 'Today',
    where: ({ clock }) => ({ ...riding, pickupDate: serviceDayOf(clock.now()) }),
    sort: { by: 'pickupHour', direction: 'asc' },
  },
  tomorrow: {
    label: 'Tomorrow',
    where: ({ clock }) => ({ ...riding, pickupDate: addDays(serviceDayOf(clock.now()), 1) }),
    sort: { by: 'pickupHour', direction: 'asc' },
  },
  week: {
    label: 'This week',
    where: ({ clock }) => {
      const today = serviceDayOf(clock.now());
      return { ...riding, pickupDate: { [Op.between]: [today, addDays(today, 6)] } };
    },
    sort: { by: 'pickupDate', direction: 'asc' },
  },
  withoutCoi: {
    label: 'Certificate not there yet',
    where: ({ clock }) => {
      const today = serviceDayOf(clock.now());
      return {
        status: ['confirmed', 'in_progress'],
        coiStatus: ['missing', 'submitted', 'rejected'],
        pickupDate: { [Op.between]: [today, addDays(today, COI_DAYS)] },
      };
    },
    sort: { by: 'pickupDate', direction: 'asc' },
  },
  unpaid: {
    label: 'Unpaid',
    where: () => ({ [Op.and]: [unpaid] }),
    sort: { by: 'pickupDate', direction: 'asc' },
  },
  inquiries: {
    label: 'Inquiries to call',
    where: () => ({ status: 'inquiry' }),
    sort: { by: 'createdAt', direction: 'desc' },
  },
};

function wholeNumber(typed: string): string | null {
  return /^TT-\d{6,}$/i.test(typed) ? typed.toUpperCase() : null;
}

/** What a person at the phone would do or say next. */
function nextStep(row: Row): Cell {
  const day = formatServiceDay(row.pickupDate as ServiceDay);
  const until = (value: unknown) => (value instanceof Date ? formatInstant(value) : '');
  const say: Readonly<Record<BookingStatus, string>> = {
    inquiry: `Call to help them book. The price is held until ${until(row.priceLockedUntil)}.`,
    pending_payment: `Waiting for the payment. The day is held until ${until(row.holdExpiresAt)}.`,
    expired: 'The hold lapsed unpaid. They can check out again if they still want it.',
    confirmed: due(row) > 0 ? `${formatUsd(cents(due(row)))} is still due.` : `Ready. Pickup on ${day}.`,
    in_progress: 'On the way.',
    completed: 'Done.',
    cancelled:
      held(row) > 0
        ? `${formatUsd(cents(held(row)))} of it is still with us: see its refunds.`
        : 'Nothing to do.',
  };
  return { text: say[row.status as BookingStatus] };
}

const summary: NonNullable<ResourceDefinition['summary']> = (row) => {
  const who = customerCell(row);
  const reach = [phoneWords(row.contactPhone), row.contactEmail].filter(Boolean).join(' · ');
  const total = formatUsd(cents(Number(row.totalCents)));
  const paid = paidCell(row);
  return [
    { label: 'Who', cell: who && { ...who, ...(reach !== '' && { hint: reach }) } },
    { label: 'When', cell: whenCell(row) },
    { label: 'Where', cell: routeCell(row) },
    { label: 'How much', cell: { text: total, hint: [paid.text, paid.hint].filter(Boolean).join(' · ') } },
    { label: 'What next', cell: nextStep(row) },
  ];
};

function priceBlock(row: Row): Block {
  const { lines, discount } = row.price as PricedQuote;
  const discountCents = Number(row.discountCents);
  return {
    kind: 'table',
    title: 'Price',
    head: ['', 'Why', 'Quantity', 'Amount'],
    right: [2, 3],
    rows: [
      ...lines.map((each) => [
        { text: each.label },
        each.reason ? { text: each.reason } : null,
        each.quantity ? { text: String(each.quantity) } : null,
        { text: formatUsd(each.amountCents) },
      ]),
      ...(discountCents > 0
        ? [
            [
              { text: `Code ${discount?.code ?? ''}`.trim() },
              null,
              null,
              { text: `−${formatUsd(cents(discountCents))}` },
            ],
          ]
        : []),
      [{ text: 'Total' }, null, null, { text: formatUsd(cents(Number(row.totalCents))) }],
    ],
    empty: 'No price.',
  };
}

const amendment = z.strictObject({
  notes: long('Office notes', 2_000, 'Only the office sees them.'),
  instructions: long('Instructions', 2_000, 'What the customer asked for; the crew sees them.'),
  contactFirstName: optional(line('First name')),
  contactLastName: optional(line('Last name')),
  contactEmail: optional(
    contactSchema.shape.email.meta({ label: 'E-mail', kind: 'line', maximumLength: 254 }),
  ),
  contactPhone: optional(contactSchema.shape.phone.meta({ label: 'Phone', kind: 'line', maximumLength: 30 })),
});

const amend = useCaseAction<z.output<typeof amendment>>({
  name: 'amend',
  label: 'Edit notes and contact',
  icon: 'Edit',
  form: amendment,
  initial: ({ notes, instructions, contactFirstName, contactLastName, contactEmail, contactPhone }) => ({
    notes,
    instructions,
    contactFirstName,
    contactLastName,
    contactEmail,
    contactPhone: phoneWords(contactPhone) || null,
  }),
  preview: async () => [],
  async run(ctx, row, values, version) {
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
    await amendBooking(ctx, { bookingId: String(row.id), version, changes: given });
    return { message: 'Booking saved.' };
  },
});

const archive = useCaseAction({
  name: 'archive',
  label: 'Archive',
  icon: 'Archive',
  destructive: true,
  isOffered: (row) => !holdsSomething(row as unknown as Booking),
  preview: async (_ctx, row) => [
    `Takes ${String(row.number)} out of lists, search and reports.`,
    'Its link stops working for the customer.',
    'An admin can restore it from the archive.',
  ],
  async run(ctx, row) {
    await archiveBooking(ctx, String(row.id));
    return { message: `${String(row.number)} archived.` };
  },
});

const restore = useCaseAction({
  name: 'restore',
  label: 'Restore',
  icon: 'RotateCcw',
  preview: async (_ctx, row) => [
    `Brings ${String(row.number)} back to lists, search and reports.`,
    'Its link works again.',
  ],
  async run(ctx, row) {
    await restoreBooking(ctx, String(row.id));
    return { message: `${String(row.number)} restored.` };
  },
});

const sections: ResourceDefinition['sections'] = [
  { title: 'Contact', columns: ['customer', 'contactEmail', 'contactPhone', 'marketingOptIn'] },
  {
    title: 'Move',
    columns: ['service', 'when', 'pickup', 'delivery', 'coiRequired', 'coiStatus', 'instructions', 'notes'],
  },
  {
    title: 'Money',
    columns: ['totalCents', 'creditsCents', 'capturedCents', 'refundedCents', 'left', 'due', 'discountCode'],
  },
  {
    title: 'Booking',
    columns: [
      'status',
      'source',
      'isTest',
      'cutOffOverrideReason',
      'createdAt',
      'priceLockedUntil',
      'holdExpiresAt',
      'confirmedAt',
      'cancelledAt',
      'cancelReason',
    ],
  },
];

const face = {
  group: 'Bookings',
  title: { fields: ['number'], of: (row: Row) => String(row.number) },
  columns,
  list: ['number', 'status', 'customer', 'service', 'when', 'route', 'totalCents', 'paid'],
  sections,
  filters: ['status', 'service', 'pickupDate', 'createdAt', 'totalCents', 'coiStatus', 'source', 'isTest'],
  search: ['number', 'contactFirstName', 'contactLastName', 'contactEmail', 'contactPhone'],
  searchWhole: { number: wholeNumber, contactEmail: wholeEmail, contactPhone: wholePhone },
  searchTable: {
    name: 'booking_words',
    key: 'booking_id',
    parts: 'word_parts(number, contact_first_name, contact_last_name, contact_email, contact_phone)',
  },
  searchWords: 'Number, name, e-mail or phone',
  sort: { by: 'createdAt', direction: 'desc' },
  summary,
} as const;

export const bookings: ResourceDefinition = defineResource({
  ...face,
  noun: { model: Booking, policy: bookingPolicy },
  label: { one: 'Booking', many: 'Bookings' },
  icon: 'Calendar',
  scope: { archivedAt: null },
  views,
  summary: withVan(summary),
  making: newBooking,
  actions: [...bookingVerbs, amend, reschedule, moveToVanAction, cancel, archive],
  blocks: async (ctx, row) => {
    const ofBooking = {
      where: { bookingId: String(row.id) },
      order: [['createdAt', 'DESC']] as [string, string][],
      limit: 50,
    };
    const [written, driven, paid, returned, disputed, said] = await Promise.all([
      readRows(ctx, notifications, ofBooking),
      readRows(ctx, deliveryTasks, { ...ofBooking, order: [['startsAt', 'ASC']] }),
      readRows(ctx, payments, ofBooking),
      readRows(ctx, refunds, ofBooking),
      readRows(ctx, disputes, ofBooking),
      readRows(ctx, feedbacks, ofBooking),
    ]);
    return [
      priceBlock(row),
      ...(said.length > 0
        ? [await rowsBlock(ctx, feedbacks, said, ['createdAt', 'score', 'comment'], '')]
        : []),
      ...(await notesBlocks(ctx, row)),
      ...(await documentsBlock(ctx, String(row.id), true)),
      ...(driven.length > 0
        ? [
            await rowsBlock(
              ctx,
              deliveryTasks,
              driven,
              ['leg', 'window', 'status', 'driverId', 'etaAt', 'endedAt'],
              '',
            ),
          ]
        : []),
      ...proofBlocks(ctx, driven),
      await rowsBlock(
        ctx,
        payments,
        paid,
        ['createdAt', 'amountCents', 'status', 'failureReason'],
        'No payment was started yet.',
      ),
      ...(returned.length > 0
        ? [await rowsBlock(ctx, refunds, returned, ['requestedAt', 'amountCents', 'status', 'reason'], '')]
        : []),
      ...(await disputesBlocks(ctx, disputed)),
      ...(written.length > 0
        ? [
            await rowsBlock(
              ctx,
              notifications,
              written,
              ['createdAt', 'type', 'recipient', 'status', 'sentAt'],
              '',
            ),
          ]
        : []),
      await bookingTimeline(ctx, bookings, String(row.id)),
    ];
  },
  empty:
    'No booking here. Bookings come from the website and from “New booking”; try another view or clear the filters.',
  asItWas: (ctx, row, entryId) => bookingAsItWas(ctx, { definition: bookings, row, entryId, priceBlock }),
});

export const archivedBookings: ResourceDefinition = defineResource({
  ...face,
  noun: { model: Booking, policy: archivedBookingPolicy },
  label: { one: 'Archived booking', many: 'Archive' },
  icon: 'Archive',
  scope: { archivedAt: { [Op.ne]: null } },
  list: ['number', 'status', 'customer', 'service', 'when', 'totalCents', 'archivedAt'],
  sort: { by: 'archivedAt', direction: 'desc' },
  actions: [restore],
  blocks: async (ctx, row) => [priceBlock(row), await bookingTimeline(ctx, archivedBookings, String(row.id))],
  asItWas: (ctx, row, entryId) =>
    bookingAsItWas(ctx, { definition: archivedBookings, row, entryId, priceBlock }),
  empty: 'Nothing is archived. Admins archive bookings from their pages.',
});
