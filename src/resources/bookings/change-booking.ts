import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { isOverridden } from '../../pricing/override-total.ts';
import type { PricedQuote } from '../../pricing/price-quote.ts';
import { authorize } from '../_kit/policy.ts';
import { currentRateCard } from '../services/load-rate-card.ts';
import { priceBySnapshot } from '../services/quote-price.ts';
import { Booking } from './booking.model.ts';
import { bookingPolicy } from './booking.policy.ts';
import { requestOf } from './booking-columns.ts';
import { type Rewrite, readRewritten } from './read-rewrite.ts';
import { isPricedDifferently, refuseUneditable, updateBooking } from './update-booking.ts';

/**
 * The office's edit of a booking that is not paid yet, by the rules of a customer's own (`rules.md` §1). Throws `forbidden`,
 * `conflict` for another version than was read, and what `updateBooking` throws.
 */
export async function changeBooking(ctx: Context, change: Rewrite): Promise<Booking> {
  authorize(ctx, bookingPolicy, 'change');
  return updateBooking(ctx, change);
}

interface ChangePreview {
  readonly before: Booking;
  /** What it would cost, where it is priced anew. */
  readonly quote: PricedQuote | null;
  /** Whether it would be an inquiry again, its agreed price gone. */
  readonly changesPrice: boolean;
}

/** What such an edit would do. Throws as `changeBooking` does. */
export async function previewChange(ctx: Context, change: Rewrite): Promise<ChangePreview> {
  authorize(ctx, bookingPolicy, 'change');
  const snapshot = await currentRateCard(ctx);
  const before = await Booking.findByPk(change.bookingId, { rejectOnEmpty: new Refusal('not_found') });
  refuseUneditable(before);
  const request = readRewritten(ctx, snapshot, before, change);
  const changesPrice = isPricedDifferently(requestOf(before), request);
  const isPriced = changesPrice || (before.status === 'inquiry' && !isOverridden(before.price));
  const user = { bookingId: before.id, customerEmail: request.contact?.email ?? before.contactEmail };
  const quote = isPriced ? await priceBySnapshot(ctx, snapshot, request, user) : null;
  return { before, quote, changesPrice };
}
