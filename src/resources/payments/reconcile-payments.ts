import { addMinutes, realNow } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { crashPoint } from '../_kit/crash-point.ts';
import { execute, select } from '../_kit/sql.ts';
import { Booking } from '../bookings/booking.model.ts';
import { expireHolds } from '../bookings/expire-holds.ts';
import { cancelPaymentIntent } from './cancel-intent.ts';
import { Dispute } from './dispute.model.ts';
import { openIntent } from './open-intent.ts';
import { Payment } from './payment.model.ts';
import { livePaymentStatuses } from './payment.states.ts';
import type { Finding, ReconciledClass } from './reconciliation-run.model.ts';
import { Refund } from './refund.model.ts';
import { settleDispute, settleDisputeAs } from './settle-dispute.ts';
import { type Settled, settleIntent, settlePayment } from './settle-payment.ts';
import { settleRefund, settleRefundAs } from './settle-refund.ts';
import { type DisputeFacts, disputesSince } from './stripe/disputes.ts';
import { type IntentFacts, intentsSince } from './stripe/intents.ts';
import { type RefundFacts, refundsSince } from './stripe/refunds.ts';
import { submitRefund } from './submit-refund.ts';

/** What a reconciliation saw and did. */
export interface Reconciliation {
  readonly counts: Readonly<Partial<Record<ReconciledClass, number>>>;
  /** What webhooks and crashes had left. */
  readonly healed: number;
  readonly findings: readonly Finding[];
  readonly failures: readonly unknown[];
}

/** What one thing at Stripe is to us. */
interface Classed {
  readonly as: ReconciledClass;
  readonly settled: Settled;
  readonly paymentIntentId: string | null;
}

/**
 * Heals what webhooks and crashes left: asks again about everything Stripe created since the last mark, by Stripe's own
 * clock less an hour, and about every payment, refund and dispute of ours that is not final (`rules.md` §4). What cannot be
 * worked now keeps its mark and does not keep the others.
 */
export async function reconcile(ctx: Context): Promise<Reconciliation> {
  const run = new Run(ctx);
  await run.readNew('payment_intents', intentsSince(ctx, await run.since('payment_intents')), classIntent);
  const open = await Payment.findAll({
    where: { status: [...livePaymentStatuses] },
    order: ['createdAt'],
    limit: 1_000,
  });
  for (const payment of open) await run.attempt({ paymentId: payment.id }, () => reconcileOpen(ctx, payment));
  await run.readNew('refunds', await refundsSince(ctx, await run.since('refunds')), classRefund);
  const going = await Refund.findAll({
    where: { status: ['approved', 'sent'] },
    order: ['createdAt'],
    limit: 1_000,
  });
  for (const refund of going) await run.attempt({ refundId: refund.id }, () => reconcileRefund(ctx, refund));
  await run.readNew('disputes', await disputesSince(ctx, await run.since('disputes')), classDispute);
  const disputed = await Dispute.findAll({ where: { status: 'open' }, order: ['createdAt'], limit: 1_000 });
  for (const { id, stripeDisputeId } of disputed)
    await run.attempt({ disputeId: id }, () => settleDispute(ctx, { stripeDisputeId }));
  await run.attempt({}, () => expireHolds(ctx));
  return run.result();
}

interface AtStripe {
  readonly id: string;
  readonly amountCents: number;
  readonly createdAt: Date;
}

type Source = 'payment_intents' | 'refunds' | 'disputes';

class Run {
  readonly #ctx: Context;
  readonly #counts: Partial<Record<ReconciledClass, number>> = {};
  readonly #findings: Finding[] = [];
  readonly #failures: unknown[] = [];
  #healed = 0;

  constructor(ctx: Context) {
    this.#ctx = ctx;
  }

  async since(source: Source): Promise<Date | null> {
    const mark = await readMark(this.#ctx, source);
    return mark && addMinutes(mark, -60);
  }

  /** Works everything new of a source; the mark moves up to the first thing that could not be worked. */
  async readNew<Facts extends AtStripe>(
    source: Source,
    all: AsyncIterable<Facts> | Iterable<Facts>,
    work: (ctx: Context, facts: Facts) => Promise<Classed>,
  ): Promise<void> {
    let newest = await readMark(this.#ctx, source);
    let firstFailed: Date | null = null;
    for await (const facts of all) {
      if (newest === null || facts.createdAt > newest) newest = facts.createdAt;
      const isDone = await this.attempt({ stripeId: facts.id }, async () => {
        await this.#note(facts, await work(this.#ctx, facts));
      });
      if (!isDone && (firstFailed === null || facts.createdAt < firstFailed)) firstFailed = facts.createdAt;
    }
    const upTo = firstFailed !== null && newest !== null && firstFailed < newest ? firstFailed : newest;
    if (upTo !== null) crashPoint(this.#ctx, 'reconcile.before_mark');
    await setMark(this.#ctx, source, upTo);
  }

  /** Says whether it went well. */
  async attempt(what: Record<string, string>, work: () => Promise<unknown>): Promise<boolean> {
    try {
      if ((await work()) === 'settled') this.#healed += 1;
      return true;
    } catch (error) {
      this.#ctx.log.warn({ err: error, ...what }, 'not reconciled yet');
      this.#failures.push(error);
      return false;
    }
  }

  result(): Reconciliation {
    return {
      counts: this.#counts,
      healed: this.#healed,
      findings: this.#findings,
      failures: this.#failures,
    };
  }

  async #note({ id, amountCents }: AtStripe, { as, settled, paymentIntentId }: Classed): Promise<void> {
    this.#counts[as] = (this.#counts[as] ?? 0) + 1;
    if (settled === 'settled') this.#healed += 1;
    if (as === 'ours' || as === 'outside') return;
    const payment = await Payment.findOne({ where: { stripePaymentIntentId: paymentIntentId } });
    this.#findings.push({ as, stripeId: id, amountCents, bookingId: payment?.bookingId ?? null });
  }
}

/** Ours by our marks; an invoice written elsewhere has none and is quiet. */
async function classIntent(ctx: Context, intent: IntentFacts): Promise<Classed> {
  const paymentIntentId = intent.id;
  if (intent.paymentId === null) return { as: 'outside', settled: 'not_ours', paymentIntentId };
  const settled = await settleIntent(ctx, intent);
  if (intent.status !== 'succeeded') return { as: 'ours', settled, paymentIntentId };
  if (settled === 'not_ours') return { as: 'orphan', settled, paymentIntentId };
  const payment = await Payment.findOne({ where: { stripePaymentIntentId: intent.id } });
  const isEqual = payment?.amountCents === intent.receivedCents && payment.currency === intent.currency;
  return { as: isEqual ? 'ours' : 'amount_mismatch', settled, paymentIntentId };
}

async function classRefund(ctx: Context, facts: RefundFacts): Promise<Classed> {
  const settled = await settleRefundAs(ctx, facts);
  const { paymentIntentId } = facts;
  if (settled === 'not_ours') return { as: 'outside', settled, paymentIntentId };
  const row = await Refund.findOne({ where: { stripeRefundId: facts.id } });
  const isOurs = row ? row.source !== 'external' : facts.refundId !== null;
  return { as: isOurs ? 'ours' : 'dashboard_refund', settled, paymentIntentId };
}

async function classDispute(ctx: Context, facts: DisputeFacts): Promise<Classed> {
  const settled = await settleDisputeAs(ctx, facts);
  return {
    as: settled === 'not_ours' ? 'outside' : 'dispute',
    settled,
    paymentIntentId: facts.paymentIntentId,
  };
}

async function readMark(ctx: Context, source: Source): Promise<Date | null> {
  const [mark] = await select<{ created_up_to: Date }>(
    ctx,
    'select created_up_to from reconciliation_marks where source = $1',
    [source],
  );
  return mark?.created_up_to ?? null;
}

async function setMark(ctx: Context, source: Source, upTo: Date | null): Promise<void> {
  if (upTo === null) return;
  await execute(
    ctx,
    `insert into reconciliation_marks (source, created_up_to, updated_at) values ($1, $2, $3)
     on conflict (source) do update set created_up_to = excluded.created_up_to, updated_at = excluded.updated_at`,
    [source, upTo, realNow()],
  );
}

async function reconcileRefund(ctx: Context, { id, stripeRefundId }: Refund): Promise<unknown> {
  return stripeRefundId === null
    ? submitRefund(ctx, { refundId: id })
    : settleRefund(ctx, { stripeRefundId });
}

async function reconcileOpen(ctx: Context, payment: Payment): Promise<unknown> {
  const booking = await Booking.findByPk(payment.bookingId, { rejectOnEmpty: true });
  if (booking.status !== 'pending_payment') return cancelPaymentIntent(ctx, { paymentId: payment.id });
  if (payment.stripePaymentIntentId !== null)
    return settlePayment(ctx, { paymentIntentId: payment.stripePaymentIntentId });
  // We died between the row and Stripe: the same create gives the same intent.
  return openIntent(ctx, booking, payment);
}
