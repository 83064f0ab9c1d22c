import type { ServiceDay } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { select } from '../_kit/sql.ts';

/** What a customer has been to us. Money is whole cents; test and archived bookings do not count. */
export interface CustomerHistory {
  /** All their bookings, inquiries included. */
  readonly bookings: number;
  /** Those that were or will be driven: confirmed, in progress, completed. */
  readonly moves: number;
  readonly payments: number;
  readonly capturedCents: number;
  readonly refunds: number;
  readonly refundedCents: number;
  /** Refunds asked for or under way. */
  readonly waitingCents: number;
  readonly lostDisputeCents: number;
  /** Captured − refunded − lost disputes. */
  readonly spentCents: number;
  readonly firstDay: ServiceDay | null;
  readonly lastDay: ServiceDay | null;
}

/** Counts a customer's history anew each time: it is never stored (`product.md` §1). */
export async function customerHistory(ctx: Context, customerId: string): Promise<CustomerHistory> {
  const [row] = await select<CustomerHistory>(ctx, historySql, [customerId]);
  if (!row) throw new Error('a sum has no row');
  return row;
}

const historySql = `
  with theirs as materialized (
    select id, pickup_date, status in ('confirmed', 'in_progress', 'completed') as is_move,
      captured_cents, refunded_cents, lost_dispute_cents
    from bookings where customer_id = $1 and archived_at is null and not is_test)
  select count(*)::int as bookings, count(*) filter (where is_move)::int as moves,
    (select count(*)::int from payments p join theirs t on t.id = p.booking_id where p.status = 'succeeded') as payments,
    coalesce(sum(captured_cents), 0)::bigint as "capturedCents",
    (select count(*)::int from refunds r join theirs t on t.id = r.booking_id where r.status = 'succeeded') as refunds,
    coalesce(sum(refunded_cents), 0)::bigint as "refundedCents",
    (select coalesce(sum(r.amount_cents), 0)::bigint from refunds r join theirs t on t.id = r.booking_id
      where r.status in ('requested', 'approved', 'sent', 'needs_review')) as "waitingCents",
    coalesce(sum(lost_dispute_cents), 0)::bigint as "lostDisputeCents",
    coalesce(sum(captured_cents - refunded_cents - lost_dispute_cents), 0)::bigint as "spentCents",
    min(pickup_date) filter (where is_move) as "firstDay", max(pickup_date) filter (where is_move) as "lastDay"
  from theirs`;
