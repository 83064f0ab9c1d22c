import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { Booking } from './booking.model.ts';
import { bookingPolicy } from './booking.policy.ts';
import { BookingNote } from './booking-note.model.ts';

/**
 * Adds a dated note of the office to a booking in any state; the booking itself stays as it is. Throws `forbidden`,
 * `not_found`.
 */
export async function addNote(
  ctx: Context,
  { bookingId, text }: { readonly bookingId: string; readonly text: string },
): Promise<void> {
  authorize(ctx, bookingPolicy, 'addNote');
  await inTransaction(ctx, async (tx) => {
    const booking = await Booking.findByPk(bookingId, { transaction: tx.tx });
    if (!booking || booking.archivedAt !== null) throw new Refusal('not_found');
    const now = ctx.clock.now();
    const { actor } = ctx;
    const note = await BookingNote.create(
      {
        bookingId,
        staffUserId: actor.type === 'staff' ? actor.id : null,
        author: actor.type === 'customer' ? 'Customer' : actor.name,
        text,
        createdAt: now,
        updatedAt: now,
      },
      { transaction: tx.tx },
    );
    await audit(tx, {
      action: 'bookingNote.added',
      subjectType: 'bookingNote',
      subjectId: note.id,
      bookingId,
      personal: { text: [null, text] },
      ...(booking.customerId !== null && { customerId: booking.customerId }),
    });
  });
}
