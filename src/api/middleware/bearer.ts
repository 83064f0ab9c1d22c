import type { Request } from 'express';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import type { Booking } from '../../resources/bookings/booking.model.ts';
import { authorizeBooking } from '../../resources/bookings/find-booking.ts';

/** The booking that the request's token opens, and a context that acts as its customer. Throws `not_found`. */
export async function openedBooking(
  ctx: Context,
  request: Request,
): Promise<{ booking: Booking; ctx: Context }> {
  const { id } = request.params;
  if (typeof id !== 'string') throw new Refusal('not_found');
  const booking = await authorizeBooking(ctx, { bookingId: id, token: bearerToken(request) });
  const address = ctx.actor.type === 'customer' ? ctx.actor.address : null;
  return { booking, ctx: { ...ctx, actor: { type: 'customer', bookingId: booking.id, address } } };
}

function bearerToken(request: Request): string | null {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '') ?? [];
  return token ?? null;
}
