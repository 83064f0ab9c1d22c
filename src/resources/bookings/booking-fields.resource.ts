import { choice, money, text, yesNo } from '../../admin/kit/columns.ts';
import type { ResourceDefinition } from '../../admin/kit/define-resource.ts';
import { formatUsd } from '../../pricing/money.ts';
import type { PricedQuote } from '../../pricing/price-quote.ts';
import type { AddressSnapshot } from './basket.ts';
import { basketWords } from './basket-words.ts';

/** Fields that pages show as parts of other cells and that history tells one by one. */

/** `1 Main Street, New York, NY 10001 (ring twice)`. */
function addressWords(value: unknown): string {
  const { line1, line2, city, state, zip, notes } = value as AddressSnapshot;
  const place = [line1, line2, city, `${state} ${zip}`].filter(Boolean).join(', ');
  return notes ? `${place} (${notes})` : place;
}

const said = (label: string, words: (value: never) => string) => ({
  ...text(label),
  cell: (value: unknown) =>
    typeof value === 'object' && value !== null ? { text: words(value as never) } : null,
});

export const fieldColumns: ResourceDefinition['columns'] = {
  basket: said('What is moved', basketWords),
  price: said('Price', ({ totalCents }: PricedQuote) => formatUsd(totalCents)),
  subtotalCents: money('Subtotal'),
  discountCents: money('Discount'),
  pickupAddress: said('Pickup', addressWords),
  deliveryAddress: said('Delivery', addressWords),
  pickupZip: text('Pickup ZIP'),
  deliveryZip: text('Delivery ZIP'),
  pickupWindow: choice('Window', {
    morning: '8–11 am',
    specific_hour: 'at one hour',
    flexible: 'flexible',
  }),
  pickupHour: {
    ...text('Hour'),
    cell: (value) => (typeof value === 'number' ? { text: `${value} am` } : null),
  },
  coi: yesNo('Certificate asked for'),
  rescheduleReason: text('Why it was moved'),
};
