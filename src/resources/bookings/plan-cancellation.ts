import { instantOf } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { type BasisPoints, basisPoints, type Cents, cents, percentOf } from '../../pricing/money.ts';
import { select } from '../_kit/sql.ts';
import type { Settings } from '../crm/settings.ts';
import { waitsForReview } from '../payments/open-review.ts';
import { livePaymentStatuses } from '../payments/payment.states.ts';
import type { RefundStatus } from '../payments/refund.states.ts';
import { currentRateCard } from '../services/load-rate-card.ts';
import { Booking } from './booking.model.ts';

export interface CancellationStep {
  readonly step: 'booking' | 'capacity' | 'payment' | 'refund' | 'tasks';
  readonly status: 'done' | 'pending' | 'needs_review';
}

/** What cancelling a booking does, or did, and how far it is. */
export interface CancellationPlan {
  /** The share that the policy gives back at that time. */
  readonly refundRate: BasisPoints;
  /** What goes back: before, what the policy gives. */
  readonly refundCents: Cents;
  /** What would go back as well, were the payment not disputed: a person decides when the dispute ends. */
  readonly frozenCents: Cents;
  /** What stays charged. */
  readonly keptCents: Cents;
  readonly steps: readonly CancellationStep[];
}

/** What a cancellation would do now; of a cancelled booking, what it did. Throws `not_found`, `not_cancellable`. */
export async function readCancellation(ctx: Context, bookingId: string): Promise<CancellationPlan> {
  const booking = await Booking.findByPk(bookingId, { rejectOnEmpty: new Refusal('not_found') });
  if (booking.status === 'cancelled') return carriedOut(ctx, booking);
  refuseUncancellable(ctx, booking);
  return planCancellation(ctx, booking);
}

/** Throws `booking_cancelled`, or `not_cancellable` of a completed booking, and to its customer of one in progress. */
export function refuseUncancellable(ctx: Context, { status }: Booking): void {
  if (status === 'cancelled') throw new Refusal('booking_cancelled');
  const isCustomers = ctx.actor.type === 'customer';
  if (status === 'completed' || (status === 'in_progress' && isCustomers))
    throw new Refusal('not_cancellable');
}

/** The plan of a booking that is not cancelled yet. What was asked for and not approved does not count: it is withdrawn. */
export async function planCancellation(ctx: Context, booking: Booking): Promise<CancellationPlan> {
  const { settings } = await currentRateCard(ctx);
  const money = await readMoney(ctx, booking.id);
  const refundRate = refundRateAt(settings, booking, ctx.clock.now());
  const refundCents = policyRefund(money, refundRate);
  const frozenCents = frozenRefund(money, refundRate);
  return {
    refundRate,
    refundCents,
    frozenCents,
    keptCents: cents(money.refundableCents - refundCents),
    steps: [
      { step: 'booking', status: 'pending' },
      { step: 'capacity', status: 'pending' },
      ...(money.livePayments > 0 ? [{ step: 'payment', status: 'pending' } as const] : []),
      ...refundStep(refundCents > 0 ? 'pending' : null, frozenCents > 0),
      ...(await tasksStep(ctx, booking.id)),
    ],
  };
}

interface Money {
  readonly capturedCents: number;
  readonly lostCents: number;
  /** Given back since the booking never cost it: late, twice, too much, or more than a lower price. */
  readonly surplusCents: number;
  /** Other refunds approved, sent or succeeded. */
  readonly refundedCents: number;
  readonly refundableCents: number;
  /** What a dispute keeps from being refunded: one that is open, or was won and is not paid back yet. */
  readonly frozenCents: number;
  readonly livePayments: number;
}

/** Elapsed time to the start of the pickup window decides the share (`rules.md` §5). */
export function refundRateAt(
  settings: Settings,
  booking: Pick<Booking, 'pickupDate' | 'pickupHour' | 'deliveryFailedAt'>,
  now: Date,
): BasisPoints {
  // We failed: all of it, until a new date is agreed.
  if (booking.deliveryFailedAt !== null) return basisPoints(FULL);
  const start = instantOf(booking.pickupDate, booking.pickupHour ?? FIRST_HOUR);
  const hours = (start.getTime() - now.getTime()) / HOUR_MS;
  if (hours >= settings.fullRefundHours) return basisPoints(settings.fullRefundBasisPoints);
  return basisPoints(hours >= settings.partialRefundHours ? settings.partialRefundBasisPoints : 0);
}
const FULL = 10_000;
const FIRST_HOUR = 8;
const HOUR_MS = 3_600_000;

/** `max(0, floor(percent × captured) − refunded)`, at most what may be refunded (`rules.md` §5). */
export function policyRefund(money: Omit<Money, 'livePayments' | 'frozenCents'>, rate: BasisPoints): Cents {
  return cents(Math.max(0, Math.min(wantedRefund(money, rate), money.refundableCents)));
}

/** What the policy gives of money that an open dispute freezes. */
function frozenRefund(money: Money, rate: BasisPoints): Cents {
  const most = Math.min(wantedRefund(money, rate), money.refundableCents + money.frozenCents);
  return cents(Math.max(0, most - policyRefund(money, rate)));
}

function wantedRefund(
  money: Pick<Money, 'capturedCents' | 'surplusCents' | 'refundedCents' | 'lostCents'>,
  rate: BasisPoints,
): number {
  const base = cents(Math.max(0, money.capturedCents - money.surplusCents));
  return percentOf(base, rate) - money.refundedCents - money.lostCents;
}

/** The refund's step, if there is anything to give back. */
function refundStep(status: CancellationStep['status'] | null, isFrozen: boolean): CancellationStep[] {
  const shown = isFrozen ? 'needs_review' : status;
  return shown === null ? [] : [{ step: 'refund', status: shown }];
}

async function readMoney(ctx: Context, bookingId: string): Promise<Money> {
  const [row] = await select<Money>(
    ctx,
    `select coalesce(sum(p.captured_cents), 0)::int as "capturedCents", coalesce(sum(d.lost), 0)::int as "lostCents",
       coalesce(sum(r.surplus), 0)::int as "surplusCents", coalesce(sum(r.refunded), 0)::int as "refundedCents",
       coalesce(sum(l.free), 0)::int as "refundableCents", coalesce(sum(l.kept - l.free), 0)::int as "frozenCents",
       count(*) filter (where p.status = any($2))::int as "livePayments"
     from payments p
     cross join lateral (
       select coalesce(sum(amount_cents) filter (where is_surplus), 0) as surplus,
         coalesce(sum(amount_cents) filter (where not is_surplus), 0) as refunded
       from refunds where payment_id = p.id and status in ('approved', 'sent', 'succeeded')) r
     cross join lateral (
       select coalesce(sum(amount_cents) filter (where status = 'lost'), 0) as lost,
         coalesce(bool_or(status = 'open'), false) as is_frozen
       from disputes where payment_id = p.id) d
     cross join lateral (
       select greatest(0, p.captured_cents - d.lost - r.surplus - r.refunded) as kept,
         case when d.is_frozen then 0
           else greatest(0, p.captured_cents - greatest(d.lost, p.lost_dispute_cents) - r.surplus - r.refunded) end as free) l
     where p.booking_id = $1`,
    [bookingId, [...livePaymentStatuses]],
  );
  if (!row) throw new Refusal('not_found');
  return row;
}

/** How far the steps of a cancelled booking are; each runs by itself, with its own retries. */
async function carriedOut(ctx: Context, booking: Booking): Promise<CancellationPlan> {
  const { settings } = await currentRateCard(ctx);
  const since = booking.cancelledAt ?? booking.updatedAt;
  const money = await readMoney(ctx, booking.id);
  const refunds = await select<{ amount_cents: number; status: RefundStatus; is_of_it: boolean }>(
    ctx,
    `select amount_cents, status, settled_at is null or settled_at >= $2 as is_of_it from refunds
     where booking_id = $1 and status not in ('rejected', 'withdrawn')`,
    [booking.id, since],
  );
  const isFrozen = await waitsForReview(ctx, { kind: 'refund_frozen', subject: booking.id });
  const ours = refunds.filter(({ is_of_it: isOfIt }) => isOfIt);
  const refundCents = sumOf(ours);
  const refundRate = refundRateAt(settings, booking, since);
  return {
    refundRate,
    refundCents,
    frozenCents: cents(0),
    keptCents: cents(Math.max(0, money.capturedCents - money.lostCents - sumOf(refunds))),
    steps: [
      { step: 'booking', status: 'done' },
      { step: 'capacity', status: 'done' },
      { step: 'payment', status: money.livePayments > 0 ? 'pending' : 'done' },
      ...refundStep(ours.length > 0 ? refundStanding(ours) : null, isFrozen),
      ...(await tasksStep(ctx, booking.id)),
    ],
  };
}

/** The tasks' step, if there are any: done once all of them are over, or withdrawn at Onfleet too. */
async function tasksStep(ctx: Context, bookingId: string): Promise<CancellationStep[]> {
  const tasks = await select<{ isOver: boolean; isStuck: boolean }>(
    ctx,
    `select status in ('completed', 'failed') or is_gone as "isOver", status = 'withdrawn' and last_error is not null as "isStuck"
     from delivery_tasks where booking_id = $1`,
    [bookingId],
  );
  if (tasks.length === 0) return [];
  if (tasks.some(({ isStuck }) => isStuck)) return [{ step: 'tasks', status: 'needs_review' }];
  return [{ step: 'tasks', status: tasks.every(({ isOver }) => isOver) ? 'done' : 'pending' }];
}

function sumOf(refunds: readonly { readonly amount_cents: number }[]): Cents {
  return cents(refunds.reduce((sum, { amount_cents: amount }) => sum + amount, 0));
}

function refundStanding(refunds: readonly { readonly status: RefundStatus }[]): CancellationStep['status'] {
  if (refunds.some(({ status }) => status === 'failed' || status === 'needs_review')) return 'needs_review';
  return refunds.every(({ status }) => status === 'succeeded') ? 'done' : 'pending';
}
