import { addDays, daysBetween, type ServiceDay } from '../../clock.ts';
import type { QuoteRequest } from '../../pricing/quote-request.ts';

/** What is moved: the service's own sections of the quote request. */
export type Basket = Pick<
  QuoteRequest,
  'miniMove' | 'standardDelivery' | 'specialtyItems' | 'airportTransfer'
>;

/** The flight of a transfer that moves from one day to another: it is taken to move along. Nothing for other services. */
export function flightMoved(
  { airportTransfer }: Basket,
  from: ServiceDay,
  to: ServiceDay,
): Pick<Basket, 'airportTransfer'> {
  if (!airportTransfer) return {};
  const flightDate = addDays(airportTransfer.flightDate as ServiceDay, daysBetween(from, to));
  return { airportTransfer: { ...airportTransfer, flightDate } };
}

/** An address as the customer gave it, normalised. */
export interface AddressSnapshot {
  readonly line1: string;
  readonly line2: string;
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  readonly notes: string;
}
