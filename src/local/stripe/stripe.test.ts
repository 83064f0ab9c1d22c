import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../../test/support/bookings.ts';
import { standInBench } from '../../../test/support/stripe-stand-in.ts';
import { noFaults } from './faults.ts';

const bench = standInBench();
const { client, types, settled, create, paid, refusal } = bench;

describe('payment intents', () => {
  it('are created, read, changed, confirmed and listed', async () => {
    const intent = await create({ metadata: { booking_id: 'b1' } });
    expect(intent).toMatchObject({
      status: 'requires_payment_method',
      amount: 99_500,
      metadata: { booking_id: 'b1' },
    });
    const changed = await client().paymentIntents.update(intent.id, { metadata: { note: 'x' } });
    expect(changed.metadata).toEqual({ booking_id: 'b1', note: 'x' });
    const confirmed = await client().paymentIntents.confirm(intent.id, {
      payment_method: 'pm_card_visa',
      return_url: 'http://localhost/',
    });
    expect(confirmed).toMatchObject({ status: 'succeeded', amount_received: 99_500 });
    expect(await client().paymentIntents.retrieve(intent.id)).toMatchObject({ status: 'succeeded' });
    const listed = [];
    for await (const each of client().paymentIntents.list({ limit: 2 })) listed.push(each.id);
    expect(listed[0]).toBe(intent.id);
    expect(new Set(listed).size).toBe(listed.length);
  });

  it('are cancelled until they have succeeded', async () => {
    const open = await create();
    expect(await client().paymentIntents.cancel(open.id)).toMatchObject({ status: 'canceled' });
    const done = await paid();
    const error = await refusal(client().paymentIntents.cancel(done.id));
    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    expect(error.payment_intent?.status).toBe('succeeded');
  });

  it.each([
    ['pm_card_visa_chargeDeclined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', undefined],
  ])('are declined for %s', async (method, declineCode) => {
    const intent = await create();
    const error = await refusal(
      client().paymentIntents.confirm(intent.id, { payment_method: method, return_url: 'http://localhost/' }),
    );
    expect(error).toBeInstanceOf(Stripe.errors.StripeCardError);
    expect(error).toMatchObject({ statusCode: 402, ...(declineCode && { decline_code: declineCode }) });
    expect(await client().paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'requires_payment_method',
    });
    const { data } = await client().charges.list({ payment_intent: intent.id });
    expect(data).toMatchObject([{ status: 'failed' }]);
    await eventually(async () => expect(types()).toContain('payment_intent.payment_failed'));
  });

  it('ask for 3-D Secure on a page, which the customer passes or fails', async () => {
    for (const [result, status] of [
      ['complete', 'succeeded'],
      ['fail', 'requires_payment_method'],
    ]) {
      const intent = await paid({ payment_method: 'pm_card_authenticationRequired' });
      expect(intent.status).toBe('requires_action');
      const url = intent.next_action?.redirect_to_url?.url ?? '';
      expect(await (await fetch(url)).text()).toMatch(/<form/);
      const back = await fetch(url, {
        method: 'POST',
        body: new URLSearchParams({ result: String(result), return_url: 'http://localhost/back' }),
        redirect: 'manual',
      });
      expect(back.headers.get('location')).toContain('http://localhost/back');
      expect(await client().paymentIntents.retrieve(intent.id)).toMatchObject({ status });
    }
  });

  it('open to a browser with the publishable key and the client secret only', async () => {
    const intent = await create();
    const ask = (key: string, secret: string | null) =>
      fetch(`${bench.standIn.baseUrl}/v1/payment_intents/${intent.id}?client_secret=${secret}`, {
        headers: { authorization: `Bearer ${key}` },
      });
    expect((await ask('pk_test_local', intent.client_secret)).status).toBe(200);
    expect((await ask('pk_test_local', 'wrong')).status).toBe(401);
    expect((await ask('nonsense', intent.client_secret)).status).toBe(401);
    const listing = await fetch(`${bench.standIn.baseUrl}/v1/payment_intents`, {
      headers: { authorization: 'Bearer pk_test_local' },
    });
    expect(listing.status).toBe(401);
  });

  it('are refused as Stripe refuses them', async () => {
    expect(await refusal(create({ amount: 10 }))).toMatchObject({
      statusCode: 400,
      code: 'amount_too_small',
      param: 'amount',
    });
    expect(await refusal(create({ currency: undefined as never }))).toMatchObject({
      statusCode: 400,
      code: 'parameter_missing',
      param: 'currency',
    });
    expect(await refusal(create({ colour: 'red' } as never))).toMatchObject({
      statusCode: 400,
      code: 'parameter_unknown',
      param: 'colour',
    });
    expect(await refusal(client().paymentIntents.retrieve('pi_none'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
  });
});

describe('idempotency', () => {
  it('gives the same intent for the same key, and refuses another body', async () => {
    const first = await create({}, 'one');
    expect((await create({}, 'one')).id).toBe(first.id);
    const error = await refusal(create({ amount: 1_000 }, 'one'));
    expect(error).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
    expect(error.statusCode).toBe(400);
  });

  it('answers 409 while the first is under way', async () => {
    bench.standIn.faults.delayMs = 200;
    const [first, second] = await Promise.allSettled([create({}, 'slow'), create({}, 'slow')]);
    const failed = [first, second].find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(failed.reason).toMatchObject({ statusCode: 409 });
    expect([first.status, second.status].toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('webhooks', () => {
  it('are signed, and sent again until they are taken', async () => {
    bench.answers = [500, 500];
    await create();
    await eventually(async () => expect(types()).toEqual(Array(3).fill('payment_intent.created')));
    expect(new Set(bench.received.map(({ id }) => id)).size).toBe(1);
  });

  it('come twice, late, or not at all on demand', async () => {
    bench.standIn.faults.duplicate = 1;
    await create();
    await eventually(async () => expect(types()).toHaveLength(2));
    Object.assign(bench.standIn.faults, noFaults(), { dropWebhooks: 1 });
    await create();
    await settled();
    expect(types()).toHaveLength(2);
  });

  it('come newest first on demand', async () => {
    bench.standIn.faults.reorder = true;
    await paid();
    await eventually(async () => expect(types()).toHaveLength(3));
    expect(new Set(types())).toEqual(
      new Set(['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded']),
    );
  });
});

describe('faults', () => {
  it('fail before the work, or after it', async () => {
    bench.standIn.faults.error500 = 1;
    expect(await refusal(create({}, 'f1'))).toMatchObject({ statusCode: 500 });
    bench.standIn.faults.timeoutAfterWork = 1;
    // The SDK asks again by itself, under its key, and hears of the work that was done.
    const intent = await create({ metadata: { mark: 'f2' } }, 'f2');
    const { data } = await client().paymentIntents.list({ limit: 5 });
    expect(data.filter(({ metadata }) => metadata.mark === 'f2').map(({ id }) => id)).toEqual([intent.id]);
  });
});

describe('its state', () => {
  it('survives a restart, on the same port, with the webhooks that were owed', async () => {
    const intent = await paid({ metadata: { kept: 'yes' } });
    const key = await create({}, 'kept');
    bench.answers = Array(50).fill(500);
    await create();
    const { port } = bench.standIn;
    await bench.restart();
    expect(bench.standIn.port).toBe(port);
    expect(await client().paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'succeeded',
      metadata: { kept: 'yes' },
    });
    expect((await create({}, 'kept')).id).toBe(key.id);
    await eventually(async () => expect(types()).toContain('payment_intent.created'));
  });
});
