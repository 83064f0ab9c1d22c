import type Stripe from 'stripe';
import { bookReversal, bookWithdrawal } from './balance.ts';
import { missingParameter, missingResource, StripeProblem } from './errors.ts';
import { type Form, formOf, integerOf, mergeMetadata, refuseUnknown, textOf } from './form.ts';
import { idOf } from './ids.ts';
import { newDispute } from './objects.ts';
import { cardOfMethod } from './test-cards.ts';
import { emit, type World } from './world.ts';

/**
 * Disputes as a customer's bank opens and decides them. A chargeback takes the money at once and gives it back when it is
 * won; an inquiry only asks. As with Stripe's test keys, the text of the evidence decides what the bank says to it.
 */

const verdicts: Readonly<Record<string, (world: World, id: string) => Stripe.Dispute>> = {
  winning_evidence: (world, id) => endDispute(world, id, true),
  losing_evidence: (world, id) => endDispute(world, id, false),
  escalate_inquiry_evidence: escalateDispute,
};

/** What a bank opens: `charge` or `payment_intent`, and `amount`, `reason` and `inquiry` when they are wanted. */
export function openDispute(world: World, form: Form): Stripe.Dispute {
  const charge = chargeToDispute(world, form);
  const undisputed = undisputedOf(world, charge);
  const amount = integerOf(form, 'amount') ?? undisputed - charge.amount_refunded;
  if (amount < 1 || amount > undisputed) {
    const message = `${undisputed} of charge ${charge.id} may be disputed.`;
    throw new StripeProblem(400, { param: 'amount', message });
  }
  const inquiry = form.inquiry === 'true';
  const dispute = newDispute(charge, {
    amount,
    brand: cardOfMethod(world, charge.payment_method ?? '').brand,
    case_type: inquiry ? 'inquiry' : 'chargeback',
    reason: textOf(form, 'reason') ?? 'fraudulent',
  });
  world.store.put('charge', charge.id, { ...charge, disputed: true });
  world.store.put('dispute', dispute.id, dispute);
  emit(world, 'charge.dispute.created', dispute);
  return inquiry ? dispute : withdraw(world, dispute);
}

export function findDispute(world: World, id: string): Stripe.Dispute {
  const dispute = world.store.get('dispute', id);
  if (!dispute) throw missingResource('dispute', id, 'dispute');
  return dispute;
}

/** Whether a dispute keeps a charge from being refunded: while it is open, and when it is lost. */
export function isHeldByDispute(world: World, chargeId: string): boolean {
  return disputesOf(world, chargeId).some(({ is_charge_refundable }) => !is_charge_refundable);
}

export function updateDispute(world: World, id: string, form: Form): Stripe.Dispute {
  refuseUnknown(form, ['evidence', 'metadata', 'submit']);
  const dispute = findDispute(world, id);
  const given = formOf(form, 'evidence');
  refuseUnknown(given, Object.keys(dispute.evidence));
  const hasEvidence = Object.keys(given).length > 0;
  const submits = form.submit === 'true' || (hasEvidence && form.submit !== 'false');
  if (hasEvidence || submits) refuseClosed(dispute);
  const details = dispute.evidence_details;
  const updated = save(world, 'charge.dispute.updated', {
    ...dispute,
    evidence: { ...dispute.evidence, ...given } as Stripe.Dispute.Evidence,
    evidence_details: {
      ...details,
      has_evidence: details.has_evidence || hasEvidence,
      ...(submits && { submission_count: details.submission_count + 1, submission_method: 'manual' }),
    },
    metadata: mergeMetadata(dispute.metadata, form),
    ...(submits && { status: isInquiry(dispute) ? 'warning_under_review' : 'under_review' }),
  });
  const verdict = submits ? verdicts[updated.evidence.uncategorized_text ?? ''] : undefined;
  return verdict ? verdict(world, id) : updated;
}

/** We accept it: the money is lost. */
export function closeDispute(world: World, id: string, form: Form): Stripe.Dispute {
  refuseUnknown(form, []);
  return endDispute(world, id, false);
}

/** What the bank decides. An inquiry is closed either way, for no money moved. */
export function endDispute(world: World, id: string, won: boolean): Stripe.Dispute {
  const dispute = findDispute(world, id);
  refuseClosed(dispute);
  if (isInquiry(dispute))
    return save(world, 'charge.dispute.closed', { ...dispute, status: 'warning_closed' });
  if (!won) return save(world, 'charge.dispute.closed', { ...dispute, status: 'lost' });
  const ended = save(world, 'charge.dispute.closed', {
    ...dispute,
    status: 'won',
    is_charge_refundable: true,
    balance_transactions: [...dispute.balance_transactions, bookReversal(world, dispute)],
  });
  emit(world, 'charge.dispute.funds_reinstated', ended);
  return ended;
}

/** An inquiry that becomes a chargeback. */
export function escalateDispute(world: World, id: string): Stripe.Dispute {
  const dispute = findDispute(world, id);
  refuseClosed(dispute);
  if (!isInquiry(dispute)) throw new StripeProblem(400, { message: 'This dispute is no inquiry.' });
  const escalated = save(world, 'charge.dispute.updated', {
    ...dispute,
    status: 'needs_response',
    is_charge_refundable: false,
  });
  return withdraw(world, escalated);
}

function withdraw(world: World, dispute: Stripe.Dispute): Stripe.Dispute {
  return save(world, 'charge.dispute.funds_withdrawn', {
    ...dispute,
    balance_transactions: [bookWithdrawal(world, dispute)],
  });
}

function save(world: World, type: string, dispute: Stripe.Dispute): Stripe.Dispute {
  world.store.put('dispute', dispute.id, dispute);
  emit(world, type, dispute);
  return dispute;
}

function isInquiry({ status }: Stripe.Dispute): boolean {
  return status.startsWith('warning_');
}

export function isClosed({ status }: Stripe.Dispute): boolean {
  return ['won', 'lost', 'warning_closed'].includes(status);
}

function refuseClosed(dispute: Stripe.Dispute): void {
  if (isClosed(dispute)) throw new StripeProblem(400, { message: 'This dispute is already closed' });
}

/** Whether a customer's bank would still open a dispute without naming an amount. */
export function isDisputable(world: World, chargeId: string): boolean {
  const charge = world.store.get('charge', chargeId);
  return charge !== undefined && undisputedOf(world, charge) > charge.amount_refunded;
}

function undisputedOf(world: World, charge: Stripe.Charge): number {
  return disputesOf(world, charge.id)
    .filter(({ status }) => status !== 'won' && status !== 'warning_closed')
    .reduce((left, { amount }) => left - amount, charge.amount_captured);
}

function disputesOf(world: World, chargeId: string): Stripe.Dispute[] {
  return world.store.list('dispute').filter(({ charge }) => charge === chargeId);
}

function chargeToDispute(world: World, form: Form): Stripe.Charge {
  const intentId = textOf(form, 'payment_intent');
  const intent = intentId === undefined ? undefined : world.store.get('intent', intentId);
  if (intentId !== undefined && !intent) throw missingResource('payment_intent', intentId, 'payment_intent');
  const id = textOf(form, 'charge') ?? (intent && idOf(intent.latest_charge));
  if (id === undefined) throw missingParameter('charge');
  const charge = world.store.get('charge', id);
  if (!charge) throw missingResource('charge', id, 'charge');
  if (charge.status !== 'succeeded' || !charge.captured)
    throw new StripeProblem(400, { message: `Charge ${id} was not successful.` });
  return charge;
}
