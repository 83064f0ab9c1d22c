import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { stripeValidators } from '../../../test/support/stripe-schema.ts';
import { standInBench } from '../../../test/support/stripe-stand-in.ts';
import { STRIPE_API_VERSION } from '../../resources/payments/stripe/client.ts';

const bench = standInBench();
const { client, create, paid, refusal } = bench;

/** What Stripe's CLI triggers here is in `test/journeys/stripe-triggers.test.ts`. */
describe('against the real thing', () => {
  it('its objects have exactly the fields of the SDK’s types', async () => {
    const validators = stripeValidators([
      'PaymentIntent',
      'Charge',
      'Refund',
      'Dispute',
      'BalanceTransaction',
    ]);
    const plain = (value: object) => JSON.parse(JSON.stringify(value));
    const expectValid = (name: keyof typeof validators, value: object): void => {
      const validate = validators[name];
      expect(validate(plain(value)), `${name}: ${JSON.stringify(validate.errors)}`).toBe(true);
    };
    const open = await create();
    const declined = await refusal(
      client().paymentIntents.confirm(open.id, {
        payment_method: 'pm_card_visa_chargeDeclined',
        return_url: 'http://localhost/',
      }),
    );
    expectValid('PaymentIntent', open);
    expectValid('PaymentIntent', declined.payment_intent ?? {});
    expectValid('PaymentIntent', await paid({ payment_method: 'pm_card_authenticationRequired' }));
    const done = await paid();
    expectValid('PaymentIntent', done);
    expectValid('PaymentIntent', await client().paymentIntents.cancel((await create()).id));
    expectValid('Charge', await client().charges.retrieve(done.latest_charge as string));
    expectValid('Refund', await client().refunds.create({ payment_intent: done.id, amount: 100 }));
    const dispute = await bench.simulate<Stripe.Dispute>('disputes', { payment_intent: done.id });
    expectValid('Dispute', dispute);
    const won = await bench.simulate<Stripe.Dispute>(`disputes/${dispute.id}/win`);
    expectValid('Dispute', won);
    for (const { id } of won.balance_transactions)
      expectValid('BalanceTransaction', await client().balanceTransactions.retrieve(id));
    const events = await client().events.list({ limit: 10 });
    const { data: _, ...frame } = events.data[0] ?? ({} as Stripe.Event);
    expect(frame).toMatchObject({ object: 'event', api_version: STRIPE_API_VERSION, livemode: false });
    // The validators do judge.
    expect(validators.PaymentIntent({ ...plain(done), colour: 'red' })).toBe(false);
    expect(validators.PaymentIntent({ ...plain(done), status: 'lost' })).toBe(false);
  });
});
