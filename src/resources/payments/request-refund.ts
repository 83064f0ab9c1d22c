import { randomUUID } from 'node:crypto';
import type { Context, TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { type Cents, cents, formatUsd } from '../../pricing/money.ts';
import { audit } from '../_kit/audit.ts';
import { admins } from '../_kit/policy.ts';
import { post } from '../_kit/post.ts';
import { select } from '../_kit/sql.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { alertStaff } from '../notifications/alert-staff.ts';
import { lockPayment } from './move-refund.ts';
import { Payment } from './payment.model.ts';
import { Refund } from './refund.model.ts';
import type { RefundRule } from './refund.states.ts';

interface Wanted {
  readonly amountCents: number;
  readonly reason: string;
  /** The new day whose lower price waits for it. */
  readonly rescheduleId?: string;
  /** More was paid than was due (`rules.md` §5). */
  readonly isSurplus?: boolean;
  /** The field of the form that asks for the amount. */
  readonly field?: string;
  /** A rule approves at once; what a person asks for waits for an admin (`rules.md` §5). */
  readonly by: { readonly rule: RefundRule } | { readonly staffId: string };
}

/**
 * Asks for money of a payment to go back, under the locks of its booking and itself. By rule it is approved, and on its way
 * with the transaction. Throws `refund_too_large` beyond what is left.
 */
export async function requestRefund(
  ctx: TransactionContext,
  payment: Payment,
  { amountCents, reason, rescheduleId, isSurplus = rescheduleId !== undefined, field, by }: Wanted,
): Promise<Refund> {
  await lockPayment(ctx, payment.id);
  const left = await refundable(ctx, payment.id);
  if (left.isFrozen || amountCents > left.cents) throw refundTooLarge(left, field);
  const now = ctx.clock.now();
  const isByRule = 'rule' in by;
  const refund = await Refund.create(
    {
      id: randomUUID(),
      paymentId: payment.id,
      bookingId: payment.bookingId,
      amountCents,
      reason,
      status: isByRule ? 'approved' : 'requested',
      source: isByRule ? 'rule' : 'staff',
      rule: isByRule ? by.rule : null,
      requestedBy: isByRule ? null : by.staffId,
      isSurplus: isByRule ? by.rule !== 'customer_cancellation' : isSurplus,
      rescheduleId: rescheduleId ?? null,
      approvedAt: isByRule ? now : null,
      requestedAt: now,
      createdAt: now,
      updatedAt: now,
    },
    { transaction: ctx.tx, returning: true },
  );
  await audit(ctx, {
    action: `refund.${refund.status}`,
    subjectType: 'refund',
    subjectId: refund.id,
    bookingId: payment.bookingId,
    reason: isByRule ? `By rule: ${by.rule}` : 'Asked for by staff',
    changes: { status: [null, refund.status], amountCents: [null, amountCents] },
  });
  if (isByRule) await post(ctx, 'submit_refund', { refundId: refund.id });
  else await askAdmins(ctx, refund);
  return refund;
}

/** Whoever asked does not approve: the other admins are told. */
async function askAdmins(ctx: TransactionContext, refund: Refund): Promise<void> {
  const [booking] = await select<{ id: string; number: string }>(
    ctx,
    'select id, number from bookings where id = $1',
    [refund.bookingId],
  );
  if (!booking) return;
  const amount = formatUsd(cents(refund.amountCents));
  await alertStaff(ctx, {
    kind: 'refund_waits',
    subject: refund.id,
    title: `A refund of ${amount} for ${booking.number} waits for approval`,
    body: `${ctx.actor.type === 'staff' ? ctx.actor.name : 'Somebody'} asked for it: ${refund.reason}\n\nAn admin who did not ask for it approves or rejects it.`,
    booking,
    path: `/resources/refunds/records/${refund.id}/show`,
    roles: admins,
    except: refund.requestedBy,
  });
}

/** The same over all payments of a locked booking, the newest first (`rules.md` §5). */
export async function requestRefunds(
  ctx: TransactionContext,
  booking: Booking,
  wanted: Wanted,
): Promise<void> {
  const payments = await Payment.findAll({
    where: { bookingId: booking.id, status: 'succeeded' },
    order: [['attempt', 'desc']],
    transaction: ctx.tx,
  });
  let open = wanted.amountCents;
  let anyFrozen = false;
  for (const payment of payments) {
    await lockPayment(ctx, payment.id);
    const left = await refundable(ctx, payment.id);
    anyFrozen ||= left.isFrozen;
    const amountCents = left.isFrozen ? 0 : Math.min(open, Math.max(0, left.cents));
    if (amountCents === 0) continue;
    await requestRefund(ctx, payment, { ...wanted, amountCents });
    open -= amountCents;
  }
  const cents = wanted.amountCents - open;
  if (open > 0) throw refundTooLarge({ cents, isFrozen: anyFrozen && cents === 0 }, wanted.field);
}

export interface Refundable {
  /** Negative when money went back outside. */
  readonly cents: number;
  /** A dispute is open: nothing goes back until it ends. */
  readonly isFrozen: boolean;
}

/** Captured − refunds requested, approved, sent or succeeded − what disputes took (`rules.md` §5). */
export async function refundable(ctx: Context, paymentId: string): Promise<Refundable> {
  const [row] = await select<Refundable>(
    ctx,
    `select p.captured_cents - p.lost_dispute_cents - coalesce((select sum(r.amount_cents)::int from refunds r
       where r.payment_id = p.id and r.status in ('requested', 'approved', 'sent', 'succeeded')), 0) as cents,
       exists (select from disputes d where d.payment_id = p.id and d.status = 'open') as "isFrozen"
     from payments p where p.id = $1`,
    [paymentId],
  );
  return row ?? { cents: 0, isFrozen: false };
}

/** The refusal that says how much is left, at the field of the amount. */
export function refundTooLarge({ cents, isFrozen }: Refundable, field = 'refundCents'): Refusal {
  const message = isFrozen
    ? 'A bank disputes this payment: nothing can be refunded until the dispute ends.'
    : `At most ${formatUsd(Math.max(0, cents) as Cents)} is left to refund.`;
  return new Refusal('refund_too_large', {
    detail: message,
    violations: [{ path: field, code: 'refund_too_large', message }],
  });
}
