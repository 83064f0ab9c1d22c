import { z } from 'zod';
import { readBooking } from '../../../resources/bookings/find-booking.ts';
import { issueLiveTicket } from '../../../resources/bookings/live-ticket.ts';
import { readTracking } from '../../../resources/logistics/read-tracking.ts';
import { Notification } from '../../../resources/notifications/notification.model.ts';
import {
  type NotificationType,
  templateTypes,
} from '../../../resources/notifications/templates/catalogue.ts';
import type { Endpoint } from '../../endpoint.ts';
import { openedBooking } from '../../middleware/bearer.ts';
import { sendFresh } from '../../send-json.ts';
import { presentTracking } from './present-tracking.ts';
import { liveTicketSchema, notificationsSchema, trackingSchema } from './schema.ts';

/** What went to a building about the booking is not the customer's mail. */
const typesForCustomers = (Object.keys(templateTypes) as NotificationType[]).filter(
  (type) => templateTypes[type].audience === 'customer',
);

const params = z.strictObject({ id: z.uuid() });

/** What a customer follows: the delivery, live too, and what was written to them. */
export const followEndpoints: readonly Endpoint[] = [
  {
    method: 'get',
    path: '/bookings/{id}/tracking',
    operationId: 'getTracking',
    tag: 'Bookings',
    summary: 'Follow the delivery',
    params,
    token: true,
    limit: 'read',
    answer: { status: 200, description: 'How the delivery stands.', schema: trackingSchema },
    errors: ['not_found'],
    async handle({ ctx, request, response }) {
      const { bookingId } = await openedBooking(ctx, request);
      sendFresh(response, presentTracking(await readTracking(ctx, await readBooking(ctx, bookingId))));
    },
  },
  {
    method: 'get',
    path: '/bookings/{id}/notifications',
    operationId: 'getNotifications',
    tag: 'Bookings',
    summary: 'Read what we wrote',
    params,
    token: true,
    limit: 'read',
    answer: { status: 200, description: 'The mails, the latest first.', schema: notificationsSchema },
    errors: ['not_found'],
    async handle({ ctx, request, response }) {
      const { bookingId } = await openedBooking(ctx, request);
      const mails = await Notification.findAll({
        where: {
          bookingId,
          staffUserId: null,
          status: ['waiting', 'sent'],
          type: [...typesForCustomers],
        },
        order: [['createdAt', 'DESC']],
        limit: 100,
      });
      const answer: z.input<typeof notificationsSchema> = {
        notifications: mails.map(({ id, type, status, subject, createdAt, sentAt }) => ({
          id,
          type,
          status: status === 'sent' ? 'sent' : 'waiting',
          subject,
          createdAt: createdAt.toISOString(),
          sentAt: sentAt?.toISOString() ?? null,
        })),
      };
      sendFresh(response, answer);
    },
  },
  {
    method: 'post',
    path: '/bookings/{id}/live-ticket',
    operationId: 'createLiveTicket',
    tag: 'Bookings',
    summary: 'Get a ticket to follow the booking live',
    description:
      'Opens `WS /api/v1/bookings/{id}/live?ticket=…` once, within 60 seconds. The first message is a `snapshot` ' +
      '`{ type, at, data: { booking, tracking } }`; then come `booking.updated` (the booking), `payment.updated` ' +
      '(`{ payment, refundedCents, amountDueCents, currency }`) and `tracking.updated` (the tracking), each as ' +
      '`{ type, at, data }`. The server pings; it closes with 4401 on a ticket that is not valid and when the link is no ' +
      'longer, with 1001 when it stops and 1013 when it is too busy: get another ticket and connect again.',
    params,
    token: true,
    limit: 'read',
    answer: { status: 200, description: 'The ticket.', schema: liveTicketSchema },
    errors: ['not_found'],
    async handle({ ctx: visitor, request, response }) {
      const { bookingId, ctx } = await openedBooking(visitor, request);
      const { ticket, expiresAt } = await issueLiveTicket(ctx, await readBooking(ctx, bookingId));
      const answer: z.input<typeof liveTicketSchema> = { ticket, expiresAt: expiresAt.toISOString() };
      sendFresh(response, answer);
    },
  },
];
