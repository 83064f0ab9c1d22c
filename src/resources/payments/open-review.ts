import type { Context, TransactionContext } from '../../context.ts';
import { execute, select } from '../_kit/sql.ts';

interface Review {
  readonly kind:
    | 'amount_mismatch'
    | 'bad_feedback'
    | 'completion_waits'
    | 'delivery_failed'
    | 'task_not_stripped'
    | 'task_not_withdrawn'
    | 'task_refused'
    | 'books_disagree'
    | 'card_testing'
    | 'dispute_opened'
    | 'mail_failed'
    | 'orphan_payment'
    | 'refund_collides'
    | 'refund_failed'
    | 'refund_frozen'
    | 'refund_refused'
    | 'override_removed'
    | 'stripe_disagrees';
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

/** Closes what waits for a person, once what it waited for has ended by itself. */
export async function closeReview(
  ctx: TransactionContext,
  { kind, subject, resolution }: Pick<Review, 'kind' | 'subject'> & { readonly resolution: string },
): Promise<void> {
  await execute(
    ctx,
    `update needs_reviews set resolution = $3, resolved_at = $4, updated_at = $4
     where kind = $1 and subject = $2 and resolved_at is null`,
    [kind, subject, resolution, ctx.clock.now()],
  );
}

/** Whether it waits for a person. */
export async function waitsForReview(
  ctx: Context,
  { kind, subject }: Pick<Review, 'kind' | 'subject'>,
): Promise<boolean> {
  const open = await select(
    ctx,
    'select from needs_reviews where kind = $1 and subject = $2 and resolved_at is null',
    [kind, subject],
  );
  return open.length > 0;
}
