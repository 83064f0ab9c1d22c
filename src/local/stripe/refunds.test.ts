import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../../test/support/bookings.ts';
import { standInBench } from '../../../test/support/stripe-stand-in.ts';

const bench = standInBench();
const { client, types, paid, refusal, simulate } = bench;

describe('refunds', () => {
  it('give back in part, then the rest, and never more', async () => {
    const intent = await paid();
    expect(await client().refunds.create({ payment_intent: intent.id, amount: 9_500 })).toMatchObject({
      amount: 9_500,
      status: 'succeeded',
    });
    expect(await client().refunds.create({ payment_intent: intent.id })).toMatchObject({ amount: 90_000 });
    const error = await refusal(client().refunds.create({ payment_intent: intent.id }));
    expect(error).toMatchObject({ statusCode: 400, code: 'charge_already_refunded' });
    const { data } = await client().refunds.list({ payment_intent: intent.id });
    expect(data.map(({ amount }) => amount)).toEqual([90_000, 9_500]);
    expect(await client().charges.retrieve(intent.latest_charge as string)).toMatchObject({
      amount_refunded: 99_500,
      refunded: true,
    });
  });

  it('come back after they had succeeded, and the charge has its money again', async () => {
    const intent = await paid();
    const { id } = await client().refunds.create({ payment_intent: intent.id, amount: 9_500 });
    await simulate(`refunds/${id}/fail`);
    const failed = await client().refunds.retrieve(id);
    expect(failed).toMatchObject({ status: 'failed', failure_reason: 'lost_or_stolen_card' });
    expect(await client().charges.retrieve(intent.latest_charge as string)).toMatchObject({
      amount_refunded: 0,
      refunded: false,
    });
    expect(
      await client().balanceTransactions.retrieve(failed.failure_balance_transaction as string),
    ).toMatchObject({ type: 'refund_failure', amount: 9_500, source: id });
    await eventually(async () =>
      expect(types()).toEqual(
        expect.arrayContaining(['refund.failed', 'refund.updated', 'charge.refund.updated']),
      ),
    );
    await expect(simulate(`refunds/${id}/fail`)).rejects.toThrow(/failed/);
    expect(await client().refunds.create({ payment_intent: intent.id })).toMatchObject({ amount: 99_500 });
  });

  it.each([
    ['pm_card_refundFail', 'succeeded', 'failed'],
    ['pm_card_pendingRefund', 'pending', 'succeeded'],
  ])('of %s are %s at first and %s later, also over a restart', async (card, first, later) => {
    const intent = await paid({ payment_method: card });
    const refund = await client().refunds.create({ payment_intent: intent.id });
    expect(refund.status).toBe(first);
    await bench.restart();
    await eventually(async () =>
      expect(await client().refunds.retrieve(refund.id)).toMatchObject({ status: later }),
    );
    await eventually(async () => expect(types()).toContain('refund.updated'));
  });

  it('made in the dashboard name nobody', async () => {
    const intent = await paid({ metadata: { booking_id: 'b1' } });
    const refund = await simulate<Stripe.Refund>('refunds', { payment_intent: intent.id, amount: 500 });
    expect(refund).toMatchObject({ amount: 500, status: 'succeeded', metadata: {} });
  });
});
