import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import type { RateCardSnapshot } from '../services/rate-card-snapshot.ts';
import type { Booking } from './booking.model.ts';
import { type BookingRequest, readBookingRequest } from './booking-request.ts';

/** The office's edit: the whole request in place of the old one, on the version that was read. */
export interface Rewrite {
  readonly bookingId: string;
  readonly version: number | undefined;
  readonly request: unknown;
  readonly cutOffOverrideReason: string | null;
}

export function refuseOldVersion(booking: Booking, { version }: Rewrite): void {
  if (version === undefined || version === booking.version) return;
  throw new Refusal('conflict', {
    detail: 'This booking was changed while you were editing it. Open it again to see what is new.',
  });
}

/** Reads the new request. A day that stays is not asked for again. Throws `invalid` with every violation. */
export function readRewritten(
  ctx: Context,
  snapshot: RateCardSnapshot,
  before: Booking,
  { request, cutOffOverrideReason }: Rewrite,
): BookingRequest {
  const isSameDay =
    typeof request === 'object' &&
    request !== null &&
    'pickupDate' in request &&
    request.pickupDate === before.pickupDate;
  const read = readBookingRequest(request, snapshot, isSameDay ? null : ctx.clock.now(), {
    isOffice: true,
    passesCutOff: cutOffOverrideReason !== null,
  });
  if (!read.ok) throw new Refusal('invalid', { violations: read.violations });
  return read.request;
}
