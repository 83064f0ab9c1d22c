import { afterAll, beforeAll, expect, it } from 'vitest';
import { bookingRequest } from '../../../test/support/bookings.ts';
import { openTestWorld, type TestWorld } from '../../../test/support/context.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { execute, select } from '../_kit/sql.ts';
import { inquireBooking } from '../bookings/inquire-booking.ts';
import { redeemDiscount, releaseDiscount } from './redeem-discount.ts';

let world: TestWorld;
let bookingIds: string[];

beforeAll(async () => {
  world = await openTestWorld();
  await execute(
    world.ctx,
    `insert into discount_codes (code, percent_basis_points, minimum_order_cents, maximum_uses, maximum_uses_per_customer, active, created_at, updated_at)
     values ('TEN', 1000, 0, 10, null, true, $1, $1), ('EACH', 1000, 0, null, 2, true, $1, $1)`,
    [world.ctx.clock.now()],
  );
  const made = await Promise.all(
    Array.from({ length: 100 }, () => inquireBooking(world.ctx, { request: bookingRequest() })),
  );
  bookingIds = made.map(({ id }) => id);
});
afterAll(() => world.close());

const redeem = (code: string, bookingId: string, customerEmail: string, evenAboveLimit = false) =>
  inTransaction(world.ctx, (tx) =>
    redeemDiscount(tx, { code, bookingId, customerEmail }, { evenAboveLimit }),
  );

async function uses(code: string): Promise<number> {
  const [row] = await select<{ count: number }>(
    world.ctx,
    `select count(*)::int as count from discount_redemptions r join discount_codes c on c.id = r.discount_code_id where c.code = $1`,
    [code],
  );
  return row?.count ?? 0;
}

it('a code with ten uses is taken by ten of a hundred who ask at once', async () => {
  const outcomes = await Promise.all(
    bookingIds.map((id, index) => redeem('TEN', id, `jo${index}@example.com`)),
  );
  expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(10);
  expect(await uses('TEN')).toBe(10);
});

it('a use is counted once a booking, given back, and may go above the limit for a late payment', async () => {
  const [held] = await select<{ booking_id: string }>(
    world.ctx,
    'select booking_id from discount_redemptions limit 1',
  );
  const bookingId = held?.booking_id ?? '';
  expect(await redeem('TEN', bookingId, 'x@example.com')).toBe('taken');
  expect(await uses('TEN')).toBe(10);
  await inTransaction(world.ctx, (tx) => releaseDiscount(tx, bookingId));
  expect(await uses('TEN')).toBe(9);
  const free = bookingIds.filter((id) => id !== bookingId);
  const taken = await Promise.all(free.slice(0, 40).map((id) => redeem('TEN', id, 'y@example.com', true)));
  expect(new Set(taken)).toEqual(new Set(['taken']));
  expect(await uses('TEN')).toBeGreaterThan(10);
});

it('a code with two uses a customer is taken twice by each, at once', async () => {
  const outcomes = await Promise.all(
    bookingIds
      .slice(0, 40)
      .map((id, index) => redeem('EACH', id, index % 2 === 0 ? 'a@example.com' : 'b@example.com')),
  );
  expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(4);
});
