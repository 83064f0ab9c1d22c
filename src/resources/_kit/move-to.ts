import { addMinutes } from '../../clock.ts';
import type { TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { type BookingStatus, bookingMoves } from '../bookings/booking.states.ts';
import { endWaiting } from '../bookings/waiting-reschedule.ts';
import { notifyCustomer } from '../notifications/notify.ts';
import { forgetCapacityAfter } from '../services/capacity-memory.ts';
import { audit } from './audit.ts';
import { post } from './post.ts';
import { select } from './sql.ts';

/**
 * Moves a booking, and is the only writer of its status: a conditional update that loses to whoever was first, with the
 * audit row. A move into or out of `pending_payment` brings its hold along. Throws `move_not_allowed` for a move that
 * `rules.md` §1 does not know, `conflict` when the booking is no longer where it was read.
 */
export async function moveTo(
  ctx: TransactionContext,
  booking: Booking,
  status: BookingStatus,
  options: {
    readonly hold?: {
      readonly startedAt: Date;
      readonly expiresAt: Date;
      readonly clientAddress: string | null;
    };
    readonly reason?: string;
  } = {},
): Promise<void> {
  const from: BookingStatus = booking.status;
  const allowed: readonly BookingStatus[] = bookingMoves[from];
  if (!allowed.includes(status))
    throw new Refusal('move_not_allowed', { detail: `A booking does not move from ${from} to ${status}.` });
  const now = ctx.clock.now();
  const changes = {
    status,
    holdStartedAt: options.hold?.startedAt ?? null,
    holdExpiresAt: options.hold?.expiresAt ?? null,
    holdClientAddress: options.hold?.clientAddress ?? null,
    confirmedAt: status === 'confirmed' ? (booking.confirmedAt ?? now) : booking.confirmedAt,
    cancelledAt: status === 'cancelled' ? now : booking.cancelledAt,
    updatedAt: now,
  };
  const isWaiting = booking.waitingTotalCents != null;
  const moved = await select<{ version: number }>(
    ctx,
    `update bookings set status = $3, hold_started_at = $4, hold_expires_at = $5, hold_client_address = $6,
       confirmed_at = $7, cancelled_at = $8, updated_at = $9, version = version + 1, waiting_total_cents = null
     where id = $1 and status = $2 returning version`,
    [booking.id, from, ...Object.values(changes)],
  );
  if (!moved[0]) throw new Refusal('conflict');
  booking.set({ ...changes, version: moved[0].version });
  forgetCapacityAfter(ctx, booking.pickupDate);
  // Under way or done, no new day waits for its difference any more; cancelled, none at all (`rules.md` §2).
  if (isWaiting || status === 'cancelled') await endWaiting(ctx, booking);
  if (status in drives || from in drives) await post(ctx, 'sync_deliveries', { bookingId: booking.id });
  if (status === 'confirmed' && booking.confirmedAt?.getTime() === now.getTime())
    await notifyCustomer(ctx, booking, { type: 'booking_confirmed', eventKey: booking.id });
  if (status === 'completed')
    await notifyCustomer(ctx, booking, {
      type: 'booking_completed',
      eventKey: booking.id,
      scheduledFor: addMinutes(now, MINUTES_TO_UNPACK),
    });
  await audit(ctx, {
    action: `booking.${status}`,
    subjectType: 'booking',
    subjectId: booking.id,
    subjectVersion: moved[0].version,
    bookingId: booking.id,
    ...(options.reason !== undefined && { reason: options.reason }),
    changes: { status: [from, status] },
  });
}

/** They are asked how it went when the doors have closed. */
const MINUTES_TO_UNPACK = 120;

/** In these its tasks are driven: coming or going, they are planned anew. */
const drives = { confirmed: true, in_progress: true };
