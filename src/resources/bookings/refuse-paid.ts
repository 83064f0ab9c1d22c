import { Refusal } from '../../errors.ts';
import type { Booking } from './booking.model.ts';

/** Refuses what is only for bookings that nobody has paid yet, nor sent money for. */
export function refusePaid(booking: Booking): void {
  if (booking.status === 'cancelled') throw new Refusal('booking_cancelled');
  if (['confirmed', 'in_progress', 'completed'].includes(booking.status)) throw new Refusal('already_paid');
  if (booking.capturedCents > booking.refundedCents + booking.lostDisputeCents) {
    throw new Refusal('move_not_allowed', {
      detail: 'Money has come for this booking. Settle that first: see what is to review.',
    });
  }
}
