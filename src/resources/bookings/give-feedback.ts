import { z } from 'zod';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { openReview } from '../payments/open-review.ts';
import { Feedback } from './feedback.model.ts';
import { lockBooking } from './find-booking.ts';
import { scoreWords } from './score-words.ts';

export const feedbackSchema = z.strictObject({
  score: z.int().min(1).max(5),
  comment: z.string().trim().max(2_000).optional(),
});

interface Given extends z.output<typeof feedbackSchema> {
  /** Its customer is known by the token that opened it. */
  readonly bookingId: string;
}

/**
 * Keeps what a customer says of a move that is done, once (`product.md` §7). A bad score is put before a person. Throws
 * `not_found`, `not_completed` before, `feedback_given` a second time.
 */
export async function giveFeedback(ctx: Context, { bookingId, score, comment }: Given): Promise<Feedback> {
  return inTransaction(ctx, async (tx) => {
    const booking = await lockBooking(tx, bookingId);
    if (booking.status !== 'completed') throw new Refusal('not_completed');
    const given = await Feedback.count({ where: { bookingId }, transaction: tx.tx });
    if (given > 0) throw new Refusal('feedback_given');
    const now = ctx.clock.now();
    const feedback = await Feedback.create(
      { bookingId, score, comment: comment || null, createdAt: now, updatedAt: now },
      { transaction: tx.tx, returning: true },
    );
    await audit(tx, {
      action: 'feedback.given',
      subjectType: 'feedback',
      subjectId: feedback.id,
      bookingId,
      changes: { score: [null, score] },
      ...(feedback.comment !== null && { personal: { comment: [null, feedback.comment] } }),
      ...(booking.customerId !== null && { customerId: booking.customerId }),
    });
    if (score <= UNHAPPY) {
      await openReview(tx, {
        kind: 'bad_feedback',
        subject: booking.id,
        bookingId,
        reason: `The customer of ${booking.number} gave ${score} of 5 (${words(score).toLowerCase()})${
          feedback.comment === null ? '' : ', with a comment'
        }.`,
        suggestedStep: 'Read the feedback on the booking, call the customer and put it right.',
      });
    }
    return feedback;
  });
}

/** Such a score and those below. */
const UNHAPPY = 2;

const words = (score: number): string => scoreWords[score as keyof typeof scoreWords];
