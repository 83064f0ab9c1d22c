import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../../test/support/bookings.ts';
import { standInBench } from '../../../test/support/stripe-stand-in.ts';

const bench = standInBench();
const { client, types, paid, refusal, simulate } = bench;

const disputed = async (more: object = {}) => {
  const intent = await paid();
  const dispute = await simulate<Stripe.Dispute>('disputes', { payment_intent: intent.id, ...more });
  return { intent, dispute, chargeId: intent.latest_charge as string };
};

describe('a dispute', () => {
  it('takes the money at once, and a win gives it back', async () => {
    const { intent, dispute, chargeId } = await disputed();
    expect(dispute).toMatchObject({
      amount: 99_500,
      charge: chargeId,
      payment_intent: intent.id,
      status: 'needs_response',
      reason: 'fraudulent',
      is_charge_refundable: false,
      balance_transactions: [{ type: 'adjustment', amount: -99_500, fee: 1_500, net: -101_000 }],
    });
    expect(await client().charges.retrieve(chargeId)).toMatchObject({ disputed: true });
    await simulate(`disputes/${dispute.id}/win`);
    expect(await client().disputes.retrieve(dispute.id)).toMatchObject({
      status: 'won',
      balance_transactions: [{ net: -101_000 }, { amount: 99_500, fee: -1_500, net: 101_000 }],
    });
    await eventually(async () =>
      expect(new Set(types().filter((type) => type.includes('dispute')))).toEqual(
        new Set([
          'charge.dispute.created',
          'charge.dispute.funds_withdrawn',
          'charge.dispute.closed',
          'charge.dispute.funds_reinstated',
        ]),
      ),
    );
  });

  it('that is lost keeps the money, and is decided once', async () => {
    const { dispute } = await disputed();
    await simulate(`disputes/${dispute.id}/lose`);
    expect(await client().disputes.retrieve(dispute.id)).toMatchObject({ status: 'lost' });
    await expect(simulate(`disputes/${dispute.id}/win`)).rejects.toThrow(/already closed/);
    expect(await refusal(client().disputes.close(dispute.id))).toMatchObject({ statusCode: 400 });
    await eventually(async () => expect(types()).toContain('charge.dispute.closed'));
    expect(types()).not.toContain('charge.dispute.funds_reinstated');
  });

  it('is fought with evidence, or accepted', async () => {
    const { dispute } = await disputed();
    const staged = await client().disputes.update(dispute.id, {
      evidence: { product_description: 'Two vans' },
      submit: false,
    });
    expect(staged).toMatchObject({ status: 'needs_response', evidence_details: { has_evidence: true } });
    const sent = await client().disputes.update(dispute.id, { evidence: { customer_name: 'Ada' } });
    expect(sent).toMatchObject({
      status: 'under_review',
      evidence: { product_description: 'Two vans', customer_name: 'Ada' },
      evidence_details: { submission_count: 1, submission_method: 'manual' },
    });
    const won = await client().disputes.update(dispute.id, {
      evidence: { uncategorized_text: 'winning_evidence' },
    });
    expect(won.status).toBe('won');
    expect(await refusal(client().disputes.update(dispute.id, { evidence: { receipt: 'x' } }))).toMatchObject(
      { statusCode: 400 },
    );
    const { dispute: other } = await disputed();
    expect(await client().disputes.close(other.id)).toMatchObject({ status: 'lost' });
  });

  it('may be of a part, and several until the charge is disputed whole', async () => {
    const { intent } = await disputed({ amount: 40_000, reason: 'product_not_received' });
    const second = await simulate<Stripe.Dispute>('disputes', { payment_intent: intent.id });
    expect(second.amount).toBe(59_500);
    await expect(simulate('disputes', { payment_intent: intent.id, amount: 1 })).rejects.toThrow(/disputed/);
  });

  it('keeps the charge from being refunded while it is open and when it is lost', async () => {
    const { intent, dispute } = await disputed({ amount: 10_000 });
    const refund = () => client().refunds.create({ payment_intent: intent.id, amount: 100 });
    expect(await refusal(refund())).toMatchObject({ statusCode: 400, code: 'charge_disputed' });
    await simulate(`disputes/${dispute.id}/win`);
    expect(await refund()).toMatchObject({ status: 'succeeded' });
    const second = await simulate<Stripe.Dispute>('disputes', { payment_intent: intent.id });
    expect(second.amount).toBe(99_400);
    await simulate(`disputes/${second.id}/lose`);
    expect(await refusal(refund())).toMatchObject({ code: 'charge_disputed' });
  });

  it('comes by itself with the test card for it', async () => {
    const intent = await paid({ payment_method: 'pm_card_createDispute' });
    expect(intent.status).toBe('succeeded');
    const { data } = await client().disputes.list({ payment_intent: intent.id });
    expect(data).toMatchObject([{ amount: 99_500, status: 'needs_response' }]);
  });

  it('that only asks moves no money until it escalates', async () => {
    const ask = async () => {
      const intent = await paid({ payment_method: 'pm_card_createDisputeInquiry' });
      const { data } = await client().disputes.list({ payment_intent: intent.id });
      return { intent, inquiry: data[0] as Stripe.Dispute };
    };
    const { intent, inquiry } = await ask();
    expect(inquiry).toMatchObject({ status: 'warning_needs_response', balance_transactions: [] });
    expect(await client().refunds.create({ payment_intent: intent.id, amount: 100 })).toMatchObject({
      amount: 100,
    });
    expect(await client().disputes.close(inquiry.id)).toMatchObject({ status: 'warning_closed' });
    const { inquiry: other } = await ask();
    const escalated = await client().disputes.update(other.id, {
      evidence: { uncategorized_text: 'escalate_inquiry_evidence' },
    });
    expect(escalated).toMatchObject({
      status: 'needs_response',
      balance_transactions: [{ amount: -99_500 }],
    });
  });

  it('is listed by charge, intent and time, page after page', async () => {
    const { dispute, chargeId } = await disputed({ amount: 10_000 });
    const next = await simulate<Stripe.Dispute>('disputes', { charge: chargeId, amount: 20_000 });
    const ids = [];
    for await (const { id } of client().disputes.list({ charge: chargeId, limit: 1 })) ids.push(id);
    expect(ids).toEqual([next.id, dispute.id]);
    const after = async (gte: number) =>
      (await client().disputes.list({ created: { gte }, charge: chargeId })).data.length;
    expect(await after(dispute.created)).toBe(2);
    expect(await after(next.created + 1)).toBe(0);
    expect(await refusal(client().disputes.retrieve('du_none'))).toMatchObject({ code: 'resource_missing' });
  });

  it('is opened and decided by the buttons of the landing page', async () => {
    const intent = await paid();
    const landing = async () => (await fetch(bench.standIn.baseUrl)).text();
    const press = (path: string, body = '') =>
      fetch(`${bench.standIn.baseUrl}/_simulate/disputes${path}`, {
        method: 'POST',
        headers: { accept: 'text/html' },
        body: new URLSearchParams(body),
        redirect: 'manual',
      });
    expect(await landing()).toContain(`name="payment_intent" value="${intent.id}"`);
    const back = await press('', `payment_intent=${intent.id}`);
    expect([back.status, back.headers.get('location')]).toEqual([303, '/']);
    const [dispute] = (await client().disputes.list({ payment_intent: intent.id })).data;
    expect(await landing()).toContain(`/_simulate/disputes/${dispute?.id}/win`);
    await press(`/${dispute?.id}/win`);
    expect(await landing()).not.toContain(`/_simulate/disputes/${dispute?.id}/win`);
  });

  it('survives a restart', async () => {
    const { dispute } = await disputed();
    await bench.restart();
    expect(await client().disputes.retrieve(dispute.id)).toMatchObject({
      amount: 99_500,
      status: 'needs_response',
    });
  });
});
