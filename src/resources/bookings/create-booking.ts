import type { Context } from '../../context.ts';
import type { PricedQuote } from '../../pricing/price-quote.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { dateRefusal, roomOnDay, type UnavailableReason } from '../services/day-availability.ts';
import { vanLoad } from '../services/van-load.ts';
import { addNote } from './add-note.ts';
import type { Booking } from './booking.model.ts';
import { bookingPolicy } from './booking.policy.ts';
import { inquireBooking, priceInquiry } from './inquire-booking.ts';

export interface PhoneBooking {
  /** A booking request, which may also ask for `sameDay`. */
  readonly request: unknown;
  readonly cutOffOverrideReason: string | null;
}

/**
 * Makes an inquiry on the phone by the website's own engine, with a note of the office where there is one (`rules.md` §7).
 * Throws `forbidden`, or `invalid` with every violation.
 */
export async function createBooking(
  ctx: Context,
  { note, ...booking }: PhoneBooking & { readonly note: string | null },
): Promise<Booking> {
  authorize(ctx, bookingPolicy, 'new');
  if (note === null) return inquireBooking(ctx, booking);
  return inTransaction(ctx, async (tx) => {
    const made = await inquireBooking(tx, booking);
    await addNote(tx, { bookingId: made.id, text: note });
    return made;
  });
}

/** What such a booking would cost, and what stands against its day, before it is made. Throws as `createBooking` does. */
export async function previewBooking(
  ctx: Context,
  booking: PhoneBooking,
): Promise<{ readonly quote: PricedQuote; readonly dayReason: UnavailableReason | null }> {
  authorize(ctx, bookingPolicy, 'new');
  const { snapshot, columns, quote } = await priceInquiry(ctx, booking, NO_BOOKING);
  const date = dateRefusal(snapshot, ctx.clock.now(), columns.pickupDate);
  if (date !== null && date !== 'cut_off') return { quote, dayReason: date };
  const { reason } = await roomOnDay(ctx, columns.pickupDate, vanLoad(columns.basket, snapshot.load));
  return { quote, dayReason: reason ?? date };
}

/** It is not there yet: no use of a code counts as its own. */
const NO_BOOKING = '00000000-0000-0000-0000-000000000000';
