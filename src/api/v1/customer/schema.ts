import { z } from 'zod';
import { contactSchema } from '../../../resources/bookings/booking-request.ts';
import { bookingSchema } from '../bookings/schema.ts';
import { instantSchema } from '../schema.ts';

export const signInRequestSchema = z
  .strictObject({ email: contactSchema.shape.email })
  .meta({ id: 'SignInRequest' });

export const signInAnswerSchema = z
  .strictObject({ accepted: z.literal(true) })
  .meta({ id: 'SignInAccepted' });

export const sessionRequestSchema = z
  .strictObject({
    token: z.string().trim().min(1).max(200).meta({
      description: 'The last part of the mailed link.',
      example: 'tqUeU0S1bH3oNY6AmSYAuWwTqI7C4oqkF1hpsUvJzvY',
    }),
  })
  .meta({ id: 'SessionRequest' });

export const sessionSchema = z
  .strictObject({
    accessToken: z.string().meta({ description: 'Opens every booking of the customer; only here.' }),
    expiresAt: instantSchema.meta({ description: 'In real time.' }),
  })
  .meta({ id: 'CustomerSession' });

export const customerBookingsQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^([1-9]|[1-9]\d|100)$/, 'Use a number from 1 to 100.')
    .optional()
    .meta({ description: 'At most so many, 1 to 100; 20 without it.', example: '20' }),
  cursor: z.uuid().optional().meta({ description: 'The `nextCursor` of the page before.' }),
});

export const customerBookingsSchema = z
  .strictObject({ data: z.array(bookingSchema), nextCursor: z.string().nullable() })
  .meta({ id: 'CustomerBookings' });

export const preferencesSchema = z
  .strictObject({
    preferences: z.strictObject({
      callAhead: z.boolean(),
      textRatherThanCall: z.boolean(),
      sameCrew: z.boolean(),
      extraCare: z.boolean(),
    }),
    communicationPreferences: z.strictObject({ marketing: z.boolean() }),
  })
  .meta({ id: 'Preferences' });
