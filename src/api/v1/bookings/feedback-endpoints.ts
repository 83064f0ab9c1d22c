import { z } from 'zod';
import { giveFeedback } from '../../../resources/bookings/give-feedback.ts';
import { type Endpoint, readBy } from '../../endpoint.ts';
import { openedBooking } from '../../middleware/bearer.ts';
import { sendFresh } from '../../send-json.ts';
import { feedbackRequestSchema, givenFeedbackSchema } from './schema.ts';

const params = z.strictObject({ id: z.uuid() });

/** What a customer says of a move that is done. */
export const feedbackEndpoints: readonly Endpoint[] = [
  {
    method: 'post',
    path: '/bookings/{id}/feedback',
    operationId: 'giveFeedback',
    tag: 'Bookings',
    summary: 'Say how the move went, once',
    params,
    body: feedbackRequestSchema,
    token: true,
    limit: 'booking',
    answer: { status: 201, description: 'What was said.', schema: givenFeedbackSchema },
    errors: ['not_found', 'invalid', 'not_completed', 'feedback_given'],
    async handle({ ctx: visitor, request, response }) {
      const { bookingId, ctx } = await openedBooking(visitor, request);
      const given = readBy(feedbackRequestSchema, request.body);
      const feedback = await giveFeedback(ctx, { bookingId, ...given });
      const answer: z.input<typeof givenFeedbackSchema> = {
        score: feedback.score,
        comment: feedback.comment,
        createdAt: feedback.createdAt.toISOString(),
      };
      response.status(201);
      sendFresh(response, answer);
    },
  },
];
