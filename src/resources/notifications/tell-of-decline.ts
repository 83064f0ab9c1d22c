import { addMinutes } from '../../clock.ts';
import type { TransactionContext } from '../../context.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import { select } from '../_kit/sql.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { notifyCustomer } from './notify.ts';

interface Decline {
  /** How many cards of this booking failed by now. */
  readonly attempts: number;
  readonly amountCents: number;
  /** In plain words; '' when unknown. */
  readonly reason: string;
}

const PAUSE_MINUTES = 10;

/**
 * Tells the customer of a locked booking that a card failed, at most every ten minutes: of what comes in between, the last is
 * told when they are over, unless it was paid by then.
 */
export async function tellOfDecline(
  ctx: TransactionContext,
  booking: Booking,
  { attempts, amountCents, reason }: Decline,
): Promise<void> {
  const now = ctx.clock.now();
  const variables = { amount: formatUsd(cents(amountCents)), reason };
  const [waiting] = await select(
    ctx,
    `update notifications set variables = $2, updated_at = $3
     where booking_id = $1 and type = 'payment_failed' and status = 'waiting'
       and scheduled_for is not null and queued_at is null
     returning id`,
    [booking.id, JSON.stringify(variables), now],
  );
  if (waiting) return;
  const [last] = await select<{ goes_at: Date }>(
    ctx,
    `select coalesce(scheduled_for, created_at) as goes_at from notifications
     where booking_id = $1 and type = 'payment_failed' order by 1 desc limit 1`,
    [booking.id],
  );
  const mayGoAt = last ? addMinutes(last.goes_at, PAUSE_MINUTES) : now;
  await notifyCustomer(ctx, booking, {
    type: 'payment_failed',
    eventKey: `${booking.id} ${attempts}`,
    variables,
    ...(mayGoAt > now && { scheduledFor: mayGoAt }),
  });
}
