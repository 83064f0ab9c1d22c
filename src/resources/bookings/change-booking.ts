import type { Context } from '../../context.ts';
import { authorize } from '../_kit/policy.ts';
import type { Booking } from './booking.model.ts';
import { bookingPolicy } from './booking.policy.ts';
import type { PhoneBooking } from './create-booking.ts';
import { updateBooking } from './update-booking.ts';

interface Change extends PhoneBooking {
  readonly bookingId: string;
  /** The version that the person read: on another one the change is refused. */
  readonly version: number | undefined;
}

/**
 * The office's edit of a booking that is not paid yet, by the rules of a customer's own (`rules.md` §1). Throws `forbidden`,
 * `conflict` for another version, and what `updateBooking` throws.
 */
export async function changeBooking(ctx: Context, change: Change): Promise<Booking> {
  authorize(ctx, bookingPolicy, 'change');
  return updateBooking(ctx, change);
}
