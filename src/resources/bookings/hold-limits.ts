import type { TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { select } from '../_kit/sql.ts';
import type { RateCardSnapshot } from '../services/rate-card-snapshot.ts';
import type { Booking } from './booking.model.ts';

/** At most 3 live holds an e-mail and 20 a client address, on customers' checkouts with limits on (`rules.md` §3). */
export async function refuseTooManyHolds(
  ctx: TransactionContext,
  snapshot: RateCardSnapshot,
  booking: Booking,
  clientAddress: string | null,
): Promise<void> {
  if (!ctx.config.rateLimits || ctx.actor.type !== 'customer') return;
  const [held] = await select<{ by_email: number; by_address: number }>(
    ctx,
    `select count(*) filter (where contact_email = $1)::int as by_email,
       count(*) filter (where hold_client_address = $2)::int as by_address
     from bookings where hold_expires_at > $3 and id <> $4`,
    [booking.contactEmail, clientAddress, ctx.clock.now(), booking.id],
  );
  const { liveHoldsPerEmail, liveHoldsPerAddress } = snapshot.settings;
  if ((held?.by_email ?? 0) >= liveHoldsPerEmail || (held?.by_address ?? 0) >= liveHoldsPerAddress) {
    throw new Refusal('too_many_holds', { retryAfterSeconds: snapshot.settings.holdMinutes * 60 });
  }
}
