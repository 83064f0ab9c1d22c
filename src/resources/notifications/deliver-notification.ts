import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { jobCatalogue } from '../../jobs/catalogue.ts';
import { alone } from '../_kit/alone.ts';
import { crashPoint } from '../_kit/crash-point.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { office } from '../_kit/policy.ts';
import { execute } from '../_kit/sql.ts';
import { Booking } from '../bookings/booking.model.ts';
import { openReview } from '../payments/open-review.ts';
import { alertStaff } from './alert-staff.ts';
import { bookingCalendar } from './booking-calendar.ts';
import { variablesOf } from './booking-variables.ts';
import { linksOf } from './mail-links.ts';
import { mailedDocument } from './mailed-document.ts';
import { Notification } from './notification.model.ts';
import { sendMail } from './ses/client.ts';
import type { MailAttachment } from './ses/compose-mail.ts';
import { MailProblem } from './ses/mail-problem.ts';
import { renderMail } from './template-words.ts';
import { templateTypes } from './templates/catalogue.ts';
import type { RenderedMail } from './templates/render-template.ts';
import { TemplateProblem } from './templates/template-problem.ts';
import { whyWithheld } from './why-withheld.ts';

/**
 * Sends a mail that waits, by one process at a time. SES gives no key: one that dies between SES's yes and our mark sends
 * it again, and nothing else does. What will never go, or did not after the last try, is put before a person.
 */
export async function deliverNotification(
  ctx: Context,
  { notificationId }: { readonly notificationId: string },
): Promise<void> {
  const outcome = await alone(ctx, `notification ${notificationId}`, () => deliver(ctx, notificationId));
  if (outcome === 'busy')
    throw new Refusal('conflict', { detail: 'This mail is being sent.', retryAfterSeconds: 1 });
}

async function deliver(ctx: Context, id: string): Promise<void> {
  const notification = await Notification.findByPk(id, { rejectOnEmpty: true });
  if (notification.status !== 'waiting') return;
  // Its time has not come: it is handed on then.
  if (notification.scheduledFor !== null && notification.queuedAt === null) return;
  const { bookingId } = notification;
  const booking = bookingId === null ? null : await Booking.findByPk(bookingId);
  try {
    const why = await whyWithheld(ctx, notification, booking);
    if (why !== null) return await withhold(ctx, notification, why);
    const mail = await compose(ctx, notification, booking);
    const { messageId } = await sendMail(ctx, {
      to: notification.recipient,
      ...mail,
      tags: { notification_id: id, type: notification.type },
    });
    crashPoint(ctx, 'mail.sent');
    const now = ctx.clock.now();
    await notification.update({
      status: 'sent',
      subject: mail.subject,
      sesMessageId: messageId,
      sentAt: now,
      attempts: notification.attempts + 1,
      lastError: null,
      updatedAt: now,
    });
  } catch (error) {
    const attempts = notification.attempts + 1;
    const isFinal =
      error instanceof MailProblem ||
      error instanceof TemplateProblem ||
      attempts >= jobCatalogue.deliver_notification.attempts;
    const words = error instanceof Error ? error.message : String(error);
    if (isFinal) return fail(ctx, notification, booking, words);
    await notification.update({ attempts, lastError: words.slice(0, 2_000), updatedAt: ctx.clock.now() });
    throw error;
  }
}

interface Composed extends RenderedMail {
  readonly headers?: Readonly<Record<string, string>>;
  readonly attachments?: readonly MailAttachment[];
}

async function compose(ctx: Context, notification: Notification, booking: Booking | null): Promise<Composed> {
  const { type, variables } = notification;
  const links = await linksOf(ctx, notification, booking);
  const attached =
    (booking && bookingCalendar(ctx, booking, type)) ?? (await mailedDocument(ctx, notification));
  return {
    ...(await renderMail(ctx, type, {
      ...(booking && variablesOf(ctx.config, booking)),
      ...variables,
      ...links,
    })),
    ...(links.unsubscribeUrl !== undefined && { headers: unsubscribeHeaders(ctx, links.unsubscribeUrl) }),
    ...(attached && { attachments: [attached] }),
  };
}

/** One click in the mail program itself (RFC 8058). */
function unsubscribeHeaders({ config }: Context, url: string): Readonly<Record<string, string>> {
  const address = config.mail?.unsubscribeAddress ?? null;
  const byMail = address === null ? '' : `, <mailto:${address}?subject=unsubscribe>`;
  return {
    'List-Unsubscribe': `<${url}>${byMail}`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}

async function withhold(ctx: Context, notification: Notification, words: string): Promise<void> {
  await notification.update({ status: 'withheld', lastError: words, updatedAt: ctx.clock.now() });
}

/** The desk is another path than the queue and the mail. */
async function fail(
  ctx: Context,
  notification: Notification,
  booking: Booking | null,
  words: string,
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    await execute(
      tx,
      `update notifications set status = 'failed', attempts = attempts + 1, last_error = $2, updated_at = $3 where id = $1`,
      [notification.id, words.slice(0, 2_000), tx.clock.now()],
    );
    const title = `The mail “${templateTypes[notification.type].name}” was not sent`;
    await openReview(tx, {
      kind: 'mail_failed',
      subject: notification.id,
      ...(notification.bookingId !== null && { bookingId: notification.bookingId }),
      reason: `${title}: ${words}`.slice(0, 2_000),
      suggestedStep: 'Call the customer, mend the address, and send the mail again.',
    });
    // That staff cannot be written to, no mail tells them.
    if (notification.staffUserId !== null) return;
    await alertStaff(tx, {
      kind: 'mail_failed',
      subject: notification.id,
      title: booking ? `${title} for ${booking.number}` : title,
      body: `${words.slice(0, 500)}\n\nCall the customer, mend the address, and send the mail again.`,
      ...(booking && { booking }),
      path: `/resources/notifications/records/${notification.id}/show`,
      roles: office,
    });
  });
}
