import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedReference } from '../../../seeders/reference/index.ts';
import { openTestWorld, type TestWorld } from '../../../test/support/context.ts';
import { parseInstant, type ServiceDay } from '../../clock.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { execute, select } from '../_kit/sql.ts';
import { forgetCapacity } from './capacity-memory.ts';
import { calendar, dateRefusal, dayAvailability } from './day-availability.ts';
import { currentRateCard, forgetRateCard } from './load-rate-card.ts';
import { quotePrice } from './quote-price.ts';
import { fitsAnEmptyVan } from './van-load.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await openTestWorld();
});
afterAll(() => world.close());

const move = {
  service: 'mini_move',
  pickupDate: '2027-05-12',
  pickupZip: '10001',
  deliveryZip: '11937',
  pickupWindow: 'morning',
  miniMove: { package: 'petite', itemCount: 12 },
};

describe('the rate card', () => {
  it('is read as it was seeded, and seeding again changes nothing', async () => {
    const before = await select(world.ctx, 'select * from surcharge_rules order by code');
    await execute(world.ctx, `update specialty_items set price_cents = 51000 where code = 'peloton'`);
    await seedReference(world.ctx);
    expect(await select(world.ctx, 'select * from surcharge_rules order by code')).toEqual(before);
    forgetRateCard(world.ctx.db);
    const snapshot = await currentRateCard(world.ctx);
    expect(snapshot.card.specialtyItems.get('peloton')?.priceCents).toBe(51_000);
    expect(snapshot.card.packages.get('standard')).toMatchObject({
      priceCents: 172_500,
      maxItems: 30,
      coiIncluded: true,
    });
    expect(snapshot.vans).toHaveLength(3);
  });

  it('steps its version with each change', async () => {
    const before = (await currentRateCard(world.ctx)).version;
    await execute(world.ctx, `update specialty_items set price_cents = 50000 where code = 'peloton'`);
    forgetRateCard(world.ctx.db);
    expect((await currentRateCard(world.ctx)).version).toBeGreaterThan(before);
  });

  it('prices a quote with its code, and says nothing more of an unknown, an expired and a used-up one', async () => {
    const quoted = await quotePrice(world.ctx, { ...move, discountCode: ' pct10 ' });
    expect(quoted.quote).toMatchObject({ totalCents: 89_550, discount: { code: 'PCT10', applied: true } });
    await execute(world.ctx, `update discount_codes set valid_until = '2027-01-01' where code = 'PCT33'`);
    await execute(world.ctx, `update discount_codes set active = false where code = 'FIX50'`);
    forgetRateCard(world.ctx.db);
    for (const discountCode of ['NOPE', 'PCT33', 'FIX50']) {
      const { quote } = await quotePrice(world.ctx, { ...move, discountCode });
      expect(quote).toMatchObject({ totalCents: 99_500, discount: { applied: false, reason: 'not_valid' } });
    }
  });
});

describe('the calendar', () => {
  const examples: { now: string; pickupDate: ServiceDay; bookable: boolean }[] = JSON.parse(
    readFileSync(new URL('../../../test/fixtures/cutoff-examples.json', import.meta.url), 'utf8'),
  );

  it.each(examples)(
    'at $now the day $pickupDate is bookable: $bookable',
    async ({ now, pickupDate, bookable }) => {
      const snapshot = await currentRateCard(world.ctx);
      expect(dateRefusal(snapshot, parseInstant(now), pickupDate) === null).toBe(bookable);
    },
  );

  it('reaches 180 days ahead, inclusive', async () => {
    const snapshot = await currentRateCard(world.ctx);
    const now = parseInstant('2027-01-10T12:00:00Z');
    expect(dateRefusal(snapshot, now, '2027-07-09' as ServiceDay)).toBeNull();
    expect(dateRefusal(snapshot, now, '2027-07-10' as ServiceDay)).toBe('beyond_horizon');
    expect(dateRefusal(snapshot, now, '2027-01-09' as ServiceDay)).toBe('past');
  });

  it('closes a day only when every van is closed on it', async () => {
    const close = (van: string) =>
      execute(
        world.ctx,
        `insert into van_schedules (van_id, day, open, created_at, updated_at) select id, '2027-05-20', false, now(), now() from vans where name = $1`,
        [van],
      );
    await close('Van 1');
    await close('Van 2');
    const day = '2027-05-20' as ServiceDay;
    const asked = async () => {
      forgetCapacity(world.ctx.db, day);
      const load = { slots: 1, specialtyItems: 0 };
      return dayAvailability(world.ctx, await currentRateCard(world.ctx), day, load);
    };
    expect(await asked()).toEqual({ available: true });
    await close('Van 3');
    expect(await asked()).toEqual({ available: false, reason: 'closed' });
  });

  it('shows the special day in place of the weekend', async () => {
    const snapshot = await currentRateCard(world.ctx);
    const range = {
      from: '2027-07-03' as ServiceDay,
      to: '2027-07-04' as ServiceDay,
      service: 'mini_move',
      load: { slots: 2, specialtyItems: 0 },
    } as const;
    expect(
      (await calendar(world.ctx, snapshot, range)).map(({ surcharges }) =>
        surcharges.map(({ label }) => label),
      ),
    ).toEqual([['Weekend surcharge (15%)'], ['Independence Day']]);
  });
});

describe('an empty van', () => {
  it.each([
    [{ miniMove: { package: 'full', packing: false, unpacking: false } }, true],
    [{ specialtyItems: [{ item: 'peloton', quantity: 4 }] }, true],
    [{ specialtyItems: [{ item: 'peloton', quantity: 5 }] }, false],
    [{ standardDelivery: { itemCount: 999 } }, true],
    [{ standardDelivery: { itemCount: 1 }, specialtyItems: [{ item: 'crib', quantity: 4 }] }, true],
  ])('carries %j: %s', async (basket, fits) => {
    expect(fitsAnEmptyVan(await currentRateCard(world.ctx), basket)).toBe(fits);
  });
});

describe('a transaction', () => {
  it('is run again as a whole after a deadlock', async () => {
    let tries = 0;
    let bothBegan: () => void = () => undefined;
    const both = new Promise<void>((done) => {
      bothBegan = done;
    });
    // Tried again it asks in the other's order: a second deadlock would be a matter of luck.
    const step = (...order: string[]) =>
      inTransaction(world.ctx, async (ctx) => {
        tries += 1;
        // To open a connection may take longer than the other's whole turn.
        if (tries === 2) bothBegan();
        await both;
        const [first, second] = order;
        order.reverse();
        await execute(ctx, 'update vans set updated_at = now() where name = $1', [first]);
        await execute(ctx, 'select pg_sleep(0.2)');
        await execute(ctx, 'update vans set updated_at = now() where name = $1', [second]);
      });
    await Promise.all([step('Van 1', 'Van 2'), step('Van 2', 'Van 1')]);
    expect(tries).toBe(3);
  });
});
