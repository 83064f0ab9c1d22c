import type { QuoteRequest } from '../../pricing/quote-request.ts';

/** What is moved: the service's own sections of the quote request. */
export type Basket = Pick<
  QuoteRequest,
  'miniMove' | 'standardDelivery' | 'specialtyItems' | 'airportTransfer'
>;

/** An address as the customer gave it, normalised. */
export interface AddressSnapshot {
  readonly line1: string;
  readonly line2: string;
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  readonly notes: string;
}
