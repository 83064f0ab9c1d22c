import type { Service } from '../../pricing/rate-card.ts';

/** What is booked, as customers and staff call it. */
export const serviceWords: Readonly<Record<Service, string>> = {
  mini_move: 'Mini move',
  standard_delivery: 'Delivery by the item',
  specialty_item: 'Specialty delivery',
  airport_transfer: 'Airport transfer',
};
