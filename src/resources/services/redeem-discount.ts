import type { TransactionContext } from '../../context.ts';
import { execute, select } from '../_kit/sql.ts';

interface Use {
  readonly code: string;
  readonly bookingId: string;
  readonly customerEmail: string;
}

/**
 * Takes a use of a code for a booking under the code's row lock, once, or says that none is left. `evenAboveLimit` is for
 * a late payment that revives its booking (`rules.md` §4).
 */
export async function redeemDiscount(
  ctx: TransactionContext,
  { code, bookingId, customerEmail }: Use,
  options: { readonly evenAboveLimit?: boolean } = {},
): Promise<'taken' | 'not_valid'> {
  const [row] = await select<{
    id: string;
    maximum_uses: number | null;
    maximum_uses_per_customer: number | null;
  }>(
    ctx,
    'select id, maximum_uses, maximum_uses_per_customer from discount_codes where code = $1 for update',
    [code],
  );
  if (!row) return 'not_valid';
  const [used] = await select<{ all_uses: number; own_uses: number }>(
    ctx,
    `select count(*) filter (where booking_id <> $2)::int as all_uses,
       count(*) filter (where booking_id <> $2 and customer_email = $3)::int as own_uses
     from discount_redemptions where discount_code_id = $1`,
    [row.id, bookingId, customerEmail],
  );
  const free =
    used !== undefined &&
    (row.maximum_uses === null || used.all_uses < row.maximum_uses) &&
    (row.maximum_uses_per_customer === null || used.own_uses < row.maximum_uses_per_customer);
  if (!free && !options.evenAboveLimit) return 'not_valid';
  await execute(
    ctx,
    `insert into discount_redemptions (discount_code_id, booking_id, customer_email, created_at) values ($1, $2, $3, $4)
     on conflict (booking_id) do update set discount_code_id = excluded.discount_code_id, customer_email = excluded.customer_email`,
    [row.id, bookingId, customerEmail, ctx.clock.now()],
  );
  return 'taken';
}

/** Gives a booking's use back, if it has one. */
export async function releaseDiscount(ctx: TransactionContext, bookingId: string): Promise<void> {
  await execute(ctx, 'delete from discount_redemptions where booking_id = $1', [bookingId]);
}
