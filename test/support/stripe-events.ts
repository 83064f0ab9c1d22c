import { expect } from 'vitest';
import { select } from '../../src/resources/_kit/sql.ts';
import type { TestApplication } from './application.ts';
import { askStandIn, eventually } from './bookings.ts';

/** The events that Stripe has of a payment, once each has come and is worked. */
export function awaitEvents(
  app: TestApplication,
  { paymentIntentId }: { readonly paymentIntentId: string },
): Promise<{ id: string; type: string }[]> {
  return eventually(async () => {
    const { data } = await askStandIn(app, 'GET', '/v1/events?limit=100');
    const own = data.filter((event: object) => JSON.stringify(event).includes(paymentIntentId));
    const worked = await select<{ external_id: string }>(
      app.ctx,
      `select external_id from webhook_events where source = 'stripe' and status in ('done', 'ignored')`,
    );
    const ids = new Set(worked.map(({ external_id }) => external_id));
    expect(own.filter(({ id }: { id: string }) => !ids.has(id))).toEqual([]);
    return own;
  });
}
