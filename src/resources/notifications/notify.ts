import type { TransactionContext } from '../../context.ts';
import { post } from '../_kit/post.ts';
import { select } from '../_kit/sql.ts';
import type { Booking } from '../bookings/booking.model.ts';
import type { NotificationType } from './templates/catalogue.ts';

interface News {
  readonly type: NotificationType;
  /** What happened, by an id: told again it is no news. */
  readonly eventKey: string;
  /** What the booking itself does not say, in words for people. */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Writes to a booking's customer, once for an event (`product.md` §7): the row now, with what happened; the mail by job.
 * Says whether it was news. Nobody is written to whose address is not known.
 */
export async function notifyCustomer(
  ctx: TransactionContext,
  booking: Booking,
  { type, eventKey, variables = {} }: News,
): Promise<boolean> {
  if (booking.contactEmail === null) return false;
  const now = ctx.clock.now();
  const [fresh] = await select<{ id: string }>(
    ctx,
    `insert into notifications (type, event_key, booking_id, recipient, variables, requested_by, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict (type, event_key, recipient) do nothing returning id`,
    [
      type,
      eventKey,
      booking.id,
      booking.contactEmail,
      JSON.stringify(variables),
      ctx.actor.type === 'staff' ? ctx.actor.id : null,
      now,
    ],
  );
  if (!fresh) return false;
  await post(ctx, 'deliver_notification', { notificationId: fresh.id });
  return true;
}
