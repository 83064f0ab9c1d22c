import type { Context, TransactionContext } from '../../context.ts';
import { readRows } from '../_kit/read-rows.ts';
import { Payment } from './payment.model.ts';
import { livePaymentStatuses } from './payment.states.ts';

const IS_LIVE = 'booking_id = $1 and status = any($2)';

/** The one payment of a booking that may still succeed, or `null`. */
export async function livePayment(ctx: Context, bookingId: string): Promise<Payment | null> {
  const [live] = await readRows(ctx, Payment, IS_LIVE, [bookingId, livePaymentStatuses]);
  return live ?? null;
}

/** The same, locked for the rest of the transaction; its booking is locked already. */
export async function lockLivePayment(ctx: TransactionContext, bookingId: string): Promise<Payment | null> {
  const [live] = await readRows(ctx, Payment, `${IS_LIVE} for update`, [bookingId, livePaymentStatuses]);
  return live ?? null;
}
