import type { Context } from '../../context.ts';
import { type ErrorCode, Refusal } from '../../errors.ts';
import { openDifference } from '../payments/open-difference.ts';
import type { Payment } from '../payments/payment.model.ts';
import { Booking } from './booking.model.ts';
import { checkOutBooking } from './check-out-booking.ts';
import { dropOutdatedPayment } from './drop-outdated-payment.ts';
import { isPaymentLink, readPaymentLink } from './payment-link.ts';

/** What a payment link shows: how the booking stands, and the payment to make. */
export type OpenedLink = { readonly booking: Booking } & (
  | { readonly state: 'payable'; readonly payment: Payment; readonly clientSecret: string }
  | { readonly state: 'processing' | 'paid' | 'cancelled' | 'lapsed' }
  | { readonly state: 'refused'; readonly words: string }
);

/**
 * Opens a payment link: takes the day as a checkout does, held until the link ends, and gives its payment; opened again it
 * gives the same. For a new day that waits it is the payment of the difference (`rules.md` §4, §5). Throws `not_found` for a token that is not ours or was revoked.
 */
export async function openPaymentLink(ctx: Context, token: string): Promise<OpenedLink> {
  const { booking, expiresAt } = await authorizeLink(ctx, token);
  if (booking.status === 'cancelled') return { state: 'cancelled', booking };
  const isWaiting = booking.waitingTotalCents !== null;
  if (isPaid(booking) && !isWaiting) return { state: 'paid', booking };
  if (expiresAt <= ctx.clock.now()) return { state: 'lapsed', booking };
  const asCustomer: Context = { ...ctx, actor: { type: 'customer', bookingId: booking.id, address: null } };
  try {
    if (!isWaiting) await dropOutdatedPayment(asCustomer, booking.id);
    const opened = isWaiting
      ? { booking, ...(await openDifference(asCustomer, booking.id)) }
      : await checkOutBooking(asCustomer, {
          bookingId: booking.id,
          expectedTotalCents: null,
          holdUntil: expiresAt,
        });
    const { payment, clientSecret } = opened;
    if (payment === null) return { state: 'paid', booking: opened.booking };
    if (payment.status === 'processing' || clientSecret === null)
      return { state: 'processing', booking: opened.booking };
    return { state: 'payable', booking: opened.booking, payment, clientSecret };
  } catch (error) {
    if (!(error instanceof Refusal) || error.status >= 500) throw error;
    return refused(error, booking);
  }
}

/** The booking of a link that is ours. Throws `not_found`. */
async function authorizeLink(ctx: Context, token: string): Promise<{ booking: Booking; expiresAt: Date }> {
  const link = readPaymentLink(token);
  const booking = link && (await Booking.findByPk(link.bookingId, { transaction: ctx.tx ?? null }));
  if (!link || !booking || booking.archivedAt !== null || !isPaymentLink(ctx.config, booking, token)) {
    throw new Refusal('not_found', {
      detail: 'This payment link is not valid. Please call us for a new one.',
    });
  }
  return { booking, expiresAt: link.expiresAt };
}

function isPaid({ status }: Booking): boolean {
  return status === 'confirmed' || status === 'in_progress' || status === 'completed';
}

const wholeStates: Partial<Record<ErrorCode, 'paid' | 'cancelled'>> = {
  already_paid: 'paid',
  booking_cancelled: 'cancelled',
};

/** A refusal of the checkout in the link's words: what to do is always to call. */
function refused({ code, detail }: Refusal, booking: Booking): OpenedLink {
  const state = wholeStates[code];
  if (state) return { state, booking };
  const words = code === 'date_unavailable' ? 'This day can no longer be booked. Please call us.' : detail;
  return { state: 'refused', booking, words };
}
