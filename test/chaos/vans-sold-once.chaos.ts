import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { addDays, type ServiceDay } from '../../src/clock.ts';
import type { Context } from '../../src/context.ts';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { cancelBooking } from '../../src/resources/bookings/cancel-booking.ts';
import { rescheduleBooking } from '../../src/resources/bookings/reschedule-booking.ts';
import { type Answer, bearer, idempotencyKey } from '../support/api.ts';
import { bookingRequest, pay } from '../support/bookings.ts';
import { inBooks } from './support/books.ts';
import { letTimePass } from './support/let-time-pass.ts';
import { type Scene, setScene, startAlone } from './support/scene.ts';

const FIRST_DAY = '2027-05-10' as ServiceDay;
const PLACES = 5;
const ASKING = 200;
const MIXED_SECONDS = 60;
const MIXED_PEOPLE = 24;
const MIXED_DAYS = 4;

it('five places are sold to five of two hundred, also when the process is killed in the middle', async () => {
  const scene = await setScene();
  let app = await startAlone(scene);
  await shrinkVans(scene);
  const made = await Promise.all(Array.from({ length: ASKING }, () => book(scene, FIRST_DAY)));
  const answers = Promise.all(made.map((each) => insistOn(() => checkOut(scene, each, `key-${each.id}`))));
  await pause(scene.chance.between(100, 600));
  await app.kill();
  app = await scene.start('all');
  const all = await answers;
  expect(all.filter(({ status }) => status === 200)).toHaveLength(PLACES);
  for (const { status, body } of all.filter((each) => each.status !== 200))
    expect({ status, code: body.code, reason: body.reason }).toEqual({
      status: 409,
      code: 'date_unavailable',
      reason: 'full',
    });
  await inBooks(scene, async (ctx) => {
    expect(await oversold(ctx)).toEqual([]);
    expect(await takenOn(ctx, FIRST_DAY)).toBe(PLACES);
  });
  expect(await letTimePass(scene)).toEqual([]);
  await inBooks(scene, async (ctx) => expect(await takenOn(ctx, FIRST_DAY)).toBe(0));
});

it('checkouts, changes, cancels, reschedules and expiries at random never pass capacity', async () => {
  const scene = await setScene();
  await startAlone(scene);
  await shrinkVans(scene);
  const until = performance.now() + MIXED_SECONDS * 1_000;
  const found: unknown[] = [];
  let checkouts = 0;
  await inBooks(scene, async (ctx) => {
    const customer = async (): Promise<void> => {
      while (performance.now() < until) {
        const isHeld = await live(scene);
        if (isHeld) checkouts += 1;
      }
    };
    const staff = async (): Promise<void> => {
      while (performance.now() < until) {
        await changeOne(ctx, scene);
        await pause(50);
      }
    };
    const time = async (): Promise<void> => {
      while (performance.now() < until) {
        await pause(5_000);
        await scene.moveClock({ advance: 'PT16M' });
      }
    };
    const watch = async (): Promise<void> => {
      while (performance.now() < until) {
        found.push(...(await oversold(ctx)));
        await pause(5);
      }
    };
    const people = Array.from({ length: MIXED_PEOPLE }, customer);
    await Promise.all([...people, staff(), staff(), time(), watch()]);
  });
  expect(found).toEqual([]);
  expect(checkouts).toBeGreaterThan(MIXED_DAYS * PLACES);
  expect(await letTimePass(scene)).toEqual([]);
  await inBooks(scene, async (ctx) => {
    expect(await checkInvariants(ctx)).toEqual([]);
    const [left] = await select<{ held: number }>(
      ctx,
      `select count(*)::int as held from capacity_takings t join bookings b on b.id = t.booking_id
       where b.status not in ('confirmed', 'in_progress', 'completed')`,
    );
    expect(left).toEqual({ held: 0 });
  });
  process.stdout.write(`  ${checkouts} checkouts\n`);
});

/** Each day has one van with room for so many Petites. */
async function shrinkVans(scene: Scene): Promise<void> {
  await inBooks(scene, async (ctx) => {
    await execute(ctx, `update vans set slots = ${2 * PLACES}, specialty_limit = 4, active = name = 'Van 1'`);
  });
}

interface Made {
  readonly id: string;
  readonly path: string;
  readonly totalCents: number;
  readonly headers: Record<string, string>;
}

async function book({ api }: Scene, pickupDate: ServiceDay): Promise<Made> {
  const key = idempotencyKey();
  const { status, body } = await insistOn(() =>
    api.post('/api/v1/bookings', bookingRequest({ pickupDate }), key),
  );
  if (status !== 201) throw new Error(`not booked: ${JSON.stringify(body)}`);
  return {
    id: body.id,
    path: `/api/v1/bookings/${body.id}`,
    totalCents: body.price.totalCents,
    headers: bearer(body.accessToken),
  };
}

function checkOut({ api }: Scene, made: Made, key: string): Promise<Answer> {
  const { path, totalCents, headers } = made;
  return api.post(
    `${path}/checkout`,
    { expectedTotalCents: totalCents },
    { ...headers, ...idempotencyKey(key) },
  );
}

/** Asks again what was cut off, or was told to come again. */
async function insistOn(ask: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 0; tries < 400; tries += 1) {
    try {
      const answer = await ask();
      const isPassing = ['conflict', 'idempotency_key_in_use'].includes(answer.body.code);
      if (answer.status < 500 && !isPassing) return answer;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    await pause(100);
  }
  throw new Error('no final answer');
}

/** One customer's life; says whether the checkout went through. */
async function live(scene: Scene): Promise<boolean> {
  const { api, chance } = scene;
  const day = () => addDays(FIRST_DAY, chance.between(0, MIXED_DAYS - 1));
  const made = await book(scene, day());
  const { status, body } = await insistOn(() => checkOut(scene, made, `key-${made.id}`));
  if (status !== 200) return false;
  const next = chance.pick(['pays', 'pays and cancels', 'changes the day', 'cancels', 'leaves']);
  if (next.startsWith('pays')) await pay(scene, body.payment);
  if (next === 'changes the day') await api.patch(made.path, { pickupDate: day() }, made.headers);
  if (next.endsWith('cancels')) {
    const key = idempotencyKey();
    await insistOn(() => api.post(`${made.path}/cancel`, {}, { ...made.headers, ...key }));
  }
  return true;
}

/** A confirmed booking is moved to another of the days, which may be full, or cancelled. */
async function changeOne(ctx: Context, { chance }: Scene): Promise<void> {
  const confirmed = await select<{ id: string }>(ctx, `select id from bookings where status = 'confirmed'`);
  if (confirmed.length === 0) return;
  const { id } = confirmed[chance.between(0, confirmed.length - 1)] ?? { id: '' };
  const [person] = await select<{ id: string }>(ctx, `select id from staff_users where role = 'staff'`);
  const staffId = person?.id ?? '';
  const staff: Context = { ...ctx, actor: { type: 'staff', id: staffId, role: 'staff', name: 'Sam Staff' } };
  const pickupDate = addDays(FIRST_DAY, chance.between(0, MIXED_DAYS - 1));
  const change =
    chance.between(0, 2) === 0
      ? cancelBooking(staff, { bookingId: id, reason: 'Called off' })
      : rescheduleBooking(staff, { bookingId: id, pickupDate, priceChoice: 'keep' });
  await change.catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (!passing.includes(String(code))) throw error;
  });
}

/** What somebody who comes at the same time may cause. */
const passing = ['date_unavailable', 'move_not_allowed', 'invalid', 'conflict', 'booking_cancelled'];

function oversold(ctx: Context): Promise<object[]> {
  return select(
    ctx,
    `select day, name, slots, slots_taken from van_days($1, $2) where slots_taken > slots or specialty_taken > specialty_limit`,
    [FIRST_DAY, addDays(FIRST_DAY, MIXED_DAYS)],
  );
}

async function takenOn(ctx: Context, day: ServiceDay): Promise<number> {
  const [taken] = await select<{ bookings: number }>(
    ctx,
    'select sum(bookings)::int as bookings from van_days($1, $1)',
    [day],
  );
  return taken?.bookings ?? 0;
}
