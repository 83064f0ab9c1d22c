import { formatInstant, formatServiceDay } from '../../../clock.ts';
import type { Context } from '../../../context.ts';
import { Refusal } from '../../../errors.ts';
import { audit } from '../../_kit/audit.ts';
import { inTransaction } from '../../_kit/in-transaction.ts';
import { authorize } from '../../_kit/policy.ts';
import { select } from '../../_kit/sql.ts';
import { Booking } from '../../bookings/booking.model.ts';
import { serviceWords } from '../../bookings/service-words.ts';
import { Payment } from '../payment.model.ts';
import { paymentPolicy } from '../payment.policy.ts';
import { Refund } from '../refund.model.ts';
import { refundPolicy } from '../refund.policy.ts';
import type { Paper } from './paper.ts';

/**
 * The receipt of a payment that came: what was bought, line by line, and what was paid by it and has gone back since. It
 * names the customer, and nothing that reaches them. Written into the audit log. Throws `forbidden`, `not_found`.
 */
export async function writeReceipt(ctx: Context, paymentId: string): Promise<Paper> {
  authorize(ctx, paymentPolicy, 'show');
  const payment = await Payment.findByPk(paymentId, { rejectOnEmpty: new Refusal('not_found') });
  return receiptOf(ctx, payment, await bookingOf(payment.bookingId));
}

/** The same for the customer whose booking it is, whose token was looked at, by its number on the receipt. Throws `not_found`. */
export async function writeCustomersReceipt(ctx: Context, booking: Booking, attempt: number): Promise<Paper> {
  const payment = await Payment.findOne({
    where: { bookingId: booking.id, attempt },
    rejectOnEmpty: new Refusal('not_found'),
  });
  const actor = { type: 'customer', bookingId: booking.id, address: null } as const;
  return receiptOf({ ...ctx, actor }, payment, booking);
}

async function receiptOf(ctx: Context, payment: Payment, booking: Booking): Promise<Paper> {
  if (payment.status !== 'succeeded' || payment.settledAt === null) throw new Refusal('not_found');
  await note(ctx, 'payment', payment.id, booking);
  const { lines, discount } = booking.price;
  return {
    title: 'Receipt',
    number: `${booking.number}-${payment.attempt}`,
    facts: [
      ...factsOf(booking),
      ['Paid', formatInstant(payment.settledAt)],
      ['By', 'Card'],
      ...(payment.purpose === 'difference' ? [['For', 'The difference of a new day'] as const] : []),
    ],
    lines: [
      ...lines.map(({ label, amountCents }) => ({ label, amountCents })),
      ...(booking.discountCents > 0
        ? [{ label: `Code ${discount?.code ?? ''}`.trim(), amountCents: -booking.discountCents }]
        : []),
    ],
    totals: [
      { label: 'Total of the booking', amountCents: booking.totalCents },
      { label: 'Paid by this payment', amountCents: payment.capturedCents },
      ...(payment.refundedCents > 0
        ? [{ label: 'Refunded since', amountCents: 0 - payment.refundedCents }]
        : []),
    ],
    foot: 'Thank you for moving with us. All sums are in US dollars.',
    madeAt: ctx.clock.now(),
  };
}

/** The note of a refund that was paid out. Written into the audit log. Throws `forbidden`, `not_found`. */
export async function writeRefundNote(ctx: Context, refundId: string): Promise<Paper> {
  authorize(ctx, refundPolicy, 'show');
  const refund = await Refund.findByPk(refundId, { rejectOnEmpty: new Refusal('not_found') });
  if (refund.status !== 'succeeded' || refund.settledAt === null) throw new Refusal('not_found');
  const booking = await bookingOf(refund.bookingId);
  const payment = await Payment.findByPk(refund.paymentId, { rejectOnEmpty: true });
  await note(ctx, 'refund', refund.id, booking);
  const [earlier] = await select<{ count: number }>(
    ctx,
    `select count(*)::int as count from refunds where booking_id = $1 and (created_at, id) < ($2, $3)`,
    [booking.id, refund.createdAt, refund.id],
  );
  return {
    title: 'Refund note',
    number: `${booking.number}-R${(earlier?.count ?? 0) + 1}`,
    facts: [
      ...factsOf(booking),
      ['Refunded', formatInstant(refund.settledAt)],
      ['To', 'The card that paid'],
      ['Receipt', `${booking.number}-${payment.attempt}`],
    ],
    lines: [{ label: 'Paid', amountCents: payment.capturedCents }],
    totals: [{ label: 'Refunded', amountCents: refund.amountCents }],
    foot: 'Banks take five to ten business days to show a refund. All sums are in US dollars.',
    madeAt: ctx.clock.now(),
  };
}

async function bookingOf(bookingId: string): Promise<Booking> {
  return Booking.findByPk(bookingId, { rejectOnEmpty: new Refusal('not_found') });
}

function factsOf(booking: Booking): Paper['facts'] {
  const name = [booking.contactFirstName, booking.contactLastName].filter(Boolean).join(' ');
  return [
    ['Booking', booking.number],
    ...(name === '' ? [] : [['Customer', name] as const]),
    ['Service', serviceWords[booking.service]],
    ['Day', formatServiceDay(booking.pickupDate)],
  ];
}

async function note(
  ctx: Context,
  subjectType: 'payment' | 'refund',
  subjectId: string,
  booking: Booking,
): Promise<void> {
  await inTransaction(ctx, (tx) =>
    audit(tx, { action: `${subjectType}.paperWritten`, subjectType, subjectId, bookingId: booking.id }),
  );
}
