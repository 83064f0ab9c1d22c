import { addMinutes, serviceDayOf } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { moveTo } from '../_kit/move-to.ts';
import { select } from '../_kit/sql.ts';
import { currentRateCard } from '../services/load-rate-card.ts';
import { Booking } from './booking.model.ts';

const BATCH = 200;

/** Expires inquiries untouched for 30 days and those whose day has passed (`rules.md` §1). */
export async function expireInquiries(ctx: Context): Promise<void> {
  const { settings } = await currentRateCard(ctx);
  const now = ctx.clock.now();
  const idleSince = addMinutes(now, -settings.inquiryDays * 24 * 60);
  for (;;) {
    const moved = await inTransaction(ctx, async (tx) => {
      const stale = await select<{ id: string }>(
        tx,
        `select id from bookings where status = 'inquiry' and archived_at is null and (updated_at < $1 or pickup_date < $2)
         order by id limit ${BATCH} for update skip locked`,
        [idleSince, serviceDayOf(now)],
      );
      for (const booking of await Booking.findAll({
        where: { id: stale.map(({ id }) => id) },
        transaction: tx.tx,
      })) {
        await moveTo(tx, booking, 'expired', {
          reason: booking.updatedAt < idleSince ? 'Untouched' : 'Its day has passed',
        });
      }
      return stale.length;
    });
    if (moved < BATCH) return;
  }
}
