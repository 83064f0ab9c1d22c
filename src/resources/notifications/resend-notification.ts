import { randomUUID } from 'node:crypto';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { lockBooking } from '../bookings/find-booking.ts';
import { closeReview } from '../payments/open-review.ts';
import { Notification } from './notification.model.ts';
import { notificationPolicy } from './notification.policy.ts';
import { notify, notifyCustomer } from './notify.ts';
import { templateTypes } from './templates/catalogue.ts';

/**
 * Sends a mail again, as another one, to the address that its booking has now; to a building, to the building's. Throws `forbidden`, `not_found`,
 * `conflict` while the first waits, or when nobody can be written to.
 */
export async function resendNotification(ctx: Context, notificationId: string): Promise<void> {
  authorize(ctx, notificationPolicy, 'resend');
  await inTransaction(ctx, async (tx) => {
    const before = await Notification.findByPk(notificationId, {
      transaction: tx.tx,
      rejectOnEmpty: new Refusal('not_found'),
    });
    if (before.status === 'waiting')
      throw new Refusal('conflict', { detail: 'This mail is about to be sent.' });
    if (before.bookingId === null || before.staffUserId !== null) throw new Refusal('not_found');
    const booking = await lockBooking(tx, before.bookingId);
    const { type, variables, recipient } = before;
    const news = { type, eventKey: `again ${randomUUID()}`, variables };
    const isNews =
      templateTypes[type].audience === 'building'
        ? await notify(tx, { ...news, bookingId: booking.id, recipient, staffUserId: null })
        : await notifyCustomer(tx, booking, news);
    if (!isNews) throw new Refusal('conflict', { detail: 'The booking has no e-mail address.' });
    await closeReview(tx, { kind: 'mail_failed', subject: before.id, resolution: 'It was sent again.' });
    await audit(tx, {
      action: 'notification.resent',
      subjectType: 'notification',
      subjectId: before.id,
      bookingId: booking.id,
      reason: type,
    });
  });
}
