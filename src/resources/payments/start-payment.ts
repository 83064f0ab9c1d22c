import { randomUUID } from 'node:crypto';
import type { TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { select } from '../_kit/sql.ts';
import { Payment } from './payment.model.ts';

/** Writes the row of a booking's next payment, without its intent yet (`product.md` §4). Throws `conflict` beside a live one. */
export async function startPayment(
  ctx: TransactionContext,
  asked: {
    readonly bookingId: string;
    readonly purpose: 'booking' | 'difference';
    readonly amountCents: number;
  },
): Promise<Payment> {
  const now = ctx.clock.now();
  const id = randomUUID();
  const [made] = await select<{ attempt: number }>(
    ctx,
    `insert into payments (id, booking_id, attempt, purpose, amount_cents, created_at, updated_at)
     select $1, $2, coalesce(max(attempt), 0) + 1, $3, $4, $5, $5 from payments where booking_id = $2
     on conflict do nothing returning attempt`,
    [id, asked.bookingId, asked.purpose, asked.amountCents, now],
  );
  if (!made) throw new Refusal('conflict');
  const untouched = {
    status: 'created',
    stripePaymentIntentId: null,
    createdAt: now,
    updatedAt: now,
  } as const;
  return Payment.build({ id, ...asked, attempt: made.attempt, ...untouched }, { isNewRecord: false });
}
