import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Logger } from '../../src/logger.ts';
import { select } from '../../src/resources/_kit/sql.ts';
import { stripeClient } from '../../src/resources/payments/stripe/client.ts';
import { moneyAlone, startTestApplication, type TestApplication } from '../support/application.ts';
import { askStandIn, eventually } from '../support/bookings.ts';
import { CLI_TRIGGERS, triggerByCli } from '../support/stripe-cli.ts';

/** Others use the same Stripe account: what Stripe's CLI triggers, and what it cannot, is none of ours and stays quiet. */

let app: TestApplication;
let directory: string;
const complaints: string[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'totetaxi-cli-'));
  app = await startTestApplication(moneyAlone, 'postgres', 'large', complaintsOnly());
});
afterAll(async () => {
  await app.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe('what others do at Stripe', () => {
  it.each(CLI_TRIGGERS)('is ignored without a word: the CLI triggers %s', async (event) => {
    expect(await triggerByCli(event, app.stripe, directory)).toContain('Trigger succeeded');
    expect(await complaintsUntil(event)).toEqual([]);
  });

  it('is ignored without a word: disputes that take and give back money', async () => {
    const disputed = async () => {
      const intent = await invoice('pm_card_createDispute');
      const { data } = await stripe().disputes.list({ payment_intent: intent.id });
      return data[0]?.id ?? '';
    };
    for (const verdict of ['winning_evidence', 'losing_evidence'])
      await stripe().disputes.update(await disputed(), { evidence: { uncategorized_text: verdict } });
    expect(await complaintsUntil('charge.dispute.funds_withdrawn')).toEqual([]);
    expect(await complaintsUntil('charge.dispute.funds_reinstated')).toEqual([]);
  });

  it('is ignored without a word: refunds whose bank speaks late', async () => {
    for (const card of ['pm_card_refundFail', 'pm_card_pendingRefund'])
      await stripe().refunds.create({ payment_intent: (await invoice(card)).id });
    expect(await complaintsUntil('refund.created')).toEqual([]);
    expect(await complaintsUntil('refund.updated')).toEqual([]);
    expect(await complaintsUntil('refund.failed')).toEqual([]);
  });

  it('is ignored without a word: a bank that takes its time with a payment', async () => {
    await askStandIn(app, 'POST', '/_faults', { processing: 1 });
    const { id } = await invoice('pm_card_visa');
    await askStandIn(app, 'POST', `/_simulate/payment_intents/${id}/succeed`);
    expect(await complaintsUntil('payment_intent.processing')).toEqual([]);
  });

  it('leaves no trace in the books', async () => {
    const [left] = await select<Record<string, number>>(
      app.ctx,
      `select (select count(*)::int from payments) as payments, (select count(*)::int from refunds) as refunds,
        (select count(*)::int from payment_audits) as moves, (select count(*)::int from needs_reviews) as reviews`,
    );
    expect(left).toEqual({ payments: 0, refunds: 0, moves: 0, reviews: 0 });
  });
});

function stripe(): Stripe {
  return stripeClient(app.ctx);
}

/** A payment that somebody else asks for in the same account. */
function invoice(card: string): Promise<Stripe.PaymentIntent> {
  return stripe().paymentIntents.create({
    amount: 30_000,
    currency: 'usd',
    payment_method: card,
    confirm: true,
    description: 'Storage, March',
  });
}

/** What was complained of until Stripe has sent an event of the kind and all it sent is worked. */
async function complaintsUntil(type: string): Promise<string[]> {
  await eventually(async () => {
    const sent = await stripe().events.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 });
    expect(sent.map((event) => event.type)).toContain(type);
    const worked = await select<{ external_id: string }>(
      app.ctx,
      "select external_id from webhook_events where status = 'ignored'",
    );
    expect(new Set(worked.map((row) => row.external_id))).toEqual(new Set(sent.map(({ id }) => id)));
  });
  return complaints;
}

/** Keeps what the application warns of, but for what a busy machine makes slow. */
function complaintsOnly(): Logger {
  const keep = (facts: object, words: string) => {
    if (words !== 'slow query') complaints.push(`${words} ${JSON.stringify(facts)}`);
  };
  const drop = () => undefined;
  const log: Logger = {
    debug: drop,
    info: drop,
    warn: keep,
    error: keep,
    child: () => log,
    isLevelEnabled: () => false,
  };
  return log;
}
