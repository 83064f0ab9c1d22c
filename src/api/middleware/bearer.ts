import type { Request } from 'express';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { isSessionToken, readCustomerSession } from '../../resources/accounts/customer-session.ts';
import type { Booking } from '../../resources/bookings/booking.model.ts';
import { bookingOfCustomer } from '../../resources/bookings/customer-bookings.ts';
import { authorizeBooking } from '../../resources/bookings/find-booking.ts';

/** The booking that the request's token or session opens, and a context that acts as its customer. Throws `not_found`. */
export async function openedBooking(
  ctx: Context,
  request: Request,
): Promise<{ booking: Booking; ctx: Context }> {
  const { id } = request.params;
  if (typeof id !== 'string') throw new Refusal('not_found');
  const token = bearerToken(request);
  const booking =
    token !== null && isSessionToken(token)
      ? await ownBooking(ctx, id, token)
      : await authorizeBooking(ctx, { bookingId: id, token });
  const address = ctx.actor.type === 'customer' ? ctx.actor.address : null;
  return { booking, ctx: { ...ctx, actor: { type: 'customer', bookingId: booking.id, address } } };
}

/** The customer that is signed in. Throws `unauthenticated`. */
export function signedInCustomer(ctx: Context, request: Request): Promise<string> {
  return readCustomerSession(ctx, bearerToken(request));
}

/** A session that is over opens no booking, like a wrong token. */
async function ownBooking(ctx: Context, bookingId: string, token: string): Promise<Booking> {
  const customerId = await readCustomerSession(ctx, token).catch((error: unknown) => {
    if (error instanceof Refusal && error.code === 'unauthenticated') throw new Refusal('not_found');
    throw error;
  });
  return bookingOfCustomer(ctx, { customerId, bookingId });
}

function bearerToken(request: Request): string | null {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '') ?? [];
  return token ?? null;
}
