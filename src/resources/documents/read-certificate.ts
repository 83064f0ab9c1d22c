import type { ServiceDay } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { select } from '../_kit/sql.ts';
import type { Booking } from '../bookings/booking.model.ts';
import type { BookingCoiStatus } from './coi.states.ts';

/** How a booking stands with its certificate, as its customer may know it. */
export interface Certificate {
  readonly status: BookingCoiStatus;
  /** What staff wrote to the customer; `null` unless it was rejected. */
  readonly rejectedReason: string | null;
  /** The last day that it covers; `null` unless it is approved. */
  readonly expiryDate: ServiceDay | null;
}

/** Reads it by the certificate that decides, as the database derives the booking's own state. */
export async function readCertificate(
  ctx: Context,
  { id, coiStatus: status }: Booking,
): Promise<Certificate> {
  const [deciding] = await select<{ rejectedReason: string | null; expiryDate: ServiceDay | null }>(
    ctx,
    `select rejected_reason as "rejectedReason", expiry_date::text as "expiryDate" from cois
     where booking_id = $1 and status = $2 order by updated_at desc, id limit 1`,
    [id, status],
  );
  return {
    status,
    rejectedReason: status === 'rejected' ? (deciding?.rejectedReason ?? null) : null,
    expiryDate: status === 'approved' ? (deciding?.expiryDate ?? null) : null,
  };
}
