import { Op, type WhereOptions } from 'sequelize';
import { addDays, serviceDayOf } from '../../clock.ts';
import type { Context, TransactionContext } from '../../context.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { Booking } from '../bookings/booking.model.ts';
import { notifyCustomer } from '../notifications/notify.ts';
import { buildingWords } from './building.ts';
import { Coi } from './coi.model.ts';
import { reopenCois, tellExpiring } from './reopen-cois.ts';

/** So many days before, a certificate that is missing is asked for. */
const MISSING_DAYS = 3;
/** A certificate that ends so close after the service day is near its end: a delay would outlive it. */
const CLOSE_DAYS = 3;
/** How far ahead certificates near their end are looked for. */
const AHEAD_DAYS = 14;

/**
 * Every morning (`product.md` §6): asks for certificates that are missing, or were rejected, three days before, and for
 * newer ones where one ends before the service day or close to it. Once for a booking and a day. Tests are not asked.
 */
export async function watchCois(ctx: Context): Promise<void> {
  const today = serviceDayOf(ctx.clock.now());
  const riding = { status: 'confirmed' as const, isTest: false, archivedAt: null };
  const soon = {
    ...riding,
    coiStatus: ['missing', 'rejected'],
    pickupDate: { [Op.gt]: today, [Op.lte]: addDays(today, MISSING_DAYS) },
  };
  for (const { id } of await Booking.findAll({ where: soon, attributes: ['id'], order: ['id'] })) {
    await withBooking(ctx, { ...soon, id }, async (tx, booking) => {
      await notifyCustomer(tx, booking, {
        type: 'coi_missing',
        eventKey: `${booking.id} ${booking.pickupDate}`,
        variables: { buildingName: buildingWords(booking, null) },
      });
    });
  }
  const ahead = {
    ...riding,
    coiStatus: 'approved',
    pickupDate: { [Op.gte]: today, [Op.lte]: addDays(today, AHEAD_DAYS) },
  };
  for (const { id } of await Booking.findAll({ where: ahead, attributes: ['id'], order: ['id'] })) {
    await withBooking(ctx, { ...ahead, id }, async (tx, booking) => {
      await reopenCois(tx, booking);
      const ends = { [Op.lt]: addDays(booking.pickupDate, CLOSE_DAYS) };
      const where = { bookingId: booking.id, status: 'approved' as const, expiryDate: ends };
      for (const coi of await Coi.findAll({ where, transaction: tx.tx, order: ['id'] }))
        await tellExpiring(tx, booking, coi);
    });
  }
}

type Work = (tx: TransactionContext, booking: Booking) => Promise<void>;

/** Under its lock, while it is still so. */
async function withBooking(
  ctx: Context,
  where: WhereOptions<Booking['dataValues']>,
  work: Work,
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const booking = await Booking.findOne({ where, transaction: tx.tx, lock: tx.tx.LOCK.UPDATE });
    if (booking) await work(tx, booking);
  });
}
