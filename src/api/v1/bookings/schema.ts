import { z } from 'zod';
import {
  airportTransferSchema,
  miniMoveSchema,
  pickupWindows,
  specialtyItemsSchema,
  standardDeliverySchema,
} from '../../../pricing/quote-request.ts';
import { bookingStatuses } from '../../../resources/bookings/booking.states.ts';
import { feedbackSchema } from '../../../resources/bookings/give-feedback.ts';
import { bookingCoiStatuses } from '../../../resources/documents/coi.states.ts';
import {
  bookingPriceSchema,
  centsSchema,
  currencySchema,
  instantSchema,
  serviceDaySchema,
  serviceSchema,
} from '../schema.ts';

const address = z.strictObject({
  line1: z.string(),
  line2: z.string(),
  city: z.string(),
  state: z.string(),
  zip: z.string(),
  notes: z.string(),
});

/** What was withdrawn is not shown. */
export const taskStatusSchema = z.enum(['created', 'assigned', 'in_progress', 'completed', 'failed']);

const paymentStatus = z
  .enum(['none', 'pending', 'processing', 'succeeded', 'failed', 'cancelled'])
  .meta({ description: '`none` before the first checkout.' });

const bookingShape = {
  id: z.uuid(),
  number: z.string().meta({ example: 'TT-000123' }),
  status: z.enum(bookingStatuses),
  service: serviceSchema,
  pickupDate: serviceDaySchema,
  pickupWindow: z.enum(pickupWindows),
  pickupHour: z.int().nullable(),
  pickupZip: z.string().nullable(),
  deliveryZip: z.string().nullable(),
  miniMove: miniMoveSchema.optional(),
  standardDelivery: standardDeliverySchema.optional(),
  specialtyItems: specialtyItemsSchema.optional(),
  airportTransfer: airportTransferSchema.optional(),
  contact: z
    .strictObject({ firstName: z.string(), lastName: z.string(), email: z.string(), phone: z.string() })
    .nullable(),
  pickupAddress: address.nullable(),
  deliveryAddress: address.nullable(),
  instructions: z.string(),
  marketingOptIn: z.boolean(),
  discountCode: z.string().nullable(),
  price: bookingPriceSchema,
  payment: z.strictObject({
    status: paymentStatus,
    amountCents: centsSchema,
    attemptsLeft: z.int().meta({ description: 'Cards that may still be declined before it ends.' }),
    holdExpiresAt: instantSchema.nullable().meta({ description: 'Until when the day is held unpaid.' }),
    failure: z
      .strictObject({ code: z.string(), message: z.string() })
      .nullable()
      .meta({ description: 'Why the last card was declined, in words for the customer.' }),
  }),
  refundedCents: centsSchema,
  coi: z.strictObject({
    requested: z.boolean(),
    required: z.boolean(),
    status: z.enum(bookingCoiStatuses).meta({
      description: '`submitted` waits for its review; `approved` covers the service day.',
    }),
  }),
  deliveries: z
    .array(z.strictObject({ leg: z.enum(['pickup', 'dropoff']), status: taskStatusSchema }))
    .meta({ description: 'The legs of the move, once they are planned.' }),
  links: z.strictObject({
    self: z.string(),
    validate: z.string(),
    checkout: z.string(),
    cancellation: z.string(),
    cancel: z.string(),
  }),
  confirmedAt: instantSchema.nullable(),
  cancelledAt: instantSchema.nullable(),
  createdAt: instantSchema,
};

export const bookingSchema = z.strictObject(bookingShape).meta({ id: 'Booking' });

export const newBookingSchema = z
  .strictObject({
    ...bookingShape,
    accessToken: z.string().optional().meta({
      description: 'Opens this booking; only here. A replay leaves it out when it was revoked since.',
    }),
  })
  .meta({ id: 'NewBooking' });

export const checkoutRequestSchema = z.strictObject({
  expectedTotalCents: z.int().min(0).max(100_000_000).meta({
    description: 'The total that the customer was shown (`price.totalCents`).',
    example: 99500,
  }),
});

export const checkoutSchema = z
  .strictObject({
    booking: bookingSchema,
    payment: z
      .strictObject({
        id: z.uuid(),
        paymentIntentId: z.string(),
        clientSecret: z.string().nullable(),
        publishableKey: z.string(),
        amountCents: centsSchema,
        holdExpiresAt: instantSchema.nullable(),
      })
      .nullable()
      .meta({ description: 'null when nothing was due: the booking is confirmed.' }),
  })
  .meta({ id: 'Checkout' });

export const validationSchema = z
  .strictObject({
    ready: z.boolean(),
    errors: z.array(z.strictObject({ path: z.string(), code: z.string(), message: z.string() })),
  })
  .meta({ id: 'Validation' });

export const cancelRequestSchema = z.strictObject({
  reason: z.string().trim().max(2_000).optional().meta({ example: 'We move a month later.' }),
});

export const cancellationSchema = z
  .strictObject({
    booking: bookingSchema,
    currency: currencySchema,
    refundBasisPoints: z.int().min(0).max(10_000).meta({
      description: 'The share that the policy gives back at that time; 10000 is all of it.',
    }),
    refundCents: centsSchema.meta({ description: 'What goes back to the card.' }),
    keptCents: centsSchema.meta({ description: 'What stays charged.' }),
    steps: z
      .array(
        z.strictObject({
          step: z.enum(['booking', 'capacity', 'payment', 'refund', 'tasks']),
          status: z.enum(['done', 'pending', 'needs_review']),
        }),
      )
      .meta({ description: 'Each runs by itself and is tried again until it is done.' }),
  })
  .meta({ id: 'Cancellation' });

export const trackingSchema = z
  .strictObject({
    status: z.enum(bookingStatuses),
    tasks: z.array(
      z.strictObject({
        leg: z.enum(['pickup', 'dropoff']),
        status: taskStatusSchema,
        windowStart: instantSchema,
        windowEnd: instantSchema,
        etaAt: instantSchema
          .nullable()
          .meta({ description: 'When the driver is expected, while on the way.' }),
        driver: z.strictObject({ firstName: z.string() }).nullable(),
        position: z
          .strictObject({ latitude: z.number(), longitude: z.number(), at: instantSchema })
          .nullable()
          .meta({ description: 'Only while the driver is on the way.' }),
        endedAt: instantSchema.nullable(),
      }),
    ),
    updates: z
      .array(
        z.strictObject({
          leg: z.enum(['pickup', 'dropoff']),
          kind: z.enum(['assigned', 'unassigned', 'started', 'eta', 'arriving', 'completed', 'failed']),
          at: instantSchema,
          etaAt: instantSchema.nullable(),
        }),
      )
      .meta({ description: 'What the road told, the latest first; the newest hundred.' }),
  })
  .meta({ id: 'Tracking' });

export const notificationsSchema = z
  .strictObject({
    notifications: z.array(
      z.strictObject({
        id: z.uuid(),
        type: z.string().meta({ example: 'booking_confirmed' }),
        status: z.enum(['waiting', 'sent']),
        subject: z.string().nullable().meta({ description: 'Once it was sent.' }),
        createdAt: instantSchema,
        sentAt: instantSchema.nullable(),
      }),
    ),
  })
  .meta({ id: 'Notifications' });

export const feedbackRequestSchema = feedbackSchema.meta({ id: 'FeedbackRequest' });

export const givenFeedbackSchema = z
  .strictObject({
    score: z.int().min(1).max(5).meta({ description: '5 is the best.' }),
    comment: z.string().nullable(),
    createdAt: instantSchema,
  })
  .meta({ id: 'Feedback' });

export const liveTicketSchema = z
  .strictObject({
    ticket: z.string().meta({ description: 'Good once.' }),
    expiresAt: instantSchema.meta({ description: 'In real time, whatever the time of a demonstration.' }),
  })
  .meta({ id: 'LiveTicket' });
