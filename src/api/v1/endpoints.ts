import type { Endpoint } from '../endpoint.ts';
import { availabilityEndpoints } from './availability/endpoints.ts';
import { bookingEndpoints } from './bookings/endpoints.ts';
import { feedbackEndpoints } from './bookings/feedback-endpoints.ts';
import { followEndpoints } from './bookings/follow-endpoints.ts';
import { catalogEndpoints } from './catalog/endpoints.ts';
import { customerEndpoints } from './customer/endpoints.ts';
import { documentEndpoints } from './documents/endpoints.ts';
import { quoteEndpoints } from './quotes/endpoints.ts';
import { serviceAreaEndpoints } from './service-area/endpoints.ts';

/** Every operation of the public API, in the order of its document. */
export const publicEndpoints: readonly Endpoint[] = [
  ...catalogEndpoints,
  ...serviceAreaEndpoints,
  ...availabilityEndpoints,
  ...quoteEndpoints,
  ...bookingEndpoints,
  ...followEndpoints,
  ...feedbackEndpoints,
  ...documentEndpoints,
  ...customerEndpoints,
];
