import { formatInstant, parseInstant } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { select } from '../_kit/sql.ts';
import { issueSignInLink } from '../accounts/sign-in-link.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { bookingPageUrl } from '../bookings/booking-page-link.ts';
import { Feedback } from '../bookings/feedback.model.ts';
import { feedbackUrl } from '../bookings/feedback-link.ts';
import { paymentLinkUrl } from '../bookings/payment-link.ts';
import { readSettings } from '../crm/settings.ts';
import type { Notification } from './notification.model.ts';
import { templateTypes } from './templates/catalogue.ts';
import { unsubscribeUrl } from './unsubscribe.ts';

/** Links hold tokens, which nothing stores (`rules.md` §6): they are made when the mail is. */
export async function linksOf(
  ctx: Context,
  notification: Notification,
  booking: Booking | null,
): Promise<Record<string, string>> {
  return {
    ...(booking && (await linksOfBooking(ctx, notification, booking))),
    ...(notification.type === 'sign_in_link' && (await linkToSignIn(ctx, notification))),
    ...(!templateTypes[notification.type].isTransactional && (await footOf(ctx, notification))),
  };
}

async function linksOfBooking(ctx: Context, { type, variables }: Notification, booking: Booking) {
  const { config } = ctx;
  // The page of a booking is its customer's.
  if (templateTypes[type].audience === 'building') return {};
  const links = { trackingUrl: bookingPageUrl(config, booking) };
  if (type === 'booking_completed') {
    const isGiven = (await Feedback.count({ where: { bookingId: booking.id } })) > 0;
    return { ...links, feedbackUrl: isGiven ? '' : feedbackUrl(config, booking) };
  }
  if (type === 'payment_receipt') {
    const { attempt } = variables;
    return { ...links, documentUrl: attempt ? `${links.trackingUrl}/receipts/${attempt}.pdf` : '' };
  }
  if (type.startsWith('coi_')) return { ...links, documentUrl: links.trackingUrl };
  const until =
    type === 'payment_failed'
      ? await heldUntil(ctx, booking)
      : variables.expiresAt === undefined
        ? null
        : parseInstant(variables.expiresAt);
  const isConfirmed = booking.confirmedAt === null ? '' : 'yes';
  if (until === null) return { ...links, isConfirmed, payUrl: '' };
  return {
    ...links,
    isConfirmed,
    payUrl: paymentLinkUrl(config, booking, until),
    linkExpires: formatInstant(until),
  };
}

/** Until when a declined card can still be followed by another one: the hold of the day, or of the new day that waits. */
async function heldUntil(ctx: Context, booking: Booking): Promise<Date | null> {
  if (booking.paymentAttemptsUsed >= booking.paymentAttemptsAllowed) return null;
  const [waiting] = await select<{ expires_at: Date | null }>(
    ctx,
    `select expires_at from reschedules where booking_id = $1 and status = 'waiting' and price_choice = 'charge'`,
    [booking.id],
  );
  const held = booking.status === 'pending_payment' ? booking.holdExpiresAt : null;
  const until = waiting?.expires_at ?? held;
  return until !== null && until > ctx.clock.now() ? until : null;
}

/** Good from when the mail goes out. */
async function linkToSignIn(ctx: Context, { customerId, recipient }: Notification) {
  const link = customerId && (await issueSignInLink(ctx, { customerId, email: recipient }));
  if (!link) throw new Refusal('conflict', { detail: 'Their address has changed.' });
  return { signInUrl: link.url, linkExpires: formatInstant(link.expiresAt) };
}

/** Under mail that one may choose: how to end it, and who sends it. */
async function footOf(ctx: Context, { id }: Notification) {
  const { companyAddress } = await readSettings(ctx);
  return { unsubscribeUrl: unsubscribeUrl(ctx.config, id), companyAddress };
}
