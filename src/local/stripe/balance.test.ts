import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { standInBench } from '../../../test/support/stripe-stand-in.ts';

const bench = standInBench();
const { client, create, paid, refusal, simulate } = bench;

const all = async (filter: Stripe.BalanceTransactionListParams = {}) => {
  const rows: Stripe.BalanceTransaction[] = [];
  for await (const row of client().balanceTransactions.list({ ...filter, limit: 2 })) rows.push(row);
  return rows;
};

describe('balance transactions', () => {
  it('tell of each movement, and sum up to what is left', async () => {
    const before = (await all()).length;
    const intent = await paid();
    const charge = await client().charges.retrieve(intent.latest_charge as string);
    const kept = await client().refunds.create({ payment_intent: intent.id, amount: 9_500 });
    const back = await client().refunds.create({ payment_intent: intent.id, amount: 500 });
    await simulate(`refunds/${back.id}/fail`);
    const dispute = await simulate<Stripe.Dispute>('disputes', { payment_intent: intent.id, amount: 20_000 });
    const won = await simulate<Stripe.Dispute>(`disputes/${dispute.id}/win`);
    const rows = (await all()).slice(0, -before || undefined).toReversed();
    expect(rows.map(({ type, amount, fee, net, source }) => [type, amount, fee, net, source])).toEqual([
      ['charge', 99_500, 2_916, 96_584, charge.id],
      ['refund', -9_500, 0, -9_500, kept.id],
      ['refund', -500, 0, -500, back.id],
      ['refund_failure', 500, 0, 500, back.id],
      ['adjustment', -20_000, 1_500, -21_500, dispute.id],
      ['adjustment', 20_000, -1_500, 21_500, dispute.id],
    ]);
    expect([charge.balance_transaction, kept.balance_transaction, back.balance_transaction]).toEqual(
      rows.slice(0, 3).map(({ id }) => id),
    );
    expect(won.balance_transactions).toEqual(rows.slice(4));
  });

  it('are listed by kind, cause and time, and read by their id', async () => {
    const intent = await paid();
    const { id } = await client().refunds.create({ payment_intent: intent.id, amount: 9_500 });
    const [row] = await all({ source: id });
    expect(await client().balanceTransactions.retrieve(row?.id ?? '')).toEqual(
      expect.objectContaining({ type: 'refund', source: id }),
    );
    expect((await all({ type: 'refund' })).every(({ type }) => type === 'refund')).toBe(true);
    expect(await all({ created: { gt: row?.created ?? 0 }, source: id })).toEqual([]);
    expect(await refusal(client().balanceTransactions.retrieve('txn_none'))).toMatchObject({
      code: 'resource_missing',
    });
  });

  it('begin when a charge is captured', async () => {
    const intent = await create({
      capture_method: 'manual',
      confirm: true,
      payment_method: 'pm_card_visa',
      return_url: 'http://localhost/',
    });
    const charge = () => client().charges.retrieve(intent.latest_charge as string);
    expect((await charge()).balance_transaction).toBeNull();
    await client().paymentIntents.capture(intent.id, { amount_to_capture: 50_000 });
    const { balance_transaction: id } = await charge();
    expect(await client().balanceTransactions.retrieve(id as string)).toMatchObject({ amount: 50_000 });
  });

  it('survive a restart', async () => {
    const before = await all();
    await bench.restart();
    expect(await all()).toEqual(before);
  });
});
