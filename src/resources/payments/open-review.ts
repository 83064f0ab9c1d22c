import type { TransactionContext } from '../../context.ts';
import { execute } from '../_kit/sql.ts';

interface Review {
  readonly kind:
    | 'amount_mismatch'
    | 'orphan_payment'
    | 'refund_collides'
    | 'refund_failed'
    | 'refund_refused'
    | 'override_removed';
  readonly subject: string;
  readonly bookingId?: string;
  readonly paymentId?: string;
  readonly reason: string;
  readonly suggestedStep: string;
}

/** Puts something before a person; once as long as it is open. Nothing ends in a log line (`product.md` §4). */
export async function openReview(ctx: TransactionContext, review: Review): Promise<void> {
  await execute(
    ctx,
    `insert into needs_reviews (kind, subject, booking_id, payment_id, reason, suggested_step, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict (kind, subject) where resolved_at is null do nothing`,
    [
      review.kind,
      review.subject,
      review.bookingId ?? null,
      review.paymentId ?? null,
      review.reason,
      review.suggestedStep,
      ctx.clock.now(),
    ],
  );
}
