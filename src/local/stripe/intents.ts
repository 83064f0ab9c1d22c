import type Stripe from 'stripe';
import { bookCharge } from './balance.ts';
import { openDispute } from './disputes.ts';
import { missingParameter, missingResource, StripeProblem } from './errors.ts';
import { type Form, formOf, integerOf, listOf, mergeMetadata, refuseUnknown, textOf } from './form.ts';
import { epochSeconds, idOf } from './ids.ts';
import { newCharge, newIntent, newMethod } from './objects.ts';
import { cardOf, cardOfMethod, methodForNumber, type TestCard } from './test-cards.ts';
import { emit, type World } from './world.ts';

/** Payment intents and their states, as Stripe moves them. */

const created = [
  ...[
    'amount',
    'currency',
    'automatic_payment_methods',
    'capture_method',
    'confirm',
    'confirmation_method',
    'customer',
    'description',
    'metadata',
  ],
  ...[
    'payment_method',
    'payment_method_data',
    'payment_method_types',
    'payment_method_options',
    'receipt_email',
    'return_url',
  ],
  ...[
    'setup_future_usage',
    'shipping',
    'statement_descriptor',
    'statement_descriptor_suffix',
    'transfer_group',
    'off_session',
  ],
];
const confirmed = [
  'payment_method',
  'payment_method_data',
  'return_url',
  'client_secret',
  'off_session',
  'receipt_email',
  'use_stripe_sdk',
];

export function createIntent(world: World, form: Form): Stripe.PaymentIntent {
  refuseUnknown(form, created);
  const amount = amountOf(form);
  if (amount === undefined) throw missingParameter('amount');
  const currency = textOf(form, 'currency')?.toLowerCase();
  if (currency === undefined) throw missingParameter('currency');
  const automatic = formOf(form, 'automatic_payment_methods').enabled === 'true';
  const customer = textOf(form, 'customer') ?? null;
  if (customer !== null && !world.store.get('customer', customer))
    throw missingResource('customer', customer, 'customer');
  const capture = textOf(form, 'capture_method') === 'manual' ? 'manual' : 'automatic_async';
  const intent = newIntent({
    amount,
    currency,
    customer,
    capture_method: capture,
    automatic_payment_methods: automatic ? { allow_redirects: 'always', enabled: true } : null,
    description: textOf(form, 'description') ?? null,
    receipt_email: textOf(form, 'receipt_email') ?? null,
    metadata: mergeMetadata({}, form),
  });
  attachMethod(world, intent, form);
  world.store.put('intent', intent.id, intent);
  emit(world, 'payment_intent.created', intent);
  return form.confirm === 'true' ? pay(world, intent, form) : intent;
}

export function findIntent(world: World, id: string): Stripe.PaymentIntent {
  const intent = world.store.get('intent', id);
  if (!intent) throw missingResource('payment_intent', id, 'intent');
  return intent;
}

/** The intent with `latest_charge` in full when it was asked for. */
export function expandIntent(world: World, intent: Stripe.PaymentIntent, form: Form): Stripe.PaymentIntent {
  const charge = world.store.get('charge', idOf(intent.latest_charge));
  return listOf(form, 'expand').includes('latest_charge') && charge
    ? { ...intent, latest_charge: charge }
    : intent;
}

export function updateIntent(world: World, id: string, form: Form): Stripe.PaymentIntent {
  refuseUnknown(form, created);
  const intent = { ...findIntent(world, id) };
  const amount = amountOf(form);
  const open = ['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(
    intent.status,
  );
  if ((amount !== undefined || form.payment_method !== undefined) && !open) {
    throw unexpected(
      intent,
      `This PaymentIntent could not be updated because it has a status of ${intent.status}.`,
    );
  }
  if (amount !== undefined) intent.amount = amount;
  if (form.description !== undefined) intent.description = textOf(form, 'description') ?? null;
  if (form.receipt_email !== undefined) intent.receipt_email = textOf(form, 'receipt_email') ?? null;
  intent.metadata = mergeMetadata(intent.metadata, form);
  attachMethod(world, intent, form);
  world.store.put('intent', id, intent);
  return intent;
}

export function confirmIntent(world: World, id: string, form: Form): Stripe.PaymentIntent {
  refuseUnknown(form, confirmed);
  const intent = { ...findIntent(world, id) };
  if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status)) {
    throw unexpected(
      intent,
      `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, requires_action.`,
    );
  }
  attachMethod(world, intent, form);
  return pay(world, intent, form);
}

export function cancelIntent(world: World, id: string, form: Form): Stripe.PaymentIntent {
  refuseUnknown(form, ['cancellation_reason']);
  const intent = { ...findIntent(world, id) };
  if (['succeeded', 'canceled', 'processing'].includes(intent.status)) {
    throw unexpected(
      intent,
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}.`,
    );
  }
  const reason = textOf(form, 'cancellation_reason');
  Object.assign(intent, {
    status: 'canceled',
    canceled_at: epochSeconds(),
    cancellation_reason: reason ?? null,
    next_action: null,
    amount_capturable: 0,
  });
  world.store.put('intent', id, intent);
  emit(world, 'payment_intent.canceled', intent);
  return intent;
}

export function captureIntent(world: World, id: string, form: Form): Stripe.PaymentIntent {
  refuseUnknown(form, ['amount_to_capture', 'metadata']);
  const intent = { ...findIntent(world, id) };
  if (intent.status !== 'requires_capture') {
    throw unexpected(
      intent,
      `This PaymentIntent could not be captured because it has a status of ${intent.status}.`,
    );
  }
  const amount = integerOf(form, 'amount_to_capture') ?? intent.amount_capturable;
  const charge = world.store.get('charge', idOf(intent.latest_charge));
  if (charge) {
    const captured = { ...charge, captured: true, amount_captured: amount };
    keepCaptured(world, captured);
    emit(world, 'charge.captured', captured);
  }
  Object.assign(intent, { status: 'succeeded', amount_received: amount, amount_capturable: 0 });
  world.store.put('intent', id, intent);
  emit(world, 'payment_intent.succeeded', intent);
  return intent;
}

/** What the 3-D Secure page or a processing bank ends in. */
export function finishIntent(world: World, id: string, good: boolean): Stripe.PaymentIntent {
  const intent = { ...findIntent(world, id) };
  if (intent.status !== 'requires_action' && intent.status !== 'processing') {
    throw unexpected(
      intent,
      `This PaymentIntent has a status of ${intent.status}; there is nothing to finish.`,
    );
  }
  const methodId = typeof intent.payment_method === 'string' ? intent.payment_method : '';
  const card = cardOfMethod(world, methodId);
  if (good) return succeed(world, intent, { ...card, outcome: 'succeeds' }, methodId);
  const failure = {
    code: 'payment_intent_authentication_failure',
    message: 'The provided payment method has failed authentication.',
  };
  decline(world, intent, { ...card, outcome: failure }, methodId);
  return intent;
}

function attachMethod(world: World, intent: Stripe.PaymentIntent, form: Form): void {
  const data = formOf(form, 'payment_method_data');
  const named = data.type === 'card' ? methodForNumber(data) : textOf(form, 'payment_method');
  if (named === undefined) return;
  const stored = world.store.get('method', named);
  if (stored) {
    intent.payment_method = stored.id;
  } else {
    const method = newMethod(cardOf(named));
    // The test name stays readable in metadata: it decides how the card behaves.
    method.metadata = { test_name: named };
    world.store.put('method', method.id, method);
    intent.payment_method = method.id;
  }
  if (intent.status === 'requires_payment_method') intent.status = 'requires_confirmation';
}

function pay(world: World, intent: Stripe.PaymentIntent, form: Form): Stripe.PaymentIntent {
  const methodId = typeof intent.payment_method === 'string' ? intent.payment_method : null;
  if (methodId === null) {
    throw unexpected(
      intent,
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method.",
    );
  }
  const card = cardOfMethod(world, methodId);
  if (card.outcome === 'authenticates') return askForAuthentication(world, intent, form);
  if (typeof card.outcome === 'object') {
    const charge = decline(world, intent, card, methodId);
    const { code, declineCode, message } = card.outcome;
    throw new StripeProblem(402, {
      type: 'card_error',
      code,
      ...(declineCode !== undefined && { decline_code: declineCode }),
      message,
      charge: charge.id,
      payment_intent: intent,
      payment_method: world.store.get('method', methodId),
    });
  }
  if (world.takeProcessing()) {
    Object.assign(intent, { status: 'processing', next_action: null, last_payment_error: null });
    world.store.put('intent', intent.id, intent);
    emit(world, 'payment_intent.processing', intent);
    return intent;
  }
  return succeed(world, intent, card, methodId);
}

function succeed(
  world: World,
  intent: Stripe.PaymentIntent,
  card: TestCard,
  methodId: string,
): Stripe.PaymentIntent {
  const charge = newCharge(intent, card, methodId);
  const manual = intent.capture_method === 'manual';
  Object.assign(intent, {
    status: manual ? 'requires_capture' : 'succeeded',
    amount_received: manual ? 0 : intent.amount,
    amount_capturable: manual ? intent.amount : 0,
    latest_charge: charge.id,
    last_payment_error: null,
    next_action: null,
  });
  if (manual) world.store.put('charge', charge.id, charge);
  else keepCaptured(world, charge);
  world.store.put('intent', intent.id, intent);
  emit(world, 'charge.succeeded', charge);
  emit(world, manual ? 'payment_intent.amount_capturable_updated' : 'payment_intent.succeeded', intent);
  const { afterwards } = card;
  if (!manual && (afterwards === 'dispute' || afterwards === 'inquiry'))
    openDispute(world, { charge: charge.id, inquiry: String(afterwards === 'inquiry') });
  return intent;
}

/** Keeps a captured charge with the balance transaction that it is from now on known by. */
function keepCaptured(world: World, charge: Stripe.Charge): void {
  charge.balance_transaction = bookCharge(world, charge).id;
  world.store.put('charge', charge.id, charge);
}

function decline(
  world: World,
  intent: Stripe.PaymentIntent,
  card: TestCard,
  methodId: string,
): Stripe.Charge {
  const charge = newCharge(intent, card, methodId);
  const failure =
    typeof card.outcome === 'object'
      ? card.outcome
      : { code: 'card_declined', message: 'Your card was declined.' };
  Object.assign(intent, {
    status: 'requires_payment_method',
    latest_charge: charge.id,
    payment_method: null,
    next_action: null,
    last_payment_error: {
      type: failure.code === 'payment_intent_authentication_failure' ? 'invalid_request_error' : 'card_error',
      charge: charge.id,
      code: failure.code,
      ...('declineCode' in failure &&
        failure.declineCode !== undefined && { decline_code: failure.declineCode }),
      message: failure.message,
      payment_method: world.store.get('method', methodId),
    },
  });
  world.store.put('charge', charge.id, charge);
  world.store.put('intent', intent.id, intent);
  emit(world, 'charge.failed', charge);
  emit(world, 'payment_intent.payment_failed', intent);
  return charge;
}

function askForAuthentication(world: World, intent: Stripe.PaymentIntent, form: Form): Stripe.PaymentIntent {
  const page = `${world.baseUrl()}/3ds/${intent.id}?client_secret=${intent.client_secret}`;
  const back = textOf(form, 'return_url');
  intent.status = 'requires_action';
  intent.next_action =
    back === undefined
      ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: page } }
      : {
          type: 'redirect_to_url',
          redirect_to_url: { return_url: back, url: `${page}&return_url=${encodeURIComponent(back)}` },
        };
  world.store.put('intent', intent.id, intent);
  emit(world, 'payment_intent.requires_action', intent);
  return intent;
}

function amountOf(form: Form): number | undefined {
  const amount = integerOf(form, 'amount');
  if (amount === undefined) return undefined;
  const problem = (code: string, message: string) =>
    new StripeProblem(400, { code, param: 'amount', message });
  if (amount < 1)
    throw problem('parameter_invalid_integer', 'This value must be greater than or equal to 1.');
  if (amount < 50) throw problem('amount_too_small', 'Amount must be at least $0.50 usd');
  if (amount > 99_999_999) throw problem('amount_too_large', 'Amount must be no more than $999,999.99');
  return amount;
}

function unexpected(intent: Stripe.PaymentIntent, message: string): StripeProblem {
  return new StripeProblem(400, { code: 'payment_intent_unexpected_state', message, payment_intent: intent });
}
