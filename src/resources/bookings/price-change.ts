import { type Changes, differences } from '../_kit/differences.ts';
import type { Booking } from './booking.model.ts';

const priceFields = [
  'price',
  'subtotalCents',
  'discountCents',
  'totalCents',
  'coiRequired',
  'rateCardVersion',
  'priceLockedUntil',
] as const;
type PriceColumns = Pick<Booking, (typeof priceFields)[number]>;

/**
 * What a new price changes of a booking, as `audit` takes it: the sums and the whole snapshot with its lines, so that the
 * timeline tells both prices and an old one can be shown again. To be asked before the booking is written.
 */
export function priceChange(before: PriceColumns, after: Partial<PriceColumns>): Changes {
  return differences(
    before,
    Object.fromEntries(priceFields.flatMap((field) => (field in after ? [[field, after[field]]] : []))),
  );
}
