import type { Weekday } from '../../pricing/rate-card.ts';
import type { BookingStatus } from '../../resources/bookings/booking.states.ts';
import type { BookingCoiStatus, CoiStatus } from '../../resources/documents/coi.states.ts';
import type { DocumentStatus } from '../../resources/documents/document.states.ts';
import type { DeliveryTaskStatus, Leg } from '../../resources/logistics/delivery-task.states.ts';
import type { PaymentStatus } from '../../resources/payments/payment.states.ts';
import type { RefundStatus } from '../../resources/payments/refund.states.ts';
import type { Tone } from './columns.ts';

/** Values as people say them, and the quiet colour of each. */

export const weekdayWords: Readonly<Record<Weekday, string>> = {
  monday: 'Monday',
  tuesday: 'Tuesday',
  wednesday: 'Wednesday',
  thursday: 'Thursday',
  friday: 'Friday',
  saturday: 'Saturday',
  sunday: 'Sunday',
};

export const bookingStatusWords: Readonly<Record<BookingStatus, string>> = {
  inquiry: 'Inquiry',
  pending_payment: 'Awaiting payment',
  expired: 'Expired',
  confirmed: 'Confirmed',
  in_progress: 'In progress',
  completed: 'Completed',
  cancelled: 'Cancelled',
};
export const bookingStatusTones: Readonly<Record<BookingStatus, Tone>> = {
  inquiry: 'plain',
  pending_payment: 'warn',
  expired: 'quiet',
  confirmed: 'good',
  in_progress: 'good',
  completed: 'quiet',
  cancelled: 'bad',
};

export const paymentStatusWords: Readonly<Record<PaymentStatus, string>> = {
  created: 'Started',
  pending: 'Waiting for the card',
  processing: 'Processing',
  succeeded: 'Paid',
  failed: 'Failed',
  cancelled: 'Cancelled',
};
export const paymentStatusTones: Readonly<Record<PaymentStatus, Tone>> = {
  created: 'plain',
  pending: 'warn',
  processing: 'warn',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'quiet',
};

export const refundStatusWords: Readonly<Record<RefundStatus, string>> = {
  requested: 'Waiting for approval',
  approved: 'Approved',
  sent: 'Sent to the card',
  succeeded: 'Refunded',
  failed: 'Failed',
  rejected: 'Rejected',
  withdrawn: 'Withdrawn',
  needs_review: 'Needs review',
};
export const refundStatusTones: Readonly<Record<RefundStatus, Tone>> = {
  requested: 'warn',
  approved: 'plain',
  sent: 'plain',
  succeeded: 'good',
  failed: 'bad',
  rejected: 'quiet',
  withdrawn: 'quiet',
  needs_review: 'warn',
};

export const legWords: Readonly<Record<Leg, string>> = { pickup: 'Pickup', dropoff: 'Dropoff' };

export const deliveryTaskStatusWords: Readonly<Record<DeliveryTaskStatus, string>> = {
  created: 'No driver yet',
  assigned: 'Has a driver',
  in_progress: 'On the way',
  completed: 'Done',
  failed: 'Failed',
  withdrawn: 'Withdrawn',
};
export const deliveryTaskStatusTones: Readonly<Record<DeliveryTaskStatus, Tone>> = {
  created: 'warn',
  assigned: 'plain',
  in_progress: 'plain',
  completed: 'good',
  failed: 'bad',
  withdrawn: 'quiet',
};

export const documentStatusWords: Readonly<Record<DocumentStatus, string>> = {
  awaiting: 'Being uploaded',
  stored: 'Stored',
  refused: 'Not accepted',
  gone: 'Deleted',
};
export const documentStatusTones: Readonly<Record<DocumentStatus, Tone>> = {
  awaiting: 'plain',
  stored: 'good',
  refused: 'bad',
  gone: 'quiet',
};

export const coiStatusWords: Readonly<Record<CoiStatus, string>> = {
  submitted: 'To review',
  approved: 'Approved',
  rejected: 'Rejected',
  replaced: 'Replaced',
};
export const coiStatusTones: Readonly<Record<CoiStatus, Tone>> = {
  submitted: 'warn',
  approved: 'good',
  rejected: 'bad',
  replaced: 'quiet',
};

export const bookingCoiWords: Readonly<Record<BookingCoiStatus, string>> = {
  not_required: 'Not needed',
  missing: 'Missing',
  submitted: 'To review',
  approved: 'Approved',
  rejected: 'Rejected',
};
export const bookingCoiTones: Readonly<Record<BookingCoiStatus, Tone>> = {
  not_required: 'quiet',
  missing: 'warn',
  submitted: 'warn',
  approved: 'good',
  rejected: 'bad',
};

/** `8–11 am`, `at 9 am`, `flexible`. */
export function windowWords(window: unknown, hour: unknown): string {
  if (window === 'morning') return '8–11 am';
  return window === 'specific_hour' && typeof hour === 'number' ? `at ${hour} am` : 'flexible';
}

/** `(212) 555-0100` of `+12125550100`. */
export function phoneWords(phone: unknown): string {
  if (typeof phone !== 'string') return '';
  const [, area, exchange, line] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(phone) ?? [];
  return area === undefined ? phone : `(${area}) ${exchange}-${line}`;
}
