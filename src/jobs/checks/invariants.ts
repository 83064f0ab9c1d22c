import { addMinutes } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { select } from '../../resources/_kit/sql.ts';

/** What must hold in the books at any time. Each finds the rows for which it does not. `$1` is a quarter of an hour ago. */

interface Invariant {
  readonly name: string;
  readonly words: string;
  /** Selects `subject`, `booking_id`, `payment_id` of each violation. */
  readonly sql: string;
}

export interface Finding {
  readonly name: string;
  readonly words: string;
  readonly subject: string;
  readonly bookingId: string | null;
  readonly paymentId: string | null;
}

/** No refund of the booking `b` is under way, and no person has it on the desk. */
const isNobodysBusiness = `not exists (select from needs_reviews n where n.booking_id = b.id and n.resolved_at is null)
        and not exists (select from refunds r where r.booking_id = b.id and r.status in ('requested', 'approved', 'sent'))`;

export const invariants: readonly Invariant[] = [
  {
    name: 'payment_without_ledger',
    words: 'A succeeded payment has exactly one row in the ledger that says so.',
    sql: `select p.id as subject, p.booking_id, p.id as payment_id from payments p
      where (p.status = 'succeeded') <> (1 = (select count(*) from payment_audits a where a.payment_id = p.id and a.kind = 'captured'))`,
  },
  {
    name: 'payment_sums',
    words: "A payment's sums are those of its ledger rows.",
    sql: `select p.id as subject, p.booking_id, p.id as payment_id from payments p
      left join (select payment_id, ${ledgerSums()} from payment_audits group by payment_id) l on l.payment_id = p.id
      where (p.captured_cents, p.refunded_cents, p.lost_dispute_cents)
        <> (coalesce(l.captured, 0), coalesce(l.refunded, 0), coalesce(l.lost, 0))`,
  },
  {
    name: 'booking_sums',
    words: "A booking's sums are those of its ledger rows and credits.",
    sql: `select b.id as subject, b.id as booking_id, null::uuid as payment_id from bookings b
      left join (select booking_id, ${ledgerSums()} from payment_audits group by booking_id) l on l.booking_id = b.id
      left join (select booking_id, sum(amount_cents) as credits from credits group by booking_id) c on c.booking_id = b.id
      where (b.captured_cents, b.refunded_cents, b.lost_dispute_cents, b.credits_cents)
        <> (coalesce(l.captured, 0), coalesce(l.refunded, 0), coalesce(l.lost, 0), coalesce(c.credits, 0))`,
  },
  {
    name: 'confirmed_but_unpaid',
    words:
      'A confirmed booking owes nothing and is owed nothing, unless a refund is under way or a person has it on the desk.',
    sql: `select b.id as subject, b.id as booking_id, null::uuid as payment_id from bookings b
      where b.status in ('confirmed', 'in_progress', 'completed')
        and b.total_cents - b.credits_cents - (b.captured_cents - b.refunded_cents - b.lost_dispute_cents) <> 0
        and ${isNobodysBusiness}
        and not exists (select from payments p where p.booking_id = b.id and p.status in ('created', 'pending', 'processing'))`,
  },
  {
    name: 'money_without_booking',
    words:
      'Money that we hold belongs to a booking that runs, is on its way back, or is on the desk of a person.',
    sql: `select b.id as subject, b.id as booking_id, null::uuid as payment_id from bookings b
      where b.status in ('inquiry', 'pending_payment', 'expired')
        and b.captured_cents > b.refunded_cents + b.lost_dispute_cents + b.credits_cents
        and ${isNobodysBusiness}`,
  },
  {
    name: 'cancelled_but_open',
    words: 'A cancelled booking keeps exactly what it charges, once its refunds are settled.',
    sql: `select b.id as subject, b.id as booking_id, null::uuid as payment_id from bookings b
      where b.status = 'cancelled'
        and b.total_cents - b.credits_cents - (b.captured_cents - b.refunded_cents - b.lost_dispute_cents) <> 0
        and ${isNobodysBusiness}`,
  },
  {
    name: 'refund_without_ledger',
    words: 'A succeeded refund has one row in the ledger that says so, and no other has one that counts.',
    sql: `select r.id as subject, r.booking_id, r.payment_id from refunds r
      where (case r.status when 'succeeded' then r.amount_cents else 0 end) <> (
        select coalesce(sum(case a.kind when 'refunded' then a.amount_cents else -a.amount_cents end), 0)
        from payment_audits a where a.refund_id = r.id and a.kind in ('refunded', 'refund_failed'))`,
  },
  {
    name: 'refunded_too_much',
    words:
      'Refunds of a payment are within what came; those not sent yet within what disputes and others left of it.',
    sql: `select p.id as subject, p.booking_id, p.id as payment_id from payments p
      join (select payment_id, coalesce(sum(amount_cents) filter (where status in ('sent', 'succeeded')), 0) as out,
          coalesce(sum(amount_cents) filter (where status in ('requested', 'approved')), 0) as waiting
        from refunds group by payment_id) r on r.payment_id = p.id
      where r.out > p.captured_cents or r.waiting > greatest(0, p.captured_cents - p.lost_dispute_cents - r.out)`,
  },
  {
    name: 'refund_despite_dispute',
    words: 'While a payment is disputed no refund of it waits to be sent.',
    sql: `select r.id as subject, r.booking_id, r.payment_id from refunds r
      where r.status in ('requested', 'approved') and r.source <> 'external'
        and exists (select from disputes d where d.payment_id = r.payment_id and d.status = 'open')`,
  },
  {
    name: 'dispute_without_ledger',
    words: 'The ledger has what a dispute took; of one that was won, nothing.',
    sql: `select d.id as subject, d.booking_id, d.payment_id from disputes d
      where d.status <> 'open' and (case d.status when 'lost' then d.amount_cents else 0 end) <> (
        select coalesce(sum(case a.kind when 'dispute_withdrawn' then a.amount_cents else -a.amount_cents end), 0)
        from payment_audits a where a.dispute_id = d.id)`,
  },
  {
    name: 'refund_half_done',
    words: 'An approved refund is known to Stripe within a quarter of an hour.',
    sql: `select r.id as subject, r.booking_id, r.payment_id from refunds r
      where r.status in ('approved', 'sent') and r.stripe_refund_id is null and r.updated_at < $1`,
  },
  {
    name: 'payment_half_done',
    words: 'A payment has its intent within a quarter of an hour.',
    sql: `select p.id as subject, p.booking_id, p.id as payment_id from payments p
      where p.status = 'created' and p.created_at < $1`,
  },
  {
    name: 'hold_without_payment',
    words: 'A held booking has a live payment, or its money is on the desk of a person.',
    sql: `select b.id as subject, b.id as booking_id, null::uuid as payment_id from bookings b
      where b.status = 'pending_payment' and b.updated_at < $1
        and not exists (select from payments p where p.booking_id = b.id and p.status in ('created', 'pending', 'processing'))
        and not exists (select from needs_reviews n where n.booking_id = b.id and n.resolved_at is null)`,
  },
  {
    name: 'hold_overdue',
    words: 'A lapsed hold ends within a quarter of an hour, unless its payment is being processed.',
    sql: `select b.id as subject, b.id as booking_id, null::uuid as payment_id from bookings b
      where b.status = 'pending_payment' and b.hold_expires_at < $1 and b.captured_cents = 0
        and not exists (select from payments p where p.booking_id = b.id and p.status = 'processing')`,
  },
  {
    name: 'booking_without_van',
    words: 'A booking that is held or rides has its places in a van on its day; a test booking has none.',
    sql: `select b.id as subject, b.id as booking_id, null::uuid as payment_id from bookings b
      where b.status in ('pending_payment', 'confirmed', 'in_progress') and b.is_test
          = exists (select from capacity_takings t where t.booking_id = b.id and t.purpose = 'ride' and t.day = b.pickup_date)`,
  },
  {
    name: 'taking_without_booking',
    words: 'Places in a van belong to a booking that is held, rides or has ridden.',
    sql: `select t.id as subject, t.booking_id, null::uuid as payment_id
      from capacity_takings t join bookings b on b.id = t.booking_id
      where b.status not in ('pending_payment', 'confirmed', 'in_progress', 'completed')`,
  },
];

/** Everything that does not hold now. */
export async function checkInvariants(ctx: Context): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, words, sql } of invariants) {
    const bind = sql.includes('$1') ? [addMinutes(ctx.clock.now(), -15)] : [];
    const rows = await select<{ subject: string; booking_id: string | null; payment_id: string | null }>(
      ctx,
      sql,
      bind,
    );
    findings.push(
      ...rows.map((row) => ({
        name,
        words,
        subject: row.subject,
        bookingId: row.booking_id,
        paymentId: row.payment_id,
      })),
    );
  }
  return findings;
}

function ledgerSums(): string {
  const net = (plus: string, minus: string): string =>
    `coalesce(sum(amount_cents) filter (where kind = '${plus}'), 0) - coalesce(sum(amount_cents) filter (where kind = '${minus}'), 0)`;
  return `coalesce(sum(amount_cents) filter (where kind = 'captured'), 0) as captured,
    ${net('refunded', 'refund_failed')} as refunded, ${net('dispute_withdrawn', 'dispute_reinstated')} as lost`;
}
