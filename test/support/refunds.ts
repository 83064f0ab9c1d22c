import { expect } from 'vitest';
import type { Context } from '../../src/context.ts';
import { select } from '../../src/resources/_kit/sql.ts';
import { reconcile } from '../../src/resources/payments/reconcile-payments.ts';
import type { Answer } from './api.ts';
import { idempotencyKey } from './api.ts';
import type { TestApplication } from './application.ts';
import {
  askStandIn,
  awaitStatus,
  eventually,
  type Made,
  makeBooking,
  openPayment,
  pay,
  readBooking,
} from './bookings.ts';

export interface RefundRow {
  readonly id: string;
  readonly payment_id: string;
  readonly amount_cents: number;
  readonly status: string;
  readonly source: string;
  readonly rule: string | null;
  readonly reason: string;
  readonly stripe_refund_id: string | null;
}

export interface Paid extends Made {
  readonly paymentIntentId: string;
}

/** A confirmed booking of $995. */
export async function paidBooking(
  app: TestApplication,
  changes: Record<string, unknown> = {},
  patienceMs?: number,
): Promise<Paid> {
  const made = await makeBooking(app, changes);
  const payment = await openPayment(app, made);
  await pay(app, payment);
  await awaitStatus(app, made, 'confirmed', patienceMs);
  return { ...made, paymentIntentId: payment.paymentIntentId };
}

export function cancel(
  { api }: Pick<TestApplication, 'api'>,
  made: Made,
  { reason, key }: { reason?: string; key?: string } = {},
): Promise<Answer> {
  return api.post(`${made.path}/cancel`, { reason }, { ...made.headers, ...idempotencyKey(key) });
}

export async function cancellation({ api }: Pick<TestApplication, 'api'>, made: Made): Promise<Answer> {
  return api.get(`${made.path}/cancellation`, made.headers);
}

export async function refundsIn({ ctx }: { ctx: Context }, made: Pick<Made, 'id'>): Promise<RefundRow[]> {
  return select(ctx, 'select * from refunds where booking_id = $1 order by created_at', [made.id]);
}

/** Waits until all of a booking's refunds have a status; gives them. */
export async function awaitRefunds(
  app: TestApplication,
  made: Pick<Made, 'id'>,
  status: string,
): Promise<RefundRow[]> {
  return eventually(async () => {
    const rows = await refundsIn(app, made);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map((row) => row.status)).toEqual(rows.map(() => status));
    return rows;
  });
}

export async function atStripe(app: TestApplication, paymentIntentId: string): Promise<any[]> {
  return (await askStandIn(app, 'GET', `/v1/refunds?limit=100&payment_intent=${paymentIntentId}`)).data;
}

export async function ledgerOf({ ctx }: { ctx: Context }, made: Pick<Made, 'id'>) {
  return select<{ kind: string; amount_cents: number }>(
    ctx,
    'select kind, amount_cents from payment_audits where booking_id = $1 order by sequence',
    [made.id],
  );
}

export async function reviewsOf({ ctx }: { ctx: Context }, made: Pick<Made, 'id'>) {
  return select<{ kind: string; reason: string }>(
    ctx,
    'select kind, reason from needs_reviews where booking_id = $1 and resolved_at is null',
    [made.id],
  );
}

/** One of the demo logins as an actor. */
export async function actingAs(app: { readonly ctx: Context }, who: string): Promise<Context> {
  const [person] = await select<{ id: string; role: 'admin' | 'staff' | 'viewer'; name: string }>(
    app.ctx,
    'select id, role, name from staff_users where email = $1',
    [`${who}@totetaxi.test`],
  );
  if (!person) throw new Error(`there is no ${who}`);
  return { ...app.ctx, actor: { type: 'staff', ...person } };
}

/** The books of a booking that is over: total − credits = captured − refunded − lost (`rules.md` §5). */
export async function expectBalanced(app: TestApplication, made: Made): Promise<void> {
  expect((await readBooking(app, made)).price.amountDueCents).toBe(0);
}

/** Reconciles at this moment, whether the schedule does so or not. Throws what could not be worked. */
export async function reconcileNow({ ctx }: { readonly ctx: Context }): Promise<void> {
  const { failures } = await reconcile(ctx);
  if (failures.length > 0) throw new AggregateError(failures, 'not all was reconciled');
}

/** The id of a booking's first payment. */
export async function paymentOf({ ctx }: { ctx: Context }, made: Pick<Made, 'id'>): Promise<string> {
  const [row] = await select<{ id: string }>(
    ctx,
    'select id from payments where booking_id = $1 order by attempt',
    [made.id],
  );
  if (!row) throw new Error('there is no payment');
  return row.id;
}
