import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect } from 'vitest';
import { movableClock } from '../../src/clock.ts';
import type { StripeConfig } from '../../src/config.ts';
import type { Context } from '../../src/context.ts';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { startStripeStandIn } from '../../src/local/stripe/start.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { workStripeEvent } from '../../src/resources/payments/work-stripe-event.ts';
import { storeWebhookEvent } from '../../src/resources/plumbing/store-webhook-event.ts';
import { startTestApplication, type TestApplication } from './application.ts';
import { askStandIn, type Made, makeBooking, openPayment } from './bookings.ts';
import { contextOver, setClock, TEST_NOW } from './context.ts';
import { freshDatabase } from './postgres.ts';

/** A day of everything that moves money, as Stripe saw it and before we heard of it; told anew in any order. */
export interface RecordedDay {
  readonly events: readonly { readonly id: string; readonly type: string }[];
  /** Tells it to a copy of the books, event by event in that order; gives what became of them. */
  tell(order: readonly number[]): Promise<object>;
  end(): Promise<void>;
}

type Recorder = Pick<TestApplication, 'api' | 'stripe' | 'ctx'>;

export async function recordDay(): Promise<RecordedDay> {
  const directory = mkdtempSync(join(tmpdir(), 'totetaxi-day-'));
  const database = await freshDatabase();
  const secret = 'whsec_recorded';
  const standIn = await startStripeStandIn({ directory, webhook: { url: () => null, secret } });
  const stripe: StripeConfig = {
    secretKey: 'sk_test_local',
    publishableKey: 'pk_test_local',
    webhookSecret: secret,
    apiBase: standIn.baseUrl,
  };
  const app = await startTestApplication({ databaseUrl: database.url, stripe });
  await liveThrough({ ...app, stripe: standIn.baseUrl });
  await app.stop();
  const events = (await allEvents(standIn.baseUrl)).toReversed();
  return {
    events,
    tell: (order) => onCopy(database.url, stripe, (ctx) => tellTo(ctx, order, events)),
    async end() {
      await standIn.close();
      await database.drop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Each of its bookings meets another fate; none of it is told to us. */
async function liveThrough(app: Recorder): Promise<void> {
  const confirm = (id: string, method = 'pm_card_visa') =>
    askStandIn(app, 'POST', `/v1/payment_intents/${id}/confirm`, {
      payment_method: method,
      return_url: 'http://127.0.0.1/back',
    });
  const open = async (): Promise<Made & { intent: string }> => {
    const made = await makeBooking(app as TestApplication);
    return { ...made, intent: (await openPayment(app as TestApplication, made)).paymentIntentId };
  };
  const paid = async () => {
    const made = await open();
    await confirm(made.intent);
    return made;
  };
  const refund = (intent: string, amount: number) =>
    askStandIn(app, 'POST', '/v1/refunds', { payment_intent: intent, amount: String(amount) });
  const dispute = (intent: string, amount?: number): Promise<{ id: string }> =>
    askStandIn(app, 'POST', '/_simulate/disputes', {
      payment_intent: intent,
      ...(amount !== undefined && { amount }),
    });
  const judge = (id: string, verdict: 'win' | 'lose') =>
    askStandIn(app, 'POST', `/_simulate/disputes/${id}/${verdict}`);
  const movedOn = async (status: string) => {
    const made = await open();
    await execute(
      app.ctx,
      `update bookings set status = $2, hold_started_at = null, hold_expires_at = null,
         cancelled_at = case when $2 = 'cancelled' then updated_at end where id = $1`,
      [made.id, status],
    );
    await execute(app.ctx, 'delete from capacity_takings where booking_id = $1', [made.id]);
    await confirm(made.intent);
  };

  await paid();
  const second = await open();
  await confirm(second.intent, 'pm_card_visa_chargeDeclined');
  await confirm(second.intent);
  await confirm((await open()).intent, 'pm_card_visa_chargeDeclined');
  await movedOn('expired');
  await movedOn('inquiry');
  await movedOn('cancelled');
  const partly = await paid();
  await refund(partly.intent, 2_500);
  await refund(partly.intent, 10_000);
  await refund((await paid()).intent, 99_500);
  const failing = await refund((await paid()).intent, 5_000);
  await askStandIn(app, 'POST', `/_simulate/refunds/${failing.id}/fail`);
  await judge((await dispute((await paid()).intent)).id, 'win');
  await judge((await dispute((await paid()).intent)).id, 'lose');
  const both = await paid();
  await refund(both.intent, 2_500);
  await dispute(both.intent, 30_000);
  const other = await open();
  await askStandIn(app, 'POST', `/v1/payment_intents/${other.intent}`, { amount: '99000' });
  await confirm(other.intent);
  await askStandIn(app, 'POST', `/v1/payment_intents/${(await open()).intent}/cancel`);
  const orphan = await askStandIn(app, 'POST', '/v1/payment_intents', {
    amount: '4200',
    currency: 'usd',
    'metadata[payment_id]': '0b9f6c1e-3a0e-4f4e-9d3e-0d6a52f0c001',
  });
  await confirm(orphan.id);
  const invoice = await askStandIn(app, 'POST', '/_simulate/payment_intents', {});
  await refund(invoice.id, 500);
  await dispute(invoice.id);
}

async function allEvents(stripe: string): Promise<{ id: string; type: string }[]> {
  const events: { id: string; type: string }[] = [];
  for (let after = ''; ; after = `&starting_after=${events.at(-1)?.id}`) {
    const page = await askStandIn({ stripe }, 'GET', `/v1/events?limit=100${after}`);
    events.push(...page.data);
    if (!page.has_more) return events;
  }
}

async function tellTo(
  ctx: Context,
  order: readonly number[],
  events: RecordedDay['events'],
): Promise<object> {
  for (const index of order) {
    const event = events[index];
    if (!event) throw new RangeError(`there is no event ${index}`);
    await storeWebhookEvent(ctx, { source: 'stripe', externalId: event.id, type: event.type, body: event });
    const [row] = await select<{ id: string }>(ctx, 'select id from webhook_events where external_id = $1', [
      event.id,
    ]);
    await workStripeEvent(ctx, { webhookEventId: row?.id ?? '' });
  }
  expect(await checkInvariants(ctx)).toEqual([]);
  return stateOf(ctx);
}

/** Everything that must not depend on the order, without what legitimately does: ids of our own, and times. */
async function stateOf(ctx: Context): Promise<object> {
  const of = (sql: string) => select(ctx, sql);
  return {
    bookings: await of(
      `select number, status, captured_cents, refunded_cents, lost_dispute_cents, credits_cents, payment_attempts_used
       from bookings order by number`,
    ),
    payments: await of(
      `select b.number, p.attempt, p.status, p.amount_cents, p.captured_cents, p.refunded_cents, p.lost_dispute_cents
       from payments p join bookings b on b.id = p.booking_id order by 1, 2`,
    ),
    refunds: await of(
      `select b.number, r.status, r.source, r.rule, r.amount_cents, r.stripe_refund_id
       from refunds r join bookings b on b.id = r.booking_id order by 1, 2, 5, 6`,
    ),
    disputes: await of(
      `select b.number, d.status, d.amount_cents, d.stripe_dispute_id
       from disputes d join bookings b on b.id = d.booking_id order by 1, 4`,
    ),
    ledger: await of(
      `select b.number, a.kind, a.amount_cents, a.stripe_object_id
       from payment_audits a join bookings b on b.id = a.booking_id order by 1, 2, 4`,
    ),
    places: await of(
      `select b.number, t.day, t.purpose from capacity_takings t join bookings b on b.id = t.booking_id order by 1, 2`,
    ),
    cases: await of(
      `select n.kind, b.number from needs_reviews n left join bookings b on b.id = n.booking_id
       where n.resolved_at is null order by 1, 2`,
    ),
    onTheWay: await of(
      `select count(distinct payload ->> 'refundId')::int as refunds from outbox_messages where job = 'submit_refund'`,
    ),
  };
}

async function onCopy<T>(
  databaseUrl: string,
  stripe: StripeConfig,
  work: (ctx: Context) => Promise<T>,
): Promise<T> {
  const original = new URL(databaseUrl).pathname.slice(1);
  const name = `day_${randomBytes(6).toString('hex')}`;
  const admin = new URL(databaseUrl);
  admin.pathname = '/postgres';
  const client = new pg.Client({ connectionString: admin.toString() });
  await client.connect();
  await client.query(`create database ${name} template ${original}`);
  const copy = new URL(databaseUrl);
  copy.pathname = `/${name}`;
  const { ctx, close } = contextOver(copy.toString());
  const clock = movableClock();
  setClock(clock, TEST_NOW);
  try {
    return await work({ ...ctx, clock, config: { ...ctx.config, stripe } });
  } finally {
    await close();
    await client.query(`drop database ${name} with (force)`);
    await client.end();
  }
}
