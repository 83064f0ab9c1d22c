import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import type { Context } from '../../context.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { bookingPageUrl } from '../bookings/booking-page-link.ts';
import { windowOf } from '../logistics/describe-task.ts';
import { variablesOf } from './booking-variables.ts';
import type { MailAttachment } from './ses/compose-mail.ts';
import type { NotificationType } from './templates/catalogue.ts';

const methods: Partial<Record<NotificationType, 'PUBLISH' | 'CANCEL'>> = {
  booking_confirmed: 'PUBLISH',
  booking_rescheduled: 'PUBLISH',
  booking_cancelled: 'CANCEL',
};

/**
 * The pickup for the customer's calendar, beside the mails that make, move and cancel it: one event a booking, whose later
 * mails replace it. `null` for other mails, and where the booking is no longer what the mail says.
 */
export function bookingCalendar(
  ctx: Context,
  booking: Booking,
  type: NotificationType,
): MailAttachment | null {
  const method = methods[type];
  const isCancelled = booking.status === 'cancelled';
  if (method === undefined || (method === 'CANCEL') !== isCancelled) return null;
  const { config, clock } = ctx;
  const { serviceName, bookingNumber, window, pickupAddress, deliveryAddress } = variablesOf(config, booking);
  const { startsAt, endsAt } = windowOf(booking, 'pickup');
  const url = bookingPageUrl(config, booking);
  const calendar = ical({
    prodId: { company: 'ToteTaxi', product: 'Bookings', language: 'EN' },
    method: ICalCalendarMethod[method],
  });
  calendar.createEvent({
    id: `${booking.id}@${new URL(config.publicUrl).hostname}`,
    // Each change of the booking counts one up.
    sequence: booking.version,
    status: isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    stamp: clock.now(),
    start: startsAt,
    end: endsAt,
    summary: `ToteTaxi pickup, ${bookingNumber}`,
    location: pickupAddress,
    description: `${serviceName}: the crew arrives ${window}.\nFrom: ${pickupAddress}\nTo: ${deliveryAddress}\n\nYour booking: ${url}`,
    url,
  });
  return {
    filename: isCancelled ? 'cancelled.ics' : 'pickup.ics',
    contentType: 'text/calendar',
    method,
    content: calendar.toString(),
  };
}
