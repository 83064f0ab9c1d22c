import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bookingRequest } from '../../../test/support/bookings.ts';
import { openTestWorld, type TestWorld } from '../../../test/support/context.ts';
import type { Context } from '../../context.ts';
import { sqlState } from '../../database.ts';
import { execute, select } from '../_kit/sql.ts';
import { Customer } from './customer.model.ts';
import { eraseCustomer } from './erase-customer.ts';
import { inquireBooking } from './inquire-booking.ts';
import { mergeCustomers, planMerge } from './merge-customers.ts';

let world: TestWorld;
let admin: Context;
/** Makes each test's e-mails its own. */
let mark: string;
beforeAll(async () => {
  world = await openTestWorld();
  admin = world.as({ type: 'staff', id: randomUUID(), role: 'admin', name: 'Ada Admin' });
});
beforeEach(() => {
  mark = randomUUID().slice(0, 8);
});
afterAll(() => world.close());

const emailOf = (name: string) => `${name}.${mark}@example.com`;

function book(name: string, changes: object = {}) {
  const contact = { firstName: name, lastName: 'Brooks', email: emailOf(name), phone: '212 555 0100' };
  return inquireBooking(world.ctx, { request: bookingRequest({ contact, ...changes }) });
}

/** A profile of its own, with a booking. */
async function profile(name: string, values: Partial<Customer> = {}): Promise<Customer> {
  const { customerId } = await book(name);
  const customer = await Customer.findByPk(customerId ?? '', { rejectOnEmpty: true });
  return customer.update(values);
}

const fresh = (customer: Customer) => Customer.findByPk(customer.id, { rejectOnEmpty: true });
const merge = (from: Customer, into: Customer) =>
  mergeCustomers(admin, { fromId: from.id, intoEmail: into.email ?? '' });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  );

async function bookingsOf(customer: Customer): Promise<number> {
  const [row] = await select<{ count: number }>(
    world.ctx,
    'select count(*)::int as count from bookings where customer_id = $1',
    [customer.id],
  );
  return row?.count ?? 0;
}

describe('merging two profiles', () => {
  it('moves what is theirs, unites tags and notes, and closes the one', async () => {
    const from = await profile('old', {
      tags: ['vip', 'piano'],
      notes: 'Rings twice',
      preferences: { callAhead: true, sameCrew: true },
    });
    const into = await profile('maya', {
      tags: ['piano', 'summer'],
      notes: 'Has a dog',
      phone: null,
      preferences: { callAhead: false },
    });
    const second = await book('old', {
      pickupAddress: { ...bookingRequest().pickupAddress, line1: `5 ${mark}` },
    });

    const plan = await planMerge(admin, { fromId: from.id, intoEmail: into.email ?? '' });
    expect(plan).toMatchObject({ bookings: 2, addresses: 3, newTags: ['vip'], joinsNotes: true });
    await merge(from, into);

    expect(await fresh(into)).toMatchObject({
      tags: ['piano', 'summer', 'vip'],
      notes: 'Has a dog\n\nRings twice',
      phone: '+12125550100',
      preferences: { callAhead: false, sameCrew: true },
      email: emailOf('maya'),
      version: 1,
    });
    expect(await fresh(from)).toMatchObject({ mergedIntoId: into.id, email: emailOf('old'), version: 1 });
    expect(await Promise.all([from, into].map(bookingsOf))).toEqual([0, 3]);
    await second.reload();
    expect(second).toMatchObject({
      customerId: into.id,
      contactEmail: emailOf('old'),
      contactFirstName: 'old',
    });
  });

  it('is told in the history of both, its personal values kept apart', async () => {
    const from = await profile('old', { notes: 'Rings twice' });
    const into = await profile('maya');
    await merge(from, into);
    const entries = await select<{ action: string; changes: object; subject_id: string }>(
      world.ctx,
      `select action, changes, subject_id from audit_logs where subject_id in ($1, $2) order by sequence`,
      [from.id, into.id],
    );
    expect(entries.map(({ action, subject_id }) => [action, subject_id])).toEqual([
      ['customer.merged', from.id],
      ['customer.mergedIn', into.id],
    ]);
    expect(entries[1]?.changes).toMatchObject({ bookings: [null, expect.stringMatching(/^TT-\d+$/)] });
    expect(JSON.stringify(entries)).not.toContain('Rings twice');
  });

  it('sends later bookings of the closed one’s e-mail to the one that lives, over any number of merges', async () => {
    const [first, second, third] = [await profile('a'), await profile('b'), await profile('c')];
    await merge(first, second);
    await merge(second, third);
    for (const name of ['a', 'b', 'c']) expect((await book(name)).customerId).toBe(third.id);
    expect((await fresh(first)).mergedIntoId).toBe(third.id);
  });

  it('follows the e-mail of a closed profile to the one that lives', async () => {
    const [first, second, third] = [await profile('a'), await profile('b'), await profile('c')];
    await merge(first, second);
    const into = await mergeCustomers(admin, { fromId: third.id, intoEmail: first.email ?? '' });
    expect(into.id).toBe(second.id);
  });
});

describe('a merge is refused', () => {
  it('to anybody but an admin', async () => {
    const [from, into] = [await profile('a'), await profile('b')];
    for (const role of ['staff', 'viewer'] as const) {
      const ctx = world.as({ type: 'staff', id: randomUUID(), role, name: 'Sam' });
      const asked = { fromId: from.id, intoEmail: into.email ?? '' };
      expect(await codeOf(mergeCustomers(ctx, asked))).toBe('forbidden');
      expect(await codeOf(planMerge(ctx, asked))).toBe('forbidden');
    }
  });

  it('with nobody, with oneself, twice, and after an erasure', async () => {
    const [from, into, other] = [await profile('a'), await profile('b'), await profile('c')];
    expect(await codeOf(mergeCustomers(admin, { fromId: from.id, intoEmail: 'nobody@example.com' }))).toBe(
      'invalid',
    );
    expect(await codeOf(merge(from, from))).toBe('invalid');
    await merge(from, into);
    expect(await codeOf(merge(from, into))).toBe('move_not_allowed');
    expect(await codeOf(merge(from, other))).toBe('move_not_allowed');
    // Back again, by either e-mail: no cycle.
    expect(await codeOf(merge(into, from))).toBe('invalid');
    expect(await codeOf(merge(into, into))).toBe('invalid');
    await eraseCustomer(admin, other.id);
    expect(await codeOf(merge(other, into))).toBe('move_not_allowed');
  });

  it('when their notes are together too long, before anything moved', async () => {
    const [from, into] = [
      await profile('a', { notes: 'x'.repeat(1_500) }),
      await profile('b', { notes: 'y'.repeat(1_500) }),
    ];
    expect(await codeOf(merge(from, into))).toBe('invalid');
    expect(await Promise.all([from, into].map(bookingsOf))).toEqual([1, 1]);
  });

  it('for all but one at once, in a ring of three as between two', async () => {
    for (let round = 0; round < 5; round += 1) {
      mark = randomUUID().slice(0, 8);
      const [a, b, c] = [await profile('a'), await profile('b'), await profile('c')];
      await Promise.allSettled([merge(a, b), merge(b, c), merge(c, a), merge(b, a)]);
      const all = await Promise.all([a, b, c].map(fresh));
      const living = all.filter(({ mergedIntoId }) => mergedIntoId === null);
      expect(living.length).toBeGreaterThan(0);
      for (const { mergedIntoId } of all.filter((each) => each.mergedIntoId !== null))
        expect(living.map(({ id }) => id)).toContain(mergedIntoId);
      for (const closed of all.filter((each) => each.mergedIntoId !== null))
        expect(await bookingsOf(closed)).toBe(0);
    }
  });

  it('never loses a booking that is made at that very moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      mark = randomUUID().slice(0, 8);
      const [from, into] = [await profile('a'), await profile('b')];
      await Promise.all([merge(from, into), book('a'), book('a'), book('b')]);
      expect(await Promise.all([from, into].map(bookingsOf))).toEqual([0, 5]);
    }
  });

  it('by the database, too: no chain and no cycle', async () => {
    const [a, b, c] = [await profile('a'), await profile('b'), await profile('c')];
    const point = (from: Customer, into: Customer) =>
      execute(world.ctx, 'update customers set merged_into_id = $2, merged_at = now() where id = $1', [
        from.id,
        into.id,
      ]).then(
        () => 'done',
        (error: unknown) => sqlState(error),
      );
    expect(await point(a, a)).toBe('23514');
    expect(await point(a, b)).toBe('done');
    expect(await point(b, a)).toBe('23514');
    expect(await point(b, c)).toBe('23514');
    expect(await point(c, a)).toBe('23514');
  });
});
