import { formatInstant, parseInstant } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { jobCatalogue } from '../../jobs/catalogue.ts';
import { alone } from '../_kit/alone.ts';
import { crashPoint } from '../_kit/crash-point.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { execute, select } from '../_kit/sql.ts';
import { Booking } from '../bookings/booking.model.ts';
import { bookingPageUrl } from '../bookings/booking-page-link.ts';
import { paymentLinkUrl } from '../bookings/payment-link.ts';
import { openReview } from '../payments/open-review.ts';
import { variablesOf } from './booking-variables.ts';
import { Notification } from './notification.model.ts';
import { sendMail } from './ses/client.ts';
import { MailProblem } from './ses/mail-problem.ts';
import { templateTypes } from './templates/catalogue.ts';
import { renderTemplate } from './templates/render-template.ts';
import { TemplateProblem } from './templates/template-problem.ts';

/**
 * Sends a mail that waits, by one process at a time. SES gives no key: one that dies between SES's yes and our mark sends
 * it again, and nothing else does. Nothing goes to an address that bounced or complained (`product.md` §7). What will never
 * go, or did not after the last try, is put before a person.
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
  if (await isSuppressed(ctx, notification.recipient))
    return mark(ctx, notification, 'withheld', 'Mail to this address came back before.');
  try {
    const mail = await compose(ctx, notification);
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
    if (isFinal) return fail(ctx, notification, words);
    await notification.update({ attempts, lastError: words.slice(0, 2_000), updatedAt: ctx.clock.now() });
    throw error;
  }
}

async function compose(
  ctx: Context,
  { type, bookingId, variables }: Notification,
): Promise<{ subject: string; html: string; text: string }> {
  const booking = bookingId === null ? null : await Booking.findByPk(bookingId);
  return renderTemplate(templateTypes[type], {
    ...(booking && variablesOf(ctx.config, booking)),
    ...variables,
    ...(booking && linksOf(ctx, booking, variables)),
    ...(booking && type.startsWith('coi_') && { documentUrl: bookingPageUrl(ctx.config, booking) }),
  });
}

/** Links hold tokens, which nothing stores (`rules.md` §6): they are made when the mail is. */
function linksOf({ config }: Context, booking: Booking, { expiresAt }: Record<string, string>) {
  const trackingUrl = bookingPageUrl(config, booking);
  if (expiresAt === undefined) return { trackingUrl };
  const until = parseInstant(expiresAt);
  return { trackingUrl, payUrl: paymentLinkUrl(config, booking, until), linkExpires: formatInstant(until) };
}

async function isSuppressed(ctx: Context, recipient: string): Promise<boolean> {
  const found = await select(ctx, 'select from mail_suppressions where email = $1', [
    recipient.toLowerCase(),
  ]);
  return found.length > 0;
}

async function mark(
  ctx: Context,
  notification: Notification,
  status: 'failed' | 'withheld',
  words: string,
): Promise<void> {
  await notification.update({
    status,
    attempts: notification.attempts + (status === 'failed' ? 1 : 0),
    lastError: words.slice(0, 2_000),
    updatedAt: ctx.clock.now(),
  });
}

/** The desk is another path than the queue and the mail. */
async function fail(ctx: Context, notification: Notification, words: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    await execute(
      tx,
      `update notifications set status = 'failed', attempts = attempts + 1, last_error = $2, updated_at = $3 where id = $1`,
      [notification.id, words.slice(0, 2_000), tx.clock.now()],
    );
    await openReview(tx, {
      kind: 'mail_failed',
      subject: notification.id,
      ...(notification.bookingId !== null && { bookingId: notification.bookingId }),
      reason: `The mail “${templateTypes[notification.type].name}” was not sent: ${words}`,
      suggestedStep: 'Call the customer, mend the address, and send the mail again.',
    });
  });
}
