import type Stripe from 'stripe';
import { idOf } from './ids.ts';
import { newTransaction } from './objects.ts';
import type { World } from './world.ts';

/** What moves our balance at Stripe: each movement is one balance transaction, named by the object that caused it. */

const DISPUTE_FEE = 1_500;

export function bookCharge(world: World, charge: Stripe.Charge): Stripe.BalanceTransaction {
  return book(world, charge.id, {
    type: 'charge',
    reporting_category: 'charge',
    amount: charge.amount_captured,
    currency: charge.currency,
    description: charge.description,
    fee: processingFee(charge.amount_captured),
    fee_details: [feeOf(charge.currency, processingFee(charge.amount_captured), 'Stripe processing fees')],
  });
}

export function bookRefund(
  world: World,
  { id, amount, currency, charge }: Stripe.Refund,
): Stripe.BalanceTransaction {
  return book(world, id, {
    type: 'refund',
    reporting_category: 'refund',
    amount: -amount,
    currency,
    description: `REFUND FOR CHARGE (${idOf(charge)})`,
  });
}

export function bookRefundFailure(
  world: World,
  { id, amount, currency, charge }: Stripe.Refund,
): Stripe.BalanceTransaction {
  return book(world, id, {
    type: 'refund_failure',
    reporting_category: 'refund_failure',
    amount,
    currency,
    description: `REFUND FAILURE FOR CHARGE (${idOf(charge)})`,
  });
}

/** The bank takes the money back, and Stripe its fee. */
export function bookWithdrawal(
  world: World,
  { id, amount, currency, charge }: Stripe.Dispute,
): Stripe.BalanceTransaction {
  return book(world, id, {
    type: 'adjustment',
    reporting_category: 'dispute',
    amount: -amount,
    currency,
    description: `Chargeback withdrawal for ${idOf(charge)}`,
    fee: DISPUTE_FEE,
    fee_details: [feeOf(currency, DISPUTE_FEE, 'Dispute fee')],
  });
}

/** A dispute that was won gives both back. */
export function bookReversal(
  world: World,
  { id, amount, currency, charge }: Stripe.Dispute,
): Stripe.BalanceTransaction {
  return book(world, id, {
    type: 'adjustment',
    reporting_category: 'dispute_reversal',
    amount,
    currency,
    description: `Chargeback reversal for ${idOf(charge)}`,
    fee: -DISPUTE_FEE,
    fee_details: [feeOf(currency, -DISPUTE_FEE, 'Dispute fee refund')],
  });
}

function book(
  world: World,
  source: string,
  fields: Omit<Parameters<typeof newTransaction>[0], 'source'>,
): Stripe.BalanceTransaction {
  const transaction = newTransaction({ ...fields, source });
  world.store.put('transaction', transaction.id, transaction);
  return transaction;
}

/** 2.9 % to the nearest cent, and 30 cents. */
function processingFee(amount: number): number {
  return Math.floor((amount * 29 + 500) / 1_000) + 30;
}

function feeOf(currency: string, amount: number, description: string): Stripe.BalanceTransaction.FeeDetail {
  return { amount, application: null, currency, description, type: 'stripe_fee' };
}
