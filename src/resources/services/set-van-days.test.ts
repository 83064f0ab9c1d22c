import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openTestWorld, type TestWorld } from '../../../test/support/context.ts';
import { rideIn, vanIdOf, vanOf } from '../../../test/support/rides.ts';
import type { ServiceDay } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { execute, select } from '../_kit/sql.ts';
import { previewVanDays, setVanDays, type VanDaysChange } from './set-van-days.ts';

let world: TestWorld;
let staff: Context;
let vanIds: string[];
beforeAll(async () => {
  world = await openTestWorld();
  staff = world.as({ type: 'staff', id: '00000000-0000-4000-8000-000000000001', role: 'staff', name: 'Sam' });
  vanIds = [await vanIdOf(world.ctx, 'Van 1'), await vanIdOf(world.ctx, 'Van 2')];
});
afterAll(() => world.close());
beforeEach(async () => {
  await execute(world.ctx, 'delete from capacity_takings');
  await execute(world.ctx, 'delete from van_schedules');
});

function change(changes: Partial<VanDaysChange> = {}): VanDaysChange {
  return {
    vanIds,
    from: '2027-05-10' as ServiceDay,
    to: '2027-05-16' as ServiceDay,
    weekdays: null,
    open: false,
    slots: null,
    specialtyLimit: null,
    note: null,
    ...changes,
  };
}

const entries = () =>
  select<Record<string, unknown>>(
    world.ctx,
    'select day, open, slots, specialty_limit, note, version from van_schedules order by day, van_id',
  );

it('closes a week of vans, names who rides then, and leaves them where they are', async () => {
  const riding = await rideIn(world.ctx, { van: 'Van 2', slots: 2, firstName: 'Ann' });
  await rideIn(world.ctx, { van: 'Van 3', slots: 2 });
  const { days, displaced } = await previewVanDays(staff, change());
  expect(days).toBe(14);
  expect(displaced).toEqual([
    expect.objectContaining({
      day: '2027-05-12',
      van: 'Van 2',
      open: false,
      bookings: [{ number: riding.number, contactFirstName: 'Ann', contactLastName: 'Doe' }],
    }),
  ]);
  expect(await entries()).toEqual([]);
  expect(await setVanDays(staff, change())).toBe(14);
  expect((await entries()).every(({ open }) => open === false)).toBe(true);
  expect(await vanOf(world.ctx, riding)).toBe('Van 2');
  await expect(rideIn(world.ctx, { van: 'Van 2' })).rejects.toThrow(/does not ride/);
});

it('opens again what it closed, each day with its own entry in the log; what is as it should be stays untouched', async () => {
  await setVanDays(staff, change({ note: 'Garage' }));
  expect(await setVanDays(staff, change({ note: 'Garage' }))).toBe(0);
  expect(await setVanDays(staff, change({ open: true, to: '2027-05-11' as ServiceDay }))).toBe(4);
  const rows = await entries();
  expect(rows.filter(({ open, note, version }) => open && note === 'Garage' && version === 1)).toHaveLength(
    4,
  );
  const logged = await select<{ changes: object }>(
    world.ctx,
    `select changes from audit_logs where action = 'vanSchedule.updated'`,
  );
  expect(logged).toEqual(Array.from({ length: 4 }, () => ({ changes: { open: [false, true] } })));
});

it('lowers what fits on days of the week, and warns where more is taken', async () => {
  await rideIn(world.ctx, { van: 'Van 1', slots: 4, day: '2027-05-15' });
  await rideIn(world.ctx, { van: 'Van 1', slots: 3, day: '2027-05-16' });
  await rideIn(world.ctx, { van: 'Van 2', slots: 6, wholeVan: true, day: '2027-05-16' });
  const weekend = change({ weekdays: ['saturday', 'sunday'], open: null, slots: 3 });
  const { days, displaced } = await previewVanDays(staff, weekend);
  expect(days).toBe(4);
  expect(displaced.map(({ day, van, slots, slotsTaken }) => [day, van, slots, slotsTaken])).toEqual([
    ['2027-05-15', 'Van 1', 3, 4],
  ]);
  expect(await setVanDays(staff, weekend)).toBe(4);
  expect((await entries()).map(({ slots, open }) => [slots, open])).toEqual(
    Array.from({ length: 4 }, () => [3, true]),
  );
});

it('refuses everything that is wrong at once, and viewers', async () => {
  const nothing = change({ vanIds: [], to: '2027-05-01' as ServiceDay, open: null });
  const refused = await setVanDays(staff, nothing).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Refusal);
  expect((refused as Refusal).facts.violations?.map(({ path }) => path)).toEqual(['vanIds', 'to', 'open']);
  const years = change({ to: '2029-05-01' as ServiceDay });
  await expect(setVanDays(staff, years)).rejects.toMatchObject({ code: 'invalid' });
  const viewer = world.as({
    type: 'staff',
    id: '00000000-0000-4000-8000-000000000002',
    role: 'viewer',
    name: 'Vi',
  });
  await expect(setVanDays(viewer, change())).rejects.toMatchObject({ code: 'forbidden' });
  await expect(previewVanDays(viewer, change())).rejects.toMatchObject({ code: 'forbidden' });
  expect(await entries()).toEqual([]);
});

it('two at once make one entry a day, whoever is second', async () => {
  const outcomes = await Promise.allSettled([
    setVanDays(staff, change({ open: false })),
    setVanDays(staff, change({ open: null, note: 'Inspection' })),
    setVanDays(staff, change({ open: false, slots: 2 })),
  ]);
  const refused = outcomes.flatMap((each) =>
    each.status === 'rejected' ? [(each.reason as Refusal).code] : [],
  );
  expect(refused.length).toBeLessThan(outcomes.length);
  expect(refused.filter((code) => code !== 'conflict')).toEqual([]);
  expect(await entries()).toHaveLength(14);
});
