import type { Context } from '../../context.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { Customer } from '../bookings/customer.model.ts';
import { notify } from '../notifications/notify.ts';

interface Ask {
  readonly askId: string;
  /** `null` when nobody has the address that was typed. */
  readonly customerId: string | null;
}

/** Writes to who asked to see their bookings, once an ask, at the address that the profile has now. */
export async function sendSignInLink(ctx: Context, { askId, customerId }: Ask): Promise<void> {
  if (customerId === null) return;
  await inTransaction(ctx, async (tx) => {
    const customer = await Customer.findByPk(customerId, { transaction: tx.tx, lock: tx.tx.LOCK.SHARE });
    if (!customer || customer.email === null || customer.mergedIntoId !== null) return;
    await notify(tx, {
      type: 'sign_in_link',
      eventKey: askId,
      bookingId: null,
      customerId,
      recipient: customer.email,
      staffUserId: null,
      variables: { firstName: customer.firstName || 'there' },
    });
  });
}
