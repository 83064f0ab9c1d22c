import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openTestWorld, type TestWorld } from '../../../test/support/context.ts';
import { rideIn, vanIdOf, vanOf } from '../../../test/support/rides.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { violationFromDatabase } from '../_kit/database-violations.ts';
import { execute, select } from '../_kit/sql.ts';
import { CapacityTaking } from './capacity-taking.model.ts';
import { capacityWords } from './capacity-taking.policy.ts';
import { moveToVan, previewVanMove } from './move-to-van.ts';

let world: TestWorld;
let staff: Context;
let vans: Record<'one' | 'two' | 'three', string>;
beforeAll(async () => {
  world = await openTestWorld();
  staff = world.as({ type: 'staff', id: '00000000-0000-4000-8000-000000000001', role: 'staff', name: 'Sam' });
  vans = {
    one: await vanIdOf(world.ctx, 'Van 1'),
    two: await vanIdOf(world.ctx, 'Van 2'),
    three: await vanIdOf(world.ctx, 'Van 3'),
  };
});
afterAll(() => world.close());
beforeEach(async () => {
  await execute(world.ctx, 'delete from capacity_takings');
  await execute(world.ctx, 'delete from van_schedules');
});

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('nothing was refused'),
    (thrown: Error) => thrown,
  );
  if (!(error instanceof Refusal)) throw error;
  return `${error.code}: ${error.detail}`;
}

it('a booking rides in another van, and the log says so in names', async () => {
  const booking = await rideIn(world.ctx, { van: 'Van 1', slots: 2 });
  const planned = await previewVanMove(staff, { bookingId: booking.id, vanId: vans.two });
  expect([planned.from.name, planned.to.name, planned.day]).toEqual(['Van 1', 'Van 2', '2027-05-12']);
  expect(await vanOf(world.ctx, booking)).toBe('Van 1');
  await moveToVan(staff, { bookingId: booking.id, vanId: vans.two });
  expect(await vanOf(world.ctx, booking)).toBe('Van 2');
  await moveToVan(staff, { bookingId: booking.id, vanId: vans.two });
  const logged = await select(
    world.ctx,
    `select actor_name, changes from audit_logs where booking_id = $1 and action = 'booking.movedToVan'`,
    [booking.id],
  );
  expect(logged).toEqual([{ actor_name: 'Sam', changes: { van: ['Van 1', 'Van 2'] } }]);
});

it('a full van refuses with what it has left', async () => {
  const booking = await rideIn(world.ctx, { van: 'Van 1', slots: 3 });
  await rideIn(world.ctx, { van: 'Van 2', slots: 5 });
  await rideIn(world.ctx, { van: 'Van 3', slots: 6, wholeVan: true });
  expect(await refusal(moveToVan(staff, { bookingId: booking.id, vanId: vans.two }))).toBe(
    'invalid: Van 2 has no room on Wed 12 May 2027: it has 1 slot left and this booking takes 3.',
  );
  expect(await refusal(moveToVan(staff, { bookingId: booking.id, vanId: vans.three }))).toBe(
    'invalid: Van 3 has no room on Wed 12 May 2027: another booking has all of it.',
  );
  expect(await vanOf(world.ctx, booking)).toBe('Van 1');
});

it('specialty items need their own room', async () => {
  const booking = await rideIn(world.ctx, { van: 'Van 1', slots: 2, specialtyItems: 2 });
  await rideIn(world.ctx, { van: 'Van 2', slots: 3, specialtyItems: 3 });
  expect(await refusal(moveToVan(staff, { bookingId: booking.id, vanId: vans.two }))).toBe(
    'invalid: Van 2 has no room on Wed 12 May 2027: it has room for 1 specialty item and this booking brings 2.',
  );
});

it('a closed van and one out of service refuse', async () => {
  const booking = await rideIn(world.ctx, { van: 'Van 1' });
  await execute(
    world.ctx,
    `insert into van_schedules (van_id, day, open, created_at, updated_at) values ($1, '2027-05-12', false, $2, $2)`,
    [vans.two, world.clock.now()],
  );
  expect(await refusal(moveToVan(staff, { bookingId: booking.id, vanId: vans.two }))).toBe(
    'invalid: Van 2 is closed on Wed 12 May 2027.',
  );
  await execute(world.ctx, 'update vans set active = false where id = $1', [vans.three]);
  expect(await refusal(moveToVan(staff, { bookingId: booking.id, vanId: vans.three }))).toBe(
    'invalid: Van 3 is not in service.',
  );
  await execute(world.ctx, 'update vans set active = true where id = $1', [vans.three]);
  await moveToVan(staff, { bookingId: booking.id, vanId: vans.three });
  expect(await vanOf(world.ctx, booking)).toBe('Van 3');
});

it('a booking of a whole van takes all of the other one, whatever its size, and only an empty one', async () => {
  const booking = await rideIn(world.ctx, { van: 'Van 1', slots: 6, wholeVan: true });
  await execute(
    world.ctx,
    `insert into van_schedules (van_id, day, slots, created_at, updated_at) values ($1, '2027-05-12', 4, $2, $2)`,
    [vans.two, world.clock.now()],
  );
  await rideIn(world.ctx, { van: 'Van 3' });
  expect(await refusal(moveToVan(staff, { bookingId: booking.id, vanId: vans.three }))).toBe(
    'invalid: Van 3 has no room on Wed 12 May 2027: this booking takes all of a van, and 1 booking already there.',
  );
  await moveToVan(staff, { bookingId: booking.id, vanId: vans.two });
  const [taking] = await select(
    world.ctx,
    'select slots, whole_van from capacity_takings where booking_id = $1',
    [booking.id],
  );
  expect(taking).toEqual({ slots: 4, whole_van: true });
});

it('a viewer may not, and what rides nowhere cannot', async () => {
  const booking = await rideIn(world.ctx, { van: 'Van 1' });
  const viewer = world.as({
    type: 'staff',
    id: '00000000-0000-4000-8000-000000000002',
    role: 'viewer',
    name: 'Vi',
  });
  const move = { bookingId: booking.id, vanId: vans.two };
  expect(await refusal(moveToVan(viewer, move))).toMatch(/^forbidden/);
  expect(await refusal(previewVanMove(viewer, move))).toMatch(/^forbidden/);
  await execute(world.ctx, 'delete from capacity_takings where booking_id = $1', [booking.id]);
  expect(await refusal(moveToVan(staff, move))).toBe(
    `move_not_allowed: ${booking.number} has no place in a van.`,
  );
  const nobody = '00000000-0000-4000-8000-000000000000';
  expect(await refusal(moveToVan(staff, { bookingId: nobody, vanId: vans.two }))).toMatch(/^not_found/);
});

it('of two that want the last room at once exactly one gets it', async () => {
  for (let round = 0; round < 5; round += 1) {
    await execute(world.ctx, 'delete from capacity_takings');
    const first = await rideIn(world.ctx, { van: 'Van 1', slots: 3 });
    const second = await rideIn(world.ctx, { van: 'Van 3', slots: 3 });
    await rideIn(world.ctx, { van: 'Van 2', slots: 3 });
    const outcomes = await Promise.allSettled(
      [first, second].map(({ id }) => moveToVan(staff, { bookingId: id, vanId: vans.two })),
    );
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const [taken] = await select<{ slots: number }>(
      world.ctx,
      'select sum(slots)::int as slots from capacity_takings where van_id = $1',
      [vans.two],
    );
    expect(taken?.slots).toBe(6);
  }
});

it('what the database itself refuses has words', async () => {
  const booking = await rideIn(world.ctx, { van: 'Van 1', slots: 3 });
  await rideIn(world.ctx, { van: 'Van 2', slots: 5 });
  const into = (vanId: string) =>
    CapacityTaking.update({ vanId }, { where: { bookingId: booking.id } }).then(
      () => null,
      (error: unknown) => violationFromDatabase(error, 'capacity_takings', capacityWords)?.message,
    );
  expect(await into(vans.two)).toBe('This van has no room for it on that day.');
  await execute(world.ctx, 'update vans set active = false where id = $1', [vans.three]);
  expect(await into(vans.three)).toBe('This van does not ride on that day.');
  await execute(world.ctx, 'update vans set active = true where id = $1', [vans.three]);
  await execute(world.ctx, `update bookings set status = 'completed' where id = $1`, [booking.id]);
  expect(await into(vans.three)).toBe('Only a booking that is held or rides takes a place in a van.');
  expect(await refusal(moveToVan(staff, { bookingId: booking.id, vanId: vans.three }))).toBe(
    'invalid: Only a booking that is held or rides takes a place in a van.',
  );
});
