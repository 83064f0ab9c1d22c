import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { standInBench } from '../../../test/support/stripe-stand-in.ts';

const { client, paid, refusal, simulate } = standInBench();

describe('events', () => {
  it('are paged both ways, by kind and by time, without a gap', async () => {
    const intent = await paid();
    for (let count = 0; count < 5; count += 1)
      await client().refunds.create({ payment_intent: intent.id, amount: 100 });
    const ids: string[] = [];
    for await (const { id } of client().events.list({ type: 'refund.created', limit: 2 })) ids.push(id);
    expect(ids).toHaveLength(5);
    const { data, has_more } = await client().events.list({
      type: 'refund.created',
      ending_before: ids[4] ?? '',
      limit: 3,
    });
    expect(data.map(({ id }) => id)).toEqual(ids.slice(1, 4));
    expect(has_more).toBe(true);
    const event = await client().events.retrieve(ids[0] ?? '');
    expect(event).toMatchObject({ type: 'refund.created', data: { object: { amount: 100 } } });
    const later = await client().events.list({ created: { gt: event.created } });
    expect(later.data).toEqual([]);
    const several = await client().events.list({ types: ['refund.created', 'charge.refunded'], limit: 100 });
    expect(several.data).toHaveLength(10);
  });

  it('do not begin anew after an event that there never was', async () => {
    expect(await refusal(client().events.list({ starting_after: 'evt_none' }))).toMatchObject({
      code: 'resource_missing',
      param: 'starting_after',
    });
  });

  it('tell of an invoice that is not ours, too', async () => {
    const invoice = await simulate<Stripe.PaymentIntent>('payment_intents', { amount: 30_000 });
    expect(invoice).toMatchObject({ status: 'succeeded', amount: 30_000, metadata: {} });
    const { data } = await client().events.list({ type: 'payment_intent.succeeded' });
    expect(data[0]?.data.object).toMatchObject({ id: invoice.id });
  });
});
