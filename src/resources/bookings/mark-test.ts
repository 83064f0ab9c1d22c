import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { bookingPolicy } from './booking.policy.ts';
import { lockBooking } from './find-booking.ts';

/**
 * Marks a booking as a test, or takes the mark away: a test is payable only with test keys, makes no tasks and takes no van
 * (`rules.md` §1). Throws `forbidden` (admins only), `not_found`, `move_not_allowed` once it is under way. Twice is once.
 */
export async function markTest(
  ctx: Context,
  { bookingId, isTest }: { readonly bookingId: string; readonly isTest: boolean },
): Promise<void> {
  authorize(ctx, bookingPolicy, 'markTest');
  await inTransaction(ctx, async (tx) => {
    const booking = await lockBooking(tx, bookingId);
    if (booking.isTest === isTest) return;
    if (!['inquiry', 'expired'].includes(booking.status) || booking.capturedCents > 0) {
      throw new Refusal('move_not_allowed', {
        detail: 'Only an inquiry or an expired booking that was never paid is marked.',
      });
    }
    const version = booking.version + 1;
    await booking.update({ isTest, version, updatedAt: ctx.clock.now() }, { transaction: tx.tx });
    await audit(tx, {
      action: isTest ? 'booking.markedAsTest' : 'booking.unmarkedAsTest',
      subjectType: 'booking',
      subjectId: booking.id,
      subjectVersion: version,
      bookingId: booking.id,
      changes: { isTest: [!isTest, isTest] },
    });
  });
}
