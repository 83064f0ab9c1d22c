import type { Context } from '../../context.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { Customer } from '../bookings/customer.model.ts';
import { isLying } from './follow-up-inquiries.ts';
import { isSuppressed } from './is-suppressed.ts';
import { wantsMarketing } from './mail-choice.ts';
import type { Notification } from './notification.model.ts';
import { templateTypes } from './templates/catalogue.ts';

/**
 * Why a mail that waits is not to go any more, in words for staff; `null` when it is. Nothing goes to an address that bounced
 * or complained, what one may choose to nobody who wants none (`product.md` §7), and no old news.
 */
export async function whyWithheld(
  ctx: Context,
  { type, recipient, customerId }: Notification,
  booking: Booking | null,
): Promise<string | null> {
  if (await isSuppressed(ctx, recipient)) return 'Mail to this address came back before.';
  if (!templateTypes[type].isTransactional && !(await wantsMarketing(ctx, recipient, booking)))
    return 'They chose to get no such mail.';
  if (type === 'sign_in_link' && !(await isTheirs(customerId, recipient)))
    return 'They have another address now, or are known no more.';
  if (!booking) return null;
  if (type === 'abandoned_inquiry' && !(await isLying(ctx, booking.id))) return 'They went on meanwhile.';
  if (type === 'payment_failed' && isOver(booking)) return 'It was paid or cancelled meanwhile.';
  return null;
}

async function isTheirs(customerId: string | null, email: string): Promise<boolean> {
  if (customerId === null) return false;
  return (await Customer.count({ where: { id: customerId, email, mergedIntoId: null, erasedAt: null } })) > 0;
}

function isOver({ status, waitingTotalCents }: Booking): boolean {
  return status === 'cancelled' || (isPaid(status) && waitingTotalCents === null);
}

function isPaid(status: string): boolean {
  return status === 'confirmed' || status === 'in_progress' || status === 'completed';
}
