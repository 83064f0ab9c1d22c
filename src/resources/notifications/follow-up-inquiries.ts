import { addMinutes, serviceDayOf } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { select } from '../_kit/sql.ts';
import { Booking } from '../bookings/booking.model.ts';
import { wantsMarketing } from './mail-choice.ts';
import { notifyCustomer } from './notify.ts';

const AFTER_MINUTES = 24 * 60;
/** What has lain longer is no news to its customer any more. */
const WITHIN_MINUTES = 7 * 24 * 60;

const lyingSql = `
  select b.id from bookings b
  where b.created_at between $1 and $2 and b.status in ('inquiry', 'expired') and b.pickup_date >= $3
    and b.contact_email is not null and not b.is_test and b.archived_at is null and b.captured_cents = 0
    and not exists (select from bookings later where later.contact_email = b.contact_email
      and later.created_at > b.created_at and later.confirmed_at is not null)`;

/**
 * Writes, once, to whoever asked for a price a day ago, did not go on, and wants such mail (`product.md` §7); not to those who
 * paid for a later booking instead.
 */
export async function followUpInquiries(ctx: Context): Promise<void> {
  const lying = await select<{ id: string }>(
    ctx,
    `${lyingSql} and not exists (select from notifications n
       where n.booking_id = b.id and n.type = 'abandoned_inquiry') order by b.id`,
    limitsOf(ctx),
  );
  for (const { id } of lying) {
    await inTransaction(ctx, async (tx) => {
      const booking = await Booking.findByPk(id, { transaction: tx.tx, lock: tx.tx.LOCK.UPDATE });
      if (!booking?.contactEmail || !(await isLying(tx, id))) return;
      if (!(await wantsMarketing(tx, booking.contactEmail, booking))) return;
      await notifyCustomer(tx, booking, { type: 'abandoned_inquiry', eventKey: booking.id });
    });
  }
}

/** Asked once more when the mail goes out: they may have gone on since. */
export async function isLying(ctx: Context, bookingId: string): Promise<boolean> {
  return (await select(ctx, `${lyingSql} and b.id = $4`, [...limitsOf(ctx), bookingId])).length > 0;
}

function limitsOf({ clock }: Context): unknown[] {
  const now = clock.now();
  return [addMinutes(now, -WITHIN_MINUTES), addMinutes(now, -AFTER_MINUTES), serviceDayOf(now)];
}
