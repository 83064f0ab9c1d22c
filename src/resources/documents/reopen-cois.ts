import { formatServiceDay } from '../../clock.ts';
import type { TransactionContext } from '../../context.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { notifyCustomer } from '../notifications/notify.ts';
import { buildingWords } from './building.ts';
import { Coi } from './coi.model.ts';
import { moveCoi } from './move-coi.ts';

/**
 * After a locked booking's day has moved: what is approved and does not cover the new day waits for a review again, and the
 * customer is told when it ends too early.
 */
export async function reopenCois(ctx: TransactionContext, booking: Booking): Promise<void> {
  const { pickupDate } = booking;
  const where = { bookingId: booking.id, status: 'approved' as const };
  const approved = await Coi.findAll({ where, transaction: ctx.tx, lock: ctx.tx.LOCK.UPDATE, order: ['id'] });
  for (const coi of approved) {
    const { effectiveDate, expiryDate } = coi;
    if (effectiveDate === null || expiryDate === null) continue;
    if (effectiveDate <= pickupDate && pickupDate <= expiryDate) continue;
    await moveCoi(ctx, coi, 'submitted', {}, `It does not cover ${formatServiceDay(pickupDate)}`);
    if (expiryDate < pickupDate) await tellExpiring(ctx, booking, coi);
  }
}

/** Asks for a newer certificate, once for a certificate and a service day. */
export async function tellExpiring(ctx: TransactionContext, booking: Booking, coi: Coi): Promise<void> {
  if (coi.expiryDate === null) return;
  await notifyCustomer(ctx, booking, {
    type: 'coi_expiring',
    eventKey: `${coi.id} ${booking.pickupDate}`,
    variables: { buildingName: buildingWords(booking, coi), expiresOn: formatServiceDay(coi.expiryDate) },
  });
}
