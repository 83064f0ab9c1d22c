/** Stripe's reasons of a dispute, for people. */
export const disputeReasons = {
  bank_cannot_process: 'The bank cannot process it',
  check_returned: 'The check was returned',
  credit_not_processed: 'A promised refund did not come',
  customer_initiated: 'The customer asked for it',
  debit_not_authorized: 'The debit was not authorized',
  duplicate: 'Charged twice',
  fraudulent: 'The cardholder did not make the payment',
  general: 'No reason given',
  incorrect_account_details: 'Wrong account',
  insufficient_funds: 'Not enough money in the account',
  noncompliant: 'Against the rules of the card network',
  product_not_received: 'The service was not delivered',
  product_unacceptable: 'The service was not as agreed',
  subscription_canceled: 'Charged after cancelling',
  unrecognized: 'The cardholder does not recognize it',
} as const;

export type DisputeReason = keyof typeof disputeReasons;

/** A reason that Stripe has added since is none for us. */
export function disputeReasonOf(word: string): DisputeReason {
  return Object.hasOwn(disputeReasons, word) ? (word as DisputeReason) : 'general';
}
