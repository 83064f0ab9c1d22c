import { missingResource, StripeProblem } from './errors.ts';
import { type Form, formOf, textOf } from './form.ts';
import type { Store } from './store.ts';

/** How a test card behaves: it pays, is declined for a reason, or asks for 3-D Secure first. */
export interface TestCard {
  readonly brand: string;
  readonly last4: string;
  readonly outcome: 'succeeds' | 'authenticates' | Decline;
  /** What its bank does once it has paid: disputes at once, or sees to a refund later. */
  readonly afterwards?: 'dispute' | 'inquiry' | 'pendingRefund' | 'refundFail';
}

export interface Decline {
  readonly code: string;
  readonly declineCode?: string;
  readonly message: string;
}

const declined = (declineCode: string, message = 'Your card was declined.'): Decline => ({
  code: 'card_declined',
  declineCode,
  message,
});

const declines: Readonly<Record<string, readonly [last4: string, decline: Decline]>> = {
  '': ['0002', declined('generic_decline')],
  InsufficientFunds: ['9995', declined('insufficient_funds', 'Your card has insufficient funds.')],
  LostCard: ['9987', declined('lost_card')],
  StolenCard: ['9979', declined('stolen_card')],
  VelocityLimitExceeded: ['6975', declined('card_velocity_exceeded')],
  Fraudulent: ['0019', declined('fraudulent')],
  ExpiredCard: ['0069', { code: 'expired_card', message: 'Your card has expired.' }],
  IncorrectCvc: ['0127', { code: 'incorrect_cvc', message: "Your card's security code is incorrect." }],
  ProcessingError: [
    '0119',
    { code: 'processing_error', message: 'An error occurred while processing your card.' },
  ],
};

const paying: Readonly<Record<string, readonly [brand: string, last4: string]>> = {
  pm_card_visa: ['visa', '4242'],
  pm_card_visa_debit: ['visa', '5556'],
  pm_card_mastercard: ['mastercard', '4444'],
  pm_card_amex: ['amex', '8431'],
  pm_card_discover: ['discover', '9424'],
  pm_card_us: ['visa', '4242'],
  pm_card_bypassPending: ['visa', '0077'],
};

const troubling: Readonly<
  Record<string, readonly [last4: string, afterwards: NonNullable<TestCard['afterwards']>]>
> = {
  pm_card_createDispute: ['0259', 'dispute'],
  pm_card_createDisputeInquiry: ['1976', 'inquiry'],
  pm_card_pendingRefund: ['7726', 'pendingRefund'],
  pm_card_refundFail: ['5126', 'refundFail'],
};

const authenticating: Readonly<Record<string, string>> = {
  pm_card_authenticationRequired: '3184',
  pm_card_authenticationRequiredOnSetup: '3155',
  pm_card_threeDSecure2Required: '3220',
  pm_card_threeDSecureRequired: '3063',
};

/** The card behind a test payment method's name. Throws `resource_missing` for any other. */
export function cardOf(name: string): TestCard {
  const pays = paying[name];
  if (pays) return { brand: pays[0], last4: pays[1], outcome: 'succeeds' };
  const troubles = troubling[name];
  if (troubles) return { brand: 'visa', last4: troubles[0], outcome: 'succeeds', afterwards: troubles[1] };
  const asks = authenticating[name];
  if (asks) return { brand: 'visa', last4: asks, outcome: 'authenticates' };
  const match = /^pm_card_(?:visa_)?chargeDeclined(\w*)$/.exec(name);
  const decline = match && declines[match[1] ?? ''];
  if (!decline) throw missingResource('PaymentMethod', name, 'payment_method');
  return { brand: 'visa', last4: decline[0], outcome: decline[1] };
}

/** The card of a stored payment method: its metadata holds the test name. */
export function cardOfMethod({ store }: { readonly store: Store }, methodId: string): TestCard {
  return cardOf(store.get('method', methodId)?.metadata?.test_name ?? 'pm_card_visa');
}

/** The test payment method that a typed card number stands for. */
export function methodForNumber(data: Form): string {
  const number = (textOf(formOf(data, 'card'), 'number') ?? '').replace(/\s/g, '');
  const last4 = number.slice(-4);
  for (const [name, [, end]] of Object.entries(paying)) if (number.length >= 15 && end === last4) return name;
  for (const [name, [end]] of Object.entries(troubling)) if (end === last4) return name;
  for (const [name, end] of Object.entries(authenticating)) if (end === last4) return name;
  for (const [name, [end]] of Object.entries(declines))
    if (end === last4) return `pm_card_chargeDeclined${name}`;
  throw new StripeProblem(402, {
    type: 'card_error',
    code: 'incorrect_number',
    param: 'number',
    message: 'Your card number is incorrect.',
  });
}
