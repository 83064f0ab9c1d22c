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
  /** Not before then, by business time; without it at once. */
  readonly scheduledFor?: Date;
}

/**
 * Writes to a booking's customer, once for an event (`product.md` §7): the row now, with what happened; the mail by job.
 * Says whether it was news. Nobody is written to whose address is not known.
 */
export async function notifyCustomer(
  ctx: TransactionContext,
  booking: Booking,
  news: News,
): Promise<boolean> {
  if (booking.contactEmail === null) return false;
  return notify(ctx, { ...news, bookingId: booking.id, recipient: booking.contactEmail, staffUserId: null });
}

interface Addressed extends News {
  readonly bookingId: string | null;
  /** Whose it is when it is about no booking. */
  readonly customerId?: string;
  readonly recipient: string;
  readonly staffUserId: string | null;
}

/** The same to anybody. What is scheduled is handed on by `sendDueMails`. */
export async function notify(
  ctx: TransactionContext,
  { type, eventKey, bookingId, customerId, recipient, staffUserId, variables = {}, scheduledFor }: Addressed,
): Promise<boolean> {
  const [fresh] = await select<{ id: string }>(
    ctx,
    `insert into notifications (type, event_key, booking_id, recipient, staff_user_id, variables, requested_by,
       scheduled_for, created_at, updated_at, customer_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10) on conflict (type, event_key, recipient) do nothing returning id`,
    [
      type,
      eventKey,
      bookingId,
      recipient,
      staffUserId,
      JSON.stringify(variables),
      ctx.actor.type === 'staff' ? ctx.actor.id : null,
      scheduledFor ?? null,
      ctx.clock.now(),
      customerId ?? null,
    ],
  );
  if (!fresh) return false;
  if (!scheduledFor) await post(ctx, 'deliver_notification', { notificationId: fresh.id });
  return true;
}
