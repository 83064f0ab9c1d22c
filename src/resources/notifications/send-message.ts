import { randomUUID } from 'node:crypto';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { bookingPolicy } from '../bookings/booking.policy.ts';
import { lockBooking } from '../bookings/find-booking.ts';
import { notifyCustomer } from './notify.ts';

interface Message {
  readonly bookingId: string;
  readonly subject: string;
  readonly body: string;
}

/** Writes to a booking's customer in staff's own words (`product.md` §7). Throws `forbidden`, `not_found`, `conflict` without an address. */
export async function sendMessage(ctx: Context, { bookingId, subject, body }: Message): Promise<void> {
  authorize(ctx, bookingPolicy, 'sendMessage');
  await inTransaction(ctx, async (tx) => {
    const booking = await lockBooking(tx, bookingId);
    const isNews = await notifyCustomer(tx, booking, {
      type: 'custom_message',
      eventKey: randomUUID(),
      variables: { subject, body },
    });
    if (!isNews) throw new Refusal('conflict', { detail: 'The booking has no e-mail address.' });
    await audit(tx, {
      action: 'notification.written',
      subjectType: 'notification',
      subjectId: booking.id,
      bookingId: booking.id,
      personal: { message: [null, `${subject}: ${body}`.slice(0, 2_000)] },
      ...(booking.customerId !== null && { customerId: booking.customerId }),
    });
  });
}
