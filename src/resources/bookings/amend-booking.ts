import type { Context } from '../../context.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { post } from '../_kit/post.ts';
import { editRecord, type Values } from '../_kit/write-record.ts';
import { Booking } from './booking.model.ts';
import { bookingPolicy } from './booking.policy.ts';
import { normalizePhone } from './booking-columns.ts';
import { contactSchema } from './booking-request.ts';

interface Amendment {
  readonly bookingId: string;
  readonly version: number | undefined;
  readonly changes: {
    readonly contactFirstName?: string;
    readonly contactLastName?: string;
    readonly contactEmail?: string;
    readonly contactPhone?: string;
    readonly instructions?: string;
    readonly notes?: string;
  };
}

/**
 * Changes what staff may change of a booking at any time: contact, instructions, the office's notes (`rules.md` §1). It
 * touches neither price nor day nor the customer's profile. Throws `edit_conflict` as `editRecord` does.
 */
export async function amendBooking(ctx: Context, { bookingId, version, changes }: Amendment): Promise<void> {
  const { contactEmail, contactPhone } = changes;
  const values: Values = {
    ...changes,
    ...(contactEmail !== undefined && { contactEmail: contactSchema.shape.email.parse(contactEmail) }),
    ...(contactPhone !== undefined && { contactPhone: normalizePhone(contactPhone) }),
  };
  await inTransaction(ctx, async (tx) => {
    await editRecord(
      tx,
      { model: Booking, policy: bookingPolicy },
      { id: bookingId, version, values },
      'amend',
    );
    // Its tasks follow.
    await post(tx, 'sync_deliveries', { bookingId });
  });
}
