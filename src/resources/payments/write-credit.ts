import type { TransactionContext } from '../../context.ts';
import { audit } from '../_kit/audit.ts';
import { execute } from '../_kit/sql.ts';
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
