import { expect } from 'vitest';
import { select } from '../../src/resources/_kit/sql.ts';
import type { TestApplication } from './application.ts';
import { askStandIn, eventually } from './bookings.ts';
import { ledgerOf, type Paid } from './refunds.ts';

export interface DisputeRow {
  readonly id: string;
  readonly status: string;
  readonly amount_cents: number;
  readonly stripe_dispute_id: string;
}

export const disputesIn = (app: TestApplication, made: Pick<Paid, 'id'>): Promise<DisputeRow[]> =>
  select(app.ctx, 'select * from disputes where booking_id = $1 order by created_at', [made.id]);

/** A bank disputes a payment at Stripe, whole unless an amount is told; gives the dispute's id there. */
export async function openDispute(
  app: TestApplication,
  { paymentIntentId }: Pick<Paid, 'paymentIntentId'>,
  amount?: number,
): Promise<string> {
  const opened = await askStandIn(app, 'POST', '/_simulate/disputes', {
    payment_intent: paymentIntentId,
    ...(amount !== undefined && { amount }),
  });
  return opened.id;
}

export const decideDispute = (app: TestApplication, id: string, verdict: 'win' | 'lose') =>
  askStandIn(app, 'POST', `/_simulate/disputes/${id}/${verdict}`);

export async function awaitDispute(
  app: TestApplication,
  made: Pick<Paid, 'id'>,
  status: string,
): Promise<DisputeRow> {
  return eventually(async () => {
    const [row] = await disputesIn(app, made);
    expect(row).toMatchObject({ status });
    return row as DisputeRow;
  });
}

/** The moves of a booking's ledger, in their order. */
export const kindsOf = async (app: TestApplication, made: Pick<Paid, 'id'>) =>
  (await ledgerOf(app, made)).map(({ kind }) => kind);

export async function moneyOf(app: TestApplication, made: Pick<Paid, 'id'>) {
  const [row] = await select<{ due: number; credits: number; lost: number }>(
    app.ctx,
    `select total_cents - credits_cents - captured_cents + refunded_cents + lost_dispute_cents as due,
       credits_cents as credits, lost_dispute_cents as lost from bookings where id = $1`,
    [made.id],
  );
  return row;
}
