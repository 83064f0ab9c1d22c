import type Stripe from 'stripe';
import { realNow } from '../../clock.ts';
import { bookRefund, bookRefundFailure } from './balance.ts';
import { isHeldByDispute } from './disputes.ts';
import { missingParameter, missingResource, StripeProblem } from './errors.ts';
import { type Form, integerOf, mergeMetadata, refuseUnknown, textOf } from './form.ts';
import { idOf } from './ids.ts';
import { newRefund } from './objects.ts';
import { cardOfMethod } from './test-cards.ts';
import { emit, type World } from './world.ts';

/** How long a bank takes that says late what becomes of a refund. */
const VERDICT_DELAY_MS = 1_000;

/** Refunds of a charge, whole or in part, never more than is left. */
export function createRefund(world: World, form: Form): Stripe.Refund {
  refuseUnknown(form, ['charge', 'payment_intent', 'amount', 'reason', 'metadata']);
  const charge = chargeToRefund(world, form);
  if (isHeldByDispute(world, charge.id)) {
    throw new StripeProblem(400, {
      code: 'charge_disputed',
      message: `Charge ${charge.id} has been charged back; cannot issue a refund.`,
    });
  }
  const left = charge.amount_captured - charge.amount_refunded;
  const amount = integerOf(form, 'amount') ?? left;
  if (left <= 0) {
    throw new StripeProblem(400, {
      code: 'charge_already_refunded',
      message: `Charge ${charge.id} has already been refunded.`,
    });
  }
  if (amount < 1 || amount > left) {
    const dollars = (value: number) => `$${(value / 100).toFixed(2)}`;
    throw new StripeProblem(400, {
      param: 'amount',
      message: `Refund amount (${dollars(amount)}) is greater than unrefunded amount on charge (${dollars(left)})`,
    });
  }
  const { afterwards } = cardOfMethod(world, charge.payment_method ?? '');
  const reason = textOf(form, 'reason') as Stripe.Refund.Reason | undefined;
  const refund = newRefund(charge, {
    amount,
    reason: reason ?? null,
    metadata: mergeMetadata({}, form),
    status: world.takePendingRefund() || afterwards === 'pendingRefund' ? 'pending' : 'succeeded',
  });
  refund.balance_transaction = bookRefund(world, refund).id;
  if (afterwards === 'pendingRefund' || afterwards === 'refundFail') {
    const verdict = { refundId: refund.id, good: afterwards === 'pendingRefund' };
    world.store.put('verdict', refund.id, { ...verdict, at: realNow().getTime() + VERDICT_DELAY_MS });
  }
  const refunded = { ...charge, amount_refunded: charge.amount_refunded + amount, refunded: amount === left };
  world.store.put('refund', refund.id, refund);
  world.store.put('charge', charge.id, refunded);
  emit(world, 'refund.created', refund);
  emit(world, 'charge.refunded', refunded);
  return refund;
}

export function updateRefund(world: World, id: string, form: Form): Stripe.Refund {
  refuseUnknown(form, ['metadata']);
  const refund = findRefund(world, id);
  return change(world, { ...refund, metadata: mergeMetadata(refund.metadata ?? {}, form) });
}

/** What a bank ends a refund in, also after it had succeeded; one that fails gives the charge its money back. */
export function finishRefund(world: World, id: string, good: boolean): Stripe.Refund {
  const refund = findRefund(world, id);
  if (refund.status !== 'pending' && (good || refund.status !== 'succeeded'))
    throw new StripeProblem(400, { message: `This refund is ${refund.status}; there is nothing to finish.` });
  world.store.remove('verdict', id);
  if (good) return change(world, { ...refund, status: 'succeeded' });
  const charge = world.store.get('charge', idOf(refund.charge));
  if (charge) {
    const amount_refunded = charge.amount_refunded - refund.amount;
    world.store.put('charge', charge.id, { ...charge, amount_refunded, refunded: false });
  }
  const failed = change(world, {
    ...refund,
    status: 'failed',
    failure_reason: 'lost_or_stolen_card',
    failure_balance_transaction: bookRefundFailure(world, refund).id,
  });
  emit(world, 'refund.failed', failed);
  return failed;
}

/** Ends the refunds whose bank has taken its time. Whether there was one. */
export function finishDueRefunds(world: World): boolean {
  const now = realNow().getTime();
  const due = world.store.list('verdict').filter(({ at }) => at <= now);
  for (const { refundId, good } of due) finishRefund(world, refundId, good);
  return due.length > 0;
}

function change(world: World, refund: Stripe.Refund): Stripe.Refund {
  world.store.put('refund', refund.id, refund);
  emit(world, 'refund.updated', refund);
  emit(world, 'charge.refund.updated', refund);
  return refund;
}

export function findRefund(world: World, id: string): Stripe.Refund {
  const refund = world.store.get('refund', id);
  if (!refund) throw missingResource('refund', id);
  return refund;
}

function chargeToRefund(world: World, form: Form): Stripe.Charge {
  const intentId = textOf(form, 'payment_intent');
  const intent = intentId === undefined ? undefined : world.store.get('intent', intentId);
  if (intentId !== undefined && !intent) throw missingResource('payment_intent', intentId, 'payment_intent');
  const latest = typeof intent?.latest_charge === 'string' ? intent.latest_charge : undefined;
  const id = textOf(form, 'charge') ?? latest;
  if (id === undefined) {
    if (!intent) throw missingParameter('charge');
    throw new StripeProblem(400, {
      message: 'This PaymentIntent does not have a successful charge to refund.',
    });
  }
  const charge = world.store.get('charge', id);
  if (!charge) throw missingResource('charge', id, 'charge');
  if (charge.status !== 'succeeded')
    throw new StripeProblem(400, { message: `Charge ${id} was not successful.` });
  return charge;
}
