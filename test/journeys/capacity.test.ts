import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceDay } from '../../src/clock.ts';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { settlePayment } from '../../src/resources/payments/settle-payment.ts';
import { moneyAlone, startTestApplication, type TestApplication } from '../support/application.ts';
import {
  askStandIn,
  awaitStatus,
  checkOut,
  eventually,
  type Made,
  makeBooking,
  openPayment,
  pay,
  readBooking,
} from '../support/bookings.ts';

/** `rules.md` §3: three vans of six slots and four specialty items, and nobody gets a place that another has. */

let app: TestApplication;
beforeAll(async () => {
  app = await startTestApplication(moneyAlone, 'postgres', 'seeded');
});
afterAll(() => app.stop());

const full = { miniMove: { package: 'full', itemCount: 40 } };
const standard = { miniMove: { package: 'standard', itemCount: 20 } };
const pelotons = (quantity: number) => ({
  service: 'specialty_item',
  miniMove: undefined,
  specialtyItems: [{ item: 'peloton', quantity }],
});

async function availability(day: string, more = '', of = app): Promise<Record<string, any>> {
  const { body } = await of.api.get(`/api/v1/availability?from=${day}&to=${day}${more}`);
  const { available, reason } = body.days[0];
  return reason === undefined ? { available } : { available, reason };
}

function vansOn(day: string) {
  return select<{ name: string; slots_taken: number; specialty_taken: number }>(
    app.ctx,
    'select name, slots_taken, specialty_taken from van_days($1, $1) order by name',
    [day],
  );
}

async function schedule(van: string, day: string, entry: string): Promise<void> {
  await execute(
    app.ctx,
    `insert into van_schedules (van_id, day, ${entry.split('=')[0]}, created_at, updated_at)
     select id, $2, ${entry.split('=')[1]}, now(), now() from vans where name = $1`,
    [van, day],
  );
}

async function held(day: string, changes: Record<string, unknown> = {}): Promise<Made> {
  const made = await makeBooking(app, { pickupDate: day, ...changes });
  await openPayment(app, made);
  return made;
}

async function refusal(day: string, changes: Record<string, unknown> = {}) {
  const made = await makeBooking(app, { pickupDate: day, ...changes });
  const { status, body } = await checkOut(app, made);
  return { status, code: body.code, reason: body.reason };
}

const isFull = { status: 409, code: 'date_unavailable', reason: 'full' };

describe('a checkout', () => {
  it('fills the fullest van first, ties by name', async () => {
    const day = '2027-05-03';
    await held(day);
    await held(day, standard);
    await held(day, standard);
    // Van 1 has one slot left, which a parcel fits; a Standard needs the next one.
    await held(day, {
      service: 'standard_delivery',
      miniMove: undefined,
      standardDelivery: { itemCount: 3, description: 'Boxes', heaviestItemLbs: 20 },
    });
    expect(await vansOn(day)).toEqual([
      { name: 'Van 1', slots_taken: 6, specialty_taken: 0 },
      { name: 'Van 2', slots_taken: 3, specialty_taken: 0 },
      { name: 'Van 3', slots_taken: 0, specialty_taken: 0 },
    ]);
  });

  it('gives a Full move a whole van, and no other booking a place in it', async () => {
    const day = '2027-05-04';
    await held(day);
    await held(day, full);
    await held(day, full);
    expect(await refusal(day, full)).toEqual(isFull);
    expect(await availability(day, '&service=mini_move&package=full')).toEqual({
      available: false,
      reason: 'full',
    });
    expect(await availability(day, '&service=mini_move&package=standard')).toEqual({ available: true });
    await held(day, standard);
    expect(await availability(day, '&service=mini_move&package=petite')).toEqual({
      available: false,
      reason: 'full',
    });
    expect(await availability(day, '&service=airport_transfer')).toEqual({ available: true });
  });

  it('counts specialty items against their own limit, all in one van', async () => {
    const day = '2027-05-05';
    await held(day, pelotons(3));
    await held(day, pelotons(3));
    await held(day, pelotons(3));
    expect(await refusal(day, pelotons(2))).toEqual(isFull);
    expect(await availability(day, '&service=specialty_item&specialtyItems=2')).toMatchObject({
      reason: 'full',
    });
    expect(await availability(day, '&service=specialty_item')).toEqual({ available: true });
    await held(day, pelotons(1));
  });

  it('is refused on a closed day, which the quote says and the inquiry does not mind', async () => {
    const day = '2027-05-06';
    for (const van of ['Van 1', 'Van 2', 'Van 3']) await schedule(van, day, 'open=false');
    await eventually(async () =>
      expect(await availability(day)).toEqual({ available: false, reason: 'closed' }),
    );
    expect(await refusal(day)).toEqual({ ...isFull, reason: 'closed' });
    const made = await makeBooking(app, { pickupDate: day });
    const { body } = await app.api.post(`${made.path}/validate`, undefined, made.headers);
    expect(body).toMatchObject({ ready: false, errors: [{ path: 'pickupDate', code: 'closed' }] });
  });

  it('takes its place once, however often it is repeated, and a held booking is ready', async () => {
    const day = '2027-05-07';
    const made = await held(day, standard);
    for (let again = 0; again < 3; again += 1) expect((await checkOut(app, made)).status).toBe(200);
    expect((await vansOn(day))[0]).toMatchObject({ slots_taken: 3 });
    for (let more = 0; more < 5; more += 1) await held(day, standard);
    const { body } = await app.api.post(`${made.path}/validate`, undefined, made.headers);
    expect(body).toEqual({ ready: true, errors: [] });
  });

  it('of two hundred for five places lets five through, and tells the others', async () => {
    const day = '2027-05-10';
    await schedule('Van 2', day, 'open=false');
    await schedule('Van 3', day, 'open=false');
    await schedule('Van 1', day, 'slots=10');
    const made = await Promise.all(Array.from({ length: 200 }, () => makeBooking(app, { pickupDate: day })));
    const answers = await Promise.all(made.map((each) => checkOut(app, each)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(195);
    for (const { status, body } of refused)
      expect({ status, code: body.code, reason: body.reason }).toEqual(isFull);
    expect(await vansOn(day)).toMatchObject([{ slots_taken: 10 }, { slots_taken: 0 }, { slots_taken: 0 }]);
    expect(await availability(day)).toMatchObject({ available: false });
    expect(await checkInvariants(app.ctx)).toEqual([]);
  }, 60_000);
});

describe('places come back', () => {
  const day = '2027-05-11' as ServiceDay;
  let holders: Made[];
  beforeAll(async () => {
    holders = [];
    for (let van = 0; van < 3; van += 1) holders.push(await held(day, full));
    expect(await refusal(day)).toEqual(isFull);
  });

  it('when a booking is changed, at once in this process', async () => {
    const [first] = holders;
    await app.api.patch(first?.path ?? '', { pickupDate: '2027-05-13' }, first?.headers);
    expect(await availability(day)).toEqual({ available: true });
    expect((await vansOn(day))[0]).toMatchObject({ slots_taken: 0 });
  });

  it('when a hold lapses; and a late payment finds the place again, or none', async () => {
    await askStandIn(app, 'POST', '/_faults', { dropWebhooks: 1_000_000 });
    const late = await makeBooking(app, { pickupDate: day, ...full });
    const payment = await openPayment(app, late);
    await pay(app, payment);
    // As it was for a payment that we hear of after its hold was ended.
    await execute(app.ctx, `update payments set status = 'cancelled' where booking_id = $1`, [late.id]);
    await execute(
      app.ctx,
      `update bookings set status = 'expired', hold_started_at = null, hold_expires_at = null where id = $1`,
      [late.id],
    );
    expect((await vansOn(day))[0]).toMatchObject({ slots_taken: 0 });
    const other = await held(day, full);
    await settlePayment(app.ctx, { paymentIntentId: payment.paymentIntentId });
    expect((await readBooking(app, late)).status).toBe('expired');
    expect((await vansOn(day)).map((van) => van.slots_taken)).toEqual([6, 6, 6]);
    expect((await readBooking(app, other)).status).toBe('pending_payment');
  });

  it('when the thirty minutes are over', async () => {
    await app.moveClock({ advance: 'PT31M' });
    for (const made of holders.slice(1)) await awaitStatus(app, made, 'expired');
    await eventually(async () =>
      expect((await vansOn(day)).map((van) => van.slots_taken)).toEqual([0, 0, 0]),
    );
    expect(await availability(day, '&service=mini_move&package=full')).toEqual({ available: true });
  });
});

describe('another process', () => {
  it('learns of a taking and of a closed day within a second', async () => {
    const day = '2027-05-14';
    const other = await startTestApplication(
      { databaseUrl: app.ctx.config.databaseUrl, stripe: app.ctx.config.stripe, seed: 'none' },
      'postgres',
      'seeded',
    );
    try {
      const asked = () => availability(day, '&service=mini_move&package=full', other);
      expect(await asked()).toEqual({ available: true });
      for (let van = 0; van < 3; van += 1) await held(day, full);
      await eventually(async () => expect(await asked()).toMatchObject({ reason: 'full' }), 1_000);
      for (const van of ['Van 1', 'Van 2', 'Van 3']) await schedule(van, day, 'open=false');
      await eventually(async () => expect(await asked()).toMatchObject({ reason: 'closed' }), 1_000);
    } finally {
      await other.stop();
    }
  });
});
