import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import { eventually, type Made, makeBooking, openPayment, pay } from '../support/bookings.ts';
import { type Follower, follow, ticketFor } from '../support/live.ts';
import { startPanelProcess } from '../support/process.ts';
import { paidBooking } from '../support/refunds.ts';
import { awaitTask, awaitTasks, drive } from '../support/road.ts';

/** `product.md` §5: customers follow their delivery live (`api.md`, `rules.md` §6). */

let app: TestApplication;
let followers: Follower[] = [];
beforeAll(async () => {
  app = await startTestApplication();
});
afterEach(() => {
  for (const { socket } of followers) socket.terminate();
  followers = [];
});
afterAll(() => app.stop());

async function followed(made: Made, at: string = app.api.address): Promise<Follower> {
  const follower = follow(at, made, await ticketFor(app, made));
  followers.push(follower);
  return follower;
}

const types = ({ messages }: Follower) => messages.map(({ type }) => type);
const newest = ({ messages }: Follower, type: string) =>
  messages.findLast((message) => message.type === type)?.data;

describe('a socket', () => {
  it('is told how the booking stands, and then what changes', async () => {
    const made = await makeBooking(app);
    const follower = await followed(made);
    await eventually(async () => expect(types(follower)).toEqual(['snapshot']));
    expect(follower.messages[0]).toEqual({
      type: 'snapshot',
      at: expect.stringMatching(/^2027-.*Z$/),
      data: {
        booking: (await app.api.get(made.path, made.headers)).body,
        tracking: (await app.api.get(`${made.path}/tracking`, made.headers)).body,
      },
    });
    await pay(app, await openPayment(app, made));
    await eventually(async () => {
      expect(newest(follower, 'booking.updated')).toMatchObject({ id: made.id, status: 'confirmed' });
      expect(newest(follower, 'payment.updated')).toMatchObject({
        payment: { status: 'succeeded', amountCents: 99_500 },
        amountDueCents: 0,
        refundedCents: 0,
      });
    });
    const [pickup] = await awaitTasks(app, made);
    await drive(app, pickup, 'assign');
    await awaitTask(app, pickup, 'assigned');
    await drive(app, pickup, 'start', { position: { lat: 40.75, lng: -73.99 }, etaSeconds: 900 });
    await eventually(async () =>
      expect(newest(follower, 'tracking.updated').tasks[0]).toMatchObject({
        status: 'in_progress',
        driver: { firstName: expect.any(String) },
        position: { latitude: 40.75, longitude: -73.99 },
      }),
    );
    await drive(app, pickup, 'arrive');
    await drive(app, pickup, 'complete');
    await eventually(async () =>
      expect(newest(follower, 'tracking.updated').tasks[0]).toMatchObject({
        status: 'completed',
        position: null,
        etaAt: null,
      }),
    );
    expect(types(follower).filter((type) => type === 'snapshot')).toHaveLength(1);
    const told = follower.messages.slice(1).map(({ type, data }) => JSON.stringify({ type, data }));
    expect(told.filter((each, index) => each === told[index - 1])).toEqual([]);
  });

  it('hears of its own booking alone, and all of it, beside forty-nine others', async () => {
    const [made, other] = [await makeBooking(app), await makeBooking(app)];
    const crowd = await Promise.all(Array.from({ length: 50 }, () => followed(made)));
    const stranger = await followed(other);
    await eventually(async () => {
      for (const each of [...crowd, stranger]) expect(types(each)).toEqual(['snapshot']);
    });
    await app.api.patch(made.path, { instructions: 'Ring twice' }, made.headers);
    await eventually(async () => {
      for (const each of crowd)
        expect(newest(each, 'booking.updated')).toMatchObject({ instructions: 'Ring twice' });
    });
    expect(types(stranger)).toEqual(['snapshot']);
  });

  it('of one process hears what a webhook at another brought', async () => {
    const made = await paidBooking(app);
    const [pickup] = await awaitTasks(app, made);
    // It has stand-ins of its own, which know nothing of this booking: it serves, and works no jobs.
    const shared = { DATABASE_URL: app.ctx.config.databaseUrl ?? '', PANEL: 'off' };
    const other = await startPanelProcess(shared, 'web');
    try {
      const follower = await followed(made, other.api.address);
      await eventually(async () => expect(types(follower)).toEqual(['snapshot']));
      await drive(app, pickup, 'assign');
      await eventually(async () =>
        expect(newest(follower, 'tracking.updated')?.tasks[0]).toMatchObject({ status: 'assigned' }),
      );
    } finally {
      await other.stop();
    }
    // It went with its process, and says where to go on.
    await eventually(async () => expect(followers[0]?.closed).toMatchObject({ code: 1001 }));
  });

  it('hears what happened while the word of the database was cut', async () => {
    const made = await makeBooking(app);
    const follower = await followed(made);
    await eventually(async () => expect(types(follower)).toEqual(['snapshot']));
    await select(
      app.ctx,
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'totetaxi listener' and datname = current_database()`,
    );
    await app.api.patch(made.path, { instructions: 'Ring thrice' }, made.headers);
    await eventually(async () =>
      expect(newest(follower, 'booking.updated')).toMatchObject({ instructions: 'Ring thrice' }),
    );
  });

  it('ends with the link that opened it', async () => {
    const made = await makeBooking(app);
    const follower = await followed(made);
    await eventually(async () => expect(types(follower)).toEqual(['snapshot']));
    await execute(app.ctx, 'update bookings set access_token_version = 2 where id = $1', [made.id]);
    await eventually(async () => expect(follower.closed).toMatchObject({ code: 4401 }));
    expect(types(follower)).toEqual(['snapshot']);
  });

  it('that says too much is closed', async () => {
    const follower = await followed(await makeBooking(app));
    await once(follower.socket, 'open');
    follower.socket.send('hello');
    follower.socket.send('x'.repeat(2_000));
    await eventually(async () => expect(follower.closed).toMatchObject({ code: 1009 }));
  });
});

describe('a ticket', () => {
  it('is given to whoever holds the link', async () => {
    const made = await makeBooking(app);
    expect((await app.api.post(`${made.path}/live-ticket`, undefined, made.headers)).status).toBe(200);
    expect((await app.api.post(`${made.path}/live-ticket`)).status).toBe(404);
    const stored = await select(app.ctx, 'select t::text from live_tickets t where booking_id = $1', [
      made.id,
    ]);
    expect(stored).toHaveLength(1);
  });

  const refusals: [string, (made: Made) => Promise<string>][] = [
    ['missing', async () => ''],
    ['no ticket', async () => 'x'.repeat(43)],
    ['as long as the world', async () => 'x'.repeat(4_000)],
    ['of another booking', async () => ticketFor(app, await makeBooking(app))],
    [
      'used before',
      async (made) => {
        const ticket = await ticketFor(app, made);
        const first = follow(app.api.address, made, ticket);
        followers.push(first);
        await eventually(async () => expect(types(first)).toEqual(['snapshot']));
        return ticket;
      },
    ],
    [
      'older than a minute',
      async (made) => {
        const ticket = await ticketFor(app, made);
        await execute(
          app.ctx,
          `update live_tickets set expires_at = expires_at - interval '61 seconds' where booking_id = $1`,
          [made.id],
        );
        return ticket;
      },
    ],
    [
      'of a link that was renewed',
      async (made) => {
        const ticket = await ticketFor(app, made);
        await execute(app.ctx, 'update bookings set access_token_version = 2 where id = $1', [made.id]);
        return ticket;
      },
    ],
  ];
  it.each(refusals)('that is %s closes with 4401', async (_words, given) => {
    const made = await makeBooking(app);
    const follower = follow(app.api.address, made, await given(made));
    followers.push(follower);
    await eventually(async () => expect(follower.closed).toMatchObject({ code: 4401 }));
    expect(follower.messages).toEqual([]);
  });

  it('opens one socket of fifty that try it at once', async () => {
    const made = await makeBooking(app);
    const ticket = await ticketFor(app, made);
    const crowd = Array.from({ length: 50 }, () => follow(app.api.address, made, ticket));
    followers.push(...crowd);
    await eventually(async () =>
      expect(crowd.filter(({ closed }) => closed?.code === 4401)).toHaveLength(49),
    );
    await eventually(async () => expect(crowd.flatMap(types)).toEqual(['snapshot']));
  });

  it('opens nothing elsewhere', async () => {
    const made = await makeBooking(app);
    const answer = await new Promise((done) => {
      const { socket } = follow(app.api.address, { ...made, id: 'elsewhere' }, 'x');
      socket.once('unexpected-response', (_request, response) => done(response.statusCode));
    });
    expect(answer).toBe(404);
  });
});
