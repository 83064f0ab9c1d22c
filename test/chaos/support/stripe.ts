import type { Faults } from '../../../src/local/stripe/faults.ts';
import { askStandIn } from '../../support/bookings.ts';
import type { Scene } from './scene.ts';

/** What the stand-in says about an intent. */
export interface StripeIntent {
  readonly id: string;
  readonly status: string;
  readonly amount_received: number;
  readonly metadata: { readonly booking_id?: string; readonly payment_id?: string };
}

export async function intentsAtStripe(scene: Scene): Promise<StripeIntent[]> {
  return allPages<StripeIntent>(scene, '/v1/payment_intents');
}

/** What it says about a refund. */
export interface StripeRefund {
  readonly id: string;
  readonly status: string;
  readonly amount: number;
  readonly payment_intent: string;
}

export async function refundsAtStripe(scene: Scene): Promise<StripeRefund[]> {
  return allPages<StripeRefund>(scene, '/v1/refunds');
}

export async function eventsAtStripe(scene: Scene): Promise<{ id: string }[]> {
  return allPages(scene, '/v1/events');
}

/** Sets the stand-in's faults, the others gone. Gives those that were set before, counted down by their use. */
export async function misbehave(scene: Scene, faults: Partial<Faults>): Promise<Faults> {
  const before = await askStandIn(scene, 'GET', '/_faults');
  await askStandIn(scene, 'DELETE', '/_faults');
  await askStandIn(scene, 'POST', '/_faults', faults);
  return before;
}

async function allPages<Row extends { id: string }>(scene: Scene, path: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const after = rows.at(-1);
    const page = await askStandIn(
      scene,
      'GET',
      `${path}?limit=100${after ? `&starting_after=${after.id}` : ''}`,
    );
    rows.push(...page.data);
    if (!page.has_more) return rows;
  }
}
