import type { Context } from '../../context.ts';
import { execute } from '../../resources/_kit/sql.ts';
import { checkInvariants } from './invariants.ts';

/** Puts every violation before a person, once as long as it is open. */
export async function reportInvariants(ctx: Context): Promise<void> {
  for (const finding of await checkInvariants(ctx)) {
    ctx.log.error({ invariant: finding.name, subject: finding.subject }, 'invariant does not hold');
    await execute(
      ctx,
      `insert into needs_reviews (kind, subject, booking_id, payment_id, reason, suggested_step, created_at, updated_at)
       values ($1, $2, $3, $4, $5, 'Compare the payment at Stripe with the booking and its ledger.', $6, $6)
       on conflict (kind, subject) where resolved_at is null do nothing`,
      [
        finding.name,
        finding.subject,
        finding.bookingId,
        finding.paymentId,
        `This must hold, but does not: ${finding.words}`,
        ctx.clock.now(),
      ],
    );
  }
}
