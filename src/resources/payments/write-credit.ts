import type { TransactionContext } from '../../context.ts';
import { audit } from '../_kit/audit.ts';
import { execute, select } from '../_kit/sql.ts';
import type { Booking } from '../bookings/booking.model.ts';
import type { Credit } from './credit.model.ts';

interface NewCredit {
  readonly kind: Credit['kind'];
  readonly amountCents: number;
  readonly reason: string;
  readonly refundId?: string;
  readonly disputeId?: string;
}

/** Writes an amount that a locked booking no longer owes, or takes one back (negative), with the audit row. */
export async function writeCredit(
  ctx: TransactionContext,
  booking: Booking,
  { kind, amountCents, reason, refundId, disputeId }: NewCredit,
): Promise<void> {
  await execute(
    ctx,
    `insert into credits (booking_id, kind, amount_cents, reason, refund_id, dispute_id, created_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [booking.id, kind, amountCents, reason, refundId ?? null, disputeId ?? null, ctx.clock.now()],
  );
  await audit(ctx, {
    action: 'booking.credited',
    subjectType: 'booking',
    subjectId: booking.id,
    bookingId: booking.id,
    reason,
    changes: { creditsCents: [booking.creditsCents, booking.creditsCents + amountCents] },
  });
  await booking.reload({ transaction: ctx.tx });
}

interface TakenBack {
  readonly refundId?: string;
  readonly disputeId?: string;
  readonly atMost?: number;
  readonly reason: string;
}

/** Takes back what was credited for a refund or a dispute, as far as it was not taken back yet. */
export async function takeCreditBack(
  ctx: TransactionContext,
  booking: Booking,
  { refundId, disputeId, atMost = Number.POSITIVE_INFINITY, reason }: TakenBack,
): Promise<void> {
  const [written] = await select<{ cents: number }>(
    ctx,
    `select coalesce(sum(amount_cents), 0)::int as cents from credits where refund_id = $1 or dispute_id = $2`,
    [refundId ?? null, disputeId ?? null],
  );
  const amountCents = Math.min(atMost, written?.cents ?? 0);
  if (amountCents <= 0) return;
  const what = { ...(refundId && { refundId }), ...(disputeId && { disputeId }) };
  await writeCredit(ctx, booking, { kind: 'take_back', amountCents: -amountCents, reason, ...what });
}
