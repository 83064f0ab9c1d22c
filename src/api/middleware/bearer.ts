import type { Request } from 'express';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { isSessionToken, readCustomerSession } from '../../resources/accounts/customer-session.ts';
import { refuseForeignBooking } from '../../resources/bookings/customer-bookings.ts';
import { authorizeBooking } from '../../resources/bookings/find-booking.ts';

/** Which booking the request's token or session opens, and a context that acts as its customer. Throws `not_found`. */
export async function openedBooking(
  ctx: Context,
  request: Request,
): Promise<{ bookingId: string; ctx: Context }> {
  const { id } = request.params;
  if (typeof id !== 'string') throw new Refusal('not_found');
  // As it is written in our rows, with which it is compared.
  const bookingId = id.toLowerCase();
  const token = bearerToken(request);
  if (token !== null && isSessionToken(token)) await authorizeSession(ctx, bookingId, token);
  else await authorizeBooking(ctx, { bookingId, token });
  const address = ctx.actor.type === 'customer' ? ctx.actor.address : null;
  return { bookingId, ctx: { ...ctx, actor: { type: 'customer', bookingId, address } } };
}

/** The customer that is signed in. Throws `unauthenticated`. */
export function signedInCustomer(ctx: Context, request: Request): Promise<string> {
  return readCustomerSession(ctx, bearerToken(request));
}

/** A session that is over opens no booking, like a wrong token. */
async function authorizeSession(ctx: Context, bookingId: string, token: string): Promise<void> {
  const customerId = await readCustomerSession(ctx, token).catch((error: unknown) => {
    if (error instanceof Refusal && error.code === 'unauthenticated') throw new Refusal('not_found');
    throw error;
  });
  await refuseForeignBooking(ctx, { customerId, bookingId });
}

function bearerToken(request: Request): string | null {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '') ?? [];
  return token ?? null;
}
