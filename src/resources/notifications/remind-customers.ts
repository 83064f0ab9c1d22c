import { addDays, serviceDayOf } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { Booking } from '../bookings/booking.model.ts';
import { notifyCustomer } from './notify.ts';

/** Writes to everybody who is picked up tomorrow, once for a day (`product.md` §7). Tests are not reminded of. */
export async function remindCustomers(ctx: Context): Promise<void> {
  const tomorrow = addDays(serviceDayOf(ctx.clock.now()), 1);
  const where = { pickupDate: tomorrow, status: 'confirmed' as const, isTest: false, archivedAt: null };
  for (const { id } of await Booking.findAll({ where, attributes: ['id'], order: ['id'] })) {
    await inTransaction(ctx, async (tx) => {
      const booking = await Booking.findOne({
        where: { ...where, id },
        transaction: tx.tx,
        lock: tx.tx.LOCK.UPDATE,
      });
      if (booking)
        await notifyCustomer(tx, booking, { type: 'reminder', eventKey: `${booking.id} ${tomorrow}` });
    });
  }
}
