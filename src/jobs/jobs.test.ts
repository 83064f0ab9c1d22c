import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { backends, emptyRedis } from '../../test/support/application.ts';
import { eventually } from '../../test/support/bookings.ts';
import { openTestWorld, setClock, type TestWorld } from '../../test/support/context.ts';
import { type Lane, laneNames } from '../environment.ts';
import { Refusal } from '../errors.ts';
import { inTransaction } from '../resources/_kit/in-transaction.ts';
import { post } from '../resources/_kit/post.ts';
import { execute, select } from '../resources/_kit/sql.ts';
import { storeWebhookEvent } from '../resources/plumbing/store-webhook-event.ts';
import { lanes } from './catalogue.ts';
import { type Handlers, handlers } from './handlers/index.ts';
import { staleSchedules } from './heartbeat.ts';
import { openQueues, type Queues, type QueueWorker } from './queue.ts';
import { type Relay, relayBatch, startRelay } from './relay-outbox.ts';
import type { Schedule } from './schedules.ts';
import { nextAfter, tick } from './ticker.ts';
import { startWorker } from './worker.ts';

type Ran = { readonly name: string; readonly payload: unknown };

describe.each(backends)('jobs on %s', (backend) => {
  let world: TestWorld;
  let queues: Queues;
  let ran: Ran[];
  let failing: (run: number) => Error | null;
  let waiting: (name: string) => Promise<void> | null;
  let open: (QueueWorker | { close(): Promise<void> })[];

  beforeAll(async () => {
    world = await openTestWorld();
  });
  beforeEach(async () => {
    ran = [];
    failing = () => null;
    waiting = () => null;
    open = [];
    const redisUrl = backend === 'redis' ? await emptyRedis() : null;
    queues = await openQueues({ databaseUrl: world.databaseUrl, redisUrl }, world.ctx.log);
  });
  afterEach(async () => {
    for (const each of open.toReversed()) await each.close();
    await queues.close();
    await execute(world.ctx, 'delete from outbox_messages');
  });
  afterAll(() => world.close());

  /** The real handlers' names, each only noting that it ran. */
  const noting = Object.fromEntries(
    Object.keys(handlers).map((name) => [
      name,
      async (_ctx: unknown, payload: unknown) => {
        ran.push({ name, payload });
        await waiting(name);
        const error = failing(ran.length);
        if (error) throw error;
      },
    ]),
  ) as unknown as Handlers;

  async function work(worked: readonly Lane[] = laneNames): Promise<void> {
    const { ctx } = world;
    open.push(
      await startWorker({
        queues,
        lanes: worked,
        handlers: noting,
        log: ctx.log,
        ctxFor: (name) => ({ ...ctx, actor: { type: 'system', name } }),
      }),
    );
  }

  function relay(): Relay {
    const started = startRelay({ ctx: world.ctx, queues });
    open.push({ close: () => started.stop() });
    return started;
  }

  const settle = (paymentIntentId: string) =>
    inTransaction(world.ctx, (tx) => post(tx, 'settle_payment', { paymentIntentId }));
  const outbox = () => select(world.ctx, 'select job from outbox_messages');

  it('let an event that only repeats another wait a second, and take each event once', async () => {
    const tell = (externalId: string, isEcho: boolean) =>
      storeWebhookEvent(world.ctx, { source: 'stripe', externalId, type: 'any', body: {}, isEcho });
    expect([await tell('evt_1', false), await tell('evt_2', true), await tell('evt_2', true)]).toEqual([
      'stored',
      'stored',
      'known',
    ]);
    const posted = await select(
      world.ctx,
      `select external_id, delay_ms from outbox_messages join webhook_events w on w.id::text = payload ->> 'webhookEventId'
       order by external_id`,
    );
    expect(posted).toEqual([
      { external_id: 'evt_1', delay_ms: 0 },
      { external_id: 'evt_2', delay_ms: 1_000 },
    ]);
  });

  it('leave the outbox and run, once each', async () => {
    await work();
    const messenger = relay();
    for (const id of ['pi_1', 'pi_2', 'pi_3']) await settle(id);
    messenger.kick();
    await eventually(async () => expect(ran).toHaveLength(3));
    expect(
      new Set(ran.map(({ payload }) => (payload as { paymentIntentId: string }).paymentIntentId)).size,
    ).toBe(3);
    expect(await outbox()).toEqual([]);
  });

  it('of a lane that a worker does not work wait for one that does', async () => {
    await work(['main']);
    await inTransaction(world.ctx, (tx) =>
      post(tx, 'deliver_notification', { notificationId: randomUUID() }),
    );
    await settle('pi_first');
    await relayBatch(world.ctx, queues);
    await eventually(async () => expect(ran.map(({ name }) => name)).toEqual(['settle_payment']));
    await work(['mail']);
    await eventually(async () =>
      expect(ran.map(({ name }) => name)).toEqual(['settle_payment', 'deliver_notification']),
    );
  });

  it('that hang on others hold up their own lane alone', async () => {
    let release = () => {};
    const hanging = new Promise<void>((done) => {
      release = done;
    });
    waiting = (name) => (name === 'settle_payment' ? null : hanging);
    await work();
    await inTransaction(world.ctx, async (tx) => {
      for (let number = 0; number < 40; number += 1) {
        await post(tx, 'sync_deliveries', { bookingId: randomUUID() });
        await post(tx, 'deliver_notification', { notificationId: randomUUID() });
      }
    });
    await relayBatch(world.ctx, queues);
    await eventually(async () => expect(ran).toHaveLength(lanes.road + lanes.mail));
    await settle('pi_beside');
    await relayBatch(world.ctx, queues);
    await eventually(async () => expect(ran.map(({ name }) => name)).toContain('settle_payment'));
    release();
    await eventually(async () => expect(ran).toHaveLength(81));
  });

  it('of a transaction that was rolled back never run', async () => {
    await expect(
      inTransaction(world.ctx, async (tx) => {
        await post(tx, 'settle_payment', { paymentIntentId: 'pi_never' });
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    expect(await outbox()).toEqual([]);
  });

  it('handed over just before a crash are handed over again, and run once', async () => {
    await settle('pi_crash');
    const dying: Pick<Queues, 'addAll'> = {
      async addAll(jobs) {
        await queues.addAll(jobs);
        throw new Error('killed before the delete');
      },
    };
    await expect(relayBatch(world.ctx, dying)).rejects.toThrow('killed');
    expect(await outbox()).toHaveLength(1);
    expect(await relayBatch(world.ctx, queues)).toBe(1);
    await work();
    await eventually(async () => expect(ran).toHaveLength(1));
    await settle('pi_after');
    await relayBatch(world.ctx, queues);
    await eventually(async () => expect(ran).toHaveLength(2));
    expect(ran.map(({ payload }) => payload)).toEqual([
      { paymentIntentId: 'pi_crash' },
      { paymentIntentId: 'pi_after' },
    ]);
  });

  it('that fail are tried again; those that never will go well are not', async () => {
    failing = (run) => (run <= 2 ? new Error('not yet') : null);
    await work();
    await settle('pi_again');
    await relayBatch(world.ctx, queues);
    await eventually(async () => expect(ran).toHaveLength(3));

    ran = [];
    failing = () => new Refusal('not_found');
    await settle('pi_never');
    await relayBatch(world.ctx, queues);
    await eventually(async () => {
      const rows = await select<{ last_error: string }>(
        world.ctx,
        `select last_error from heartbeats where name = 'job:settle_payment'`,
      );
      expect(rows[0]?.last_error).toContain('not_found');
    });
    expect(ran).toHaveLength(1);
  });

  it('with a payload that is none are refused before their handler', async () => {
    await work();
    await queues.addAll([
      { id: randomUUID(), job: 'settle_payment', payload: { colour: 'red' }, delayMs: 0 },
    ]);
    await settle('pi_good');
    await relayBatch(world.ctx, queues);
    await eventually(async () => expect(ran).toHaveLength(1));
    expect(ran[0]?.payload).toEqual({ paymentIntentId: 'pi_good' });
  });

  it('wait their delay', async () => {
    await work();
    await inTransaction(world.ctx, (tx) =>
      post(tx, 'settle_payment', { paymentIntentId: 'pi_late' }, { delayMs: 400 }),
    );
    await settle('pi_soon');
    await relayBatch(world.ctx, queues);
    await eventually(async () => expect(ran).toHaveLength(2));
    expect(ran.map(({ payload }) => payload)).toEqual([
      { paymentIntentId: 'pi_soon' },
      { paymentIntentId: 'pi_late' },
    ]);
  });

  it('running when the worker is told to stop are finished', async () => {
    await work();
    await settle('pi_last');
    await relayBatch(world.ctx, queues);
    await eventually(async () => expect(ran).toHaveLength(1));
    await open.pop()?.close();
    await settle('pi_unread');
    await relayBatch(world.ctx, queues);
    await new Promise((done) => setTimeout(done, 200));
    expect(ran).toHaveLength(1);
  });
});

describe('schedules', () => {
  let world: TestWorld;
  const often: Schedule = { job: 'expire_holds', everySeconds: 30 };
  const daily: Schedule = { job: 'purge_plumbing', dailyAt: { hour: 4 } };

  beforeAll(async () => {
    world = await openTestWorld();
  });
  beforeEach(async () => {
    await execute(world.ctx, 'delete from heartbeats');
    await execute(world.ctx, 'delete from outbox_messages');
    setClock(world.clock, '2027-04-05T14:00:00Z');
  });
  afterAll(() => world.close());

  const posted = async () =>
    (await select<{ job: string }>(world.ctx, 'select job from outbox_messages order by sequence')).map(
      ({ job }) => job,
    );

  it('go out when due, once, however many processes look', async () => {
    await Promise.all(Array.from({ length: 10 }, () => tick(world.ctx, [often])));
    expect(await posted()).toEqual(['expire_holds']);
    setClock(world.clock, '2027-04-05T14:00:29Z');
    await tick(world.ctx, [often]);
    expect(await posted()).toHaveLength(1);
    setClock(world.clock, '2027-04-05T14:00:31Z');
    await Promise.all(Array.from({ length: 10 }, () => tick(world.ctx, [often])));
    expect(await posted()).toHaveLength(2);
  });

  it.each([
    [often, '2027-04-05T14:00:32Z', '2027-04-05T14:00:31Z'],
    [daily, '2027-04-12T08:00:00.500Z', '2027-04-12T07:59:59.500Z'],
  ])('do not go out again for who looked a moment earlier: %j', async (schedule, later, earlier) => {
    await tick(world.ctx, [schedule]);
    const before = (await posted()).length;
    setClock(world.clock, later);
    await tick(world.ctx, [schedule]);
    setClock(world.clock, earlier);
    await tick(world.ctx, [schedule]);
    expect(await posted()).toHaveLength(before + 1);
  });

  it('missed while nobody ran are made up for by one run', async () => {
    await tick(world.ctx, [daily]);
    expect(await posted()).toEqual([]);
    setClock(world.clock, '2027-04-12T14:00:00Z');
    await tick(world.ctx, [daily]);
    await tick(world.ctx, [daily]);
    expect(await posted()).toEqual(['purge_plumbing']);
  });

  it('keep their wall-clock hour over both clock changes', () => {
    const at = (instant: string) => nextAfter(daily, new Date(instant)).toISOString();
    expect(at('2027-03-13T12:00:00Z')).toBe('2027-03-14T08:00:00.000Z');
    expect(at('2027-03-12T12:00:00Z')).toBe('2027-03-13T09:00:00.000Z');
    expect(at('2027-11-06T12:00:00Z')).toBe('2027-11-07T09:00:00.000Z');
    expect(at('2027-11-05T12:00:00Z')).toBe('2027-11-06T08:00:00.000Z');
  });

  it('run again after the clock was moved back', async () => {
    setClock(world.clock, '2027-06-01T14:00:00Z');
    await tick(world.ctx, [often]);
    setClock(world.clock, '2027-04-05T14:00:00Z');
    await tick(world.ctx, [often]);
    expect(await posted()).toHaveLength(2);
  });

  it('that have not succeeded for long are told', async () => {
    await tick(world.ctx, [often, daily]);
    expect(await staleSchedules(world.ctx, [often, daily])).toEqual([]);
    await execute(world.ctx, `update heartbeats set created_at = created_at - interval '1 hour'`);
    expect(await staleSchedules(world.ctx, [often, daily])).toEqual(['expire_holds']);
  });
});
