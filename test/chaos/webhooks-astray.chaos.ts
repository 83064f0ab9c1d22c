import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { select } from '../../src/resources/_kit/sql.ts';
import { askStandIn } from '../support/bookings.ts';
import { inBooks } from './support/books.ts';
import { type Crowd, gather, ofEach } from './support/crowd.ts';
import { problemsAfter } from './support/problems.ts';
import { type Scene, setScene, startBoth } from './support/scene.ts';
import { eventsAtStripe, misbehave } from './support/stripe.ts';

describe('webhooks', () => {
  it('duplicated, delayed, out of order and some dropped: reconciling heals', async () => {
    const scene = await setScene();
    await startBoth(scene);
    const crowd = gather(scene, ofEach(scene, 15), 8);
    await leadAstray(scene, crowd);
    await crowd.done;
    await misbehave(scene, {});

    expect(await problemsAfter(scene, crowd.visits)).toEqual([]);
    expect(crowd.answers.failures()).toEqual([]);
    const sent = await eventsAtStripe(scene);
    const received = await inBooks(scene, (ctx) =>
      select(ctx, `select id from webhook_events where source = 'stripe'`),
    );
    expect(received.length, 'some were dropped').toBeLessThan(sent.length);
    expect(received.length, 'some were not').toBeGreaterThan(0);
  });

  it('all sent again when all is over: nothing changes', async () => {
    const scene = await setScene();
    await startBoth(scene);
    const crowd = gather(scene, ofEach(scene, 4));
    await crowd.done;
    expect(await problemsAfter(scene, crowd.visits)).toEqual([]);
    const before = await money(scene);
    const events = await eventsAtStripe(scene);
    for (const { id } of events.reverse())
      await askStandIn(scene, 'POST', '/_faults/redeliver', { eventId: id, times: 2 });

    expect(await problemsAfter(scene, crowd.visits)).toEqual([]);
    expect(await money(scene)).toEqual(before);
  });
});

/** Every moment another weather, so that events overtake each other. */
async function leadAstray(scene: Scene, crowd: Crowd): Promise<void> {
  const { chance } = scene;
  while (!crowd.isDone()) {
    await misbehave(scene, {
      duplicate: chance.between(0, 2),
      delayWebhookMs: chance.pick([0, 20, 300, 1_500]),
      reorder: chance.pick([true, false]),
      dropWebhooks: chance.pick([0, 0, 2, 5]),
    });
    await pause(chance.between(20, 150));
  }
}

async function money(scene: Scene): Promise<object[]> {
  return inBooks(scene, (ctx) =>
    select(
      ctx,
      `select b.number, b.status, b.version, a.kind, a.amount_cents, a.stripe_object_id
       from bookings b left join payment_audits a on a.booking_id = b.id order by b.number, a.sequence`,
    ),
  );
}
