import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sqlState } from '../../src/database.ts';
import { select } from '../../src/resources/_kit/sql.ts';
import { bookingMoves, bookingStatuses } from '../../src/resources/bookings/booking.states.ts';
import { inquireBooking } from '../../src/resources/bookings/inquire-booking.ts';
import { disputeMoves } from '../../src/resources/payments/dispute.states.ts';
import { paymentMoves } from '../../src/resources/payments/payment.states.ts';
import { refundMoves } from '../../src/resources/payments/refund.states.ts';
import { bookingRequest } from '../support/bookings.ts';
import { openTestWorld, type TestWorld } from '../support/context.ts';

/** The last guard: what no use case, panel, script or bug can pass, asked with bare SQL. */

let world: TestWorld;
let bookingId: string;

beforeAll(async () => {
  world = await openTestWorld();
});
beforeEach(async () => {
  bookingId = (await inquireBooking(world.ctx, { request: bookingRequest() })).id;
});
afterAll(() => world.close());

const sql = (text: string, bind: unknown[] = []) => world.ctx.db.query(text, { bind });

/** Refused by a constraint or a trigger of ours, not by a slip in the statement. */
const isGuard = (error: unknown): boolean => /^(23|P0001)/.test(sqlState(error) ?? '');
const refuses = (work: Promise<unknown>) => expect(work).rejects.toSatisfy(isGuard);
const refused = (text: string, bind: unknown[] = []) => refuses(sql(text, bind));

async function makePayment(status = 'created', amount = 99_500): Promise<string> {
  const id = randomUUID();
  await sql(
    `insert into payments (id, booking_id, attempt, purpose, amount_cents, status, created_at, updated_at)
     select $1, $2, coalesce(max(attempt), 0) + 1, 'booking', $3, $4, now(), now() from payments where booking_id = $2`,
    [id, bookingId, amount, status],
  );
  return id;
}

const succeed = (paymentId: string) =>
  sql(
    `update payments set status = 'succeeded', stripe_payment_intent_id = $2, settled_at = now() where id = $1`,
    [paymentId, `pi_${paymentId}`],
  );

const capture = (paymentId: string, amount: number) =>
  sql(
    `insert into payment_audits (booking_id, payment_id, kind, amount_cents, stripe_object_id, occurred_at, created_at)
     values ($1, $2, 'captured', $3, $4, now(), now())`,
    [bookingId, paymentId, amount, `ch_${randomUUID()}`],
  );

describe('the number', () => {
  it('grows a digit with the millionth booking', async () => {
    await sql(`select setval('booking_numbers', 999999)`);
    const numbers = [1, 2, 3].map(async () => {
      const { number } = await inquireBooking(world.ctx, { request: bookingRequest() });
      return number;
    });
    expect((await Promise.all(numbers)).sort()).toEqual(['TT-1000000', 'TT-1000001', 'TT-1000002']);
  });
});

describe('the state machine', () => {
  it.each<[string, Readonly<Record<string, readonly string[]>>]>([
    ['booking', bookingMoves],
    ['payment', paymentMoves],
    ['refund', refundMoves],
    ['dispute', disputeMoves],
  ])('of a %s is the same table in the database and in the code', async (noun, moves) => {
    const known = await select<{ from_status: string; to_status: string }>(
      world.ctx,
      `select * from ${noun}_moves`,
    );
    const coded = Object.entries(moves).flatMap(([from, all]) => all.map((to) => `${from} → ${to}`));
    expect(known.map((move) => `${move.from_status} → ${move.to_status}`).toSorted()).toEqual(
      coded.toSorted(),
    );
  });

  it('refuses every other move', async () => {
    for (const status of bookingStatuses) {
      const allowed: readonly string[] = bookingMoves.inquiry;
      if (status === 'inquiry' || allowed.includes(status)) continue;
      await refused('update bookings set status = $2 where id = $1', [bookingId, status]);
    }
    await refused(`update bookings set status = 'lost' where id = $1`, [bookingId]);
  });

  it('reaches every state from an inquiry', () => {
    const reached = new Set<string>(['inquiry']);
    for (const from of reached)
      for (const to of bookingMoves[from as keyof typeof bookingMoves]) reached.add(to);
    expect([...reached].toSorted()).toEqual([...bookingStatuses].toSorted());
  });
});

describe('money', () => {
  it('takes one live payment a booking', async () => {
    await makePayment('created');
    await refuses(makePayment('pending'));
    await refuses(makePayment('processing'));
    await makePayment('cancelled');
  });

  it('keeps sums that are those of the ledger', async () => {
    const paymentId = await makePayment();
    await succeed(paymentId);
    await capture(paymentId, 99_500);
    const [row] = await select<{ captured_cents: number }>(
      world.ctx,
      'select captured_cents from bookings where id = $1',
      [bookingId],
    );
    expect(row?.captured_cents).toBe(99_500);
    await refused('update bookings set captured_cents = 1 where id = $1', [bookingId]);
    await refused('update payments set captured_cents = 1 where id = $1', [paymentId]);
  });

  it('has a ledger that is only ever added to', async () => {
    const paymentId = await makePayment();
    await succeed(paymentId);
    await capture(paymentId, 99_500);
    await refused('update payment_audits set amount_cents = 1 where payment_id = $1', [paymentId]);
    await refused('delete from payment_audits where payment_id = $1', [paymentId]);
    await refused('truncate payment_audits cascade');
  });

  it('lets nobody approve their own refund, and none be of nothing', async () => {
    const paymentId = await makePayment();
    await succeed(paymentId);
    await capture(paymentId, 99_500);
    const [admin, manager] = await select<{ id: string }>(
      world.ctx,
      `select id from staff_users where role = 'admin' order by email`,
    );
    const refund = (amount: number, approvedBy: string | null = null) =>
      sql(
        `insert into refunds (payment_id, booking_id, amount_cents, status, reason, source, requested_by, approved_by,
           requested_at, approved_at, created_at, updated_at)
         values ($1, $2, $3, 'approved', 'Test', 'staff', $4, $5, now(), now(), now(), now())`,
        [paymentId, bookingId, amount, admin?.id, approvedBy],
      );
    await refuses(refund(0, manager?.id));
    await refuses(refund(100, admin?.id));
    await refuses(refund(100));
    await refund(100, manager?.id);
  });

  it('goes back by known moves only, decided by admins, and never more than came', async () => {
    const paymentId = await makePayment();
    await succeed(paymentId);
    await capture(paymentId, 1_000);
    const people = await select<{ id: string }>(
      world.ctx,
      `select id from staff_users where email in ('admin@totetaxi.test', 'manager@totetaxi.test', 'staff@totetaxi.test')
       order by email`,
    );
    const [admin, manager, staff] = people.map(({ id }) => id);
    const request = async (amount: number, source = 'staff'): Promise<string> => {
      const id = randomUUID();
      await sql(
        `insert into refunds (id, payment_id, booking_id, amount_cents, reason, source, requested_by, status,
           requested_at, created_at, updated_at)
         values ($1, $2, $3, $4, 'Test', $5, $6, $7, now(), now(), now())`,
        [id, paymentId, bookingId, amount, source, admin, source === 'external' ? 'sent' : 'requested'],
      );
      return id;
    };
    const move = (id: string, status: string, by = 'approved_by', who: string | null = null) =>
      sql(`update refunds set status = $2, ${by} = coalesce($3, ${by}) where id = $1`, [id, status, who]);

    await refuses(request(1_001));
    const id = await request(700);
    await refuses(request(301));
    await refuses(move(id, 'sent'));
    await refuses(move(id, 'approved'));
    await refuses(move(id, 'approved', 'approved_by', admin));
    await refuses(move(id, 'approved', 'approved_by', staff));
    await refuses(move(id, 'rejected'));
    await refuses(move(id, 'rejected', 'rejected_by', staff));
    await refused('update refunds set amount_cents = 1 where id = $1', [id]);
    await refused('update refunds set is_surplus = true where id = $1', [id]);
    await refused('delete from refunds where id = $1', [id]);
    await move(id, 'approved', 'approved_by', manager);
    await move(id, 'needs_review');
    // What is before a person frees its amount; what comes from outside always goes in.
    const other = await request(1_000);
    await request(500, 'external');
    await refuses(move(id, 'approved'));
    await move(other, 'rejected', 'rejected_by', manager);
    await refuses(move(other, 'approved', 'approved_by', manager));
    await refuses(move(id, 'approved'));
  });

  it('that a bank disputes is frozen, its dispute moves by known moves only, and stays for good', async () => {
    const paymentId = await makePayment();
    await succeed(paymentId);
    await capture(paymentId, 1_000);
    const [dispute] = await select<{ id: string }>(
      world.ctx,
      `insert into disputes (payment_id, booking_id, amount_cents, status, reason, stripe_dispute_id, stripe_status,
         opened_at, created_at, updated_at)
       values ($1, $2, 100, 'open', 'fraudulent', $3, 'needs_response', now(), now(), now()) returning id`,
      [paymentId, bookingId, `du_${randomUUID()}`],
    );
    const id = dispute?.id;
    const ask = () =>
      sql(
        `insert into refunds (payment_id, booking_id, amount_cents, reason, source, requested_by, requested_at, created_at, updated_at)
         select $1, $2, 1, 'Test', 'staff', id, now(), now(), now() from staff_users where email = 'staff@totetaxi.test'`,
        [paymentId, bookingId],
      );
    const move = (status: string, closed: string) =>
      sql(`update disputes set status = $2, closed_at = ${closed} where id = $1`, [id, status]);
    await refuses(ask());
    await refuses(move('won', 'null'));
    await refused('update disputes set payment_id = $2 where id = $1', [id, await makePayment('cancelled')]);
    await refused(`update disputes set stripe_dispute_id = 'du_other' where id = $1`, [id]);
    await refused('update disputes set amount_cents = 0 where id = $1', [id]);
    await refused('delete from disputes where id = $1', [id]);
    await move('lost', 'now()');
    await refuses(move('open', 'null'));
    await move('won', 'now()');
    await refuses(move('lost', 'now()'));
    await ask();
  });

  it('is never negative, and a total is the subtotal less the discount', async () => {
    for (const column of ['subtotal_cents', 'discount_cents', 'total_cents']) {
      await refused(`update bookings set ${column} = -1 where id = $1`, [bookingId]);
      await refused(`update bookings set ${column} = ${column} + 7 where id = $1`, [bookingId]);
    }
    await refuses(makePayment('created', 0));
  });
});

describe('the audit log', () => {
  it('is only ever added to', async () => {
    await refused(`update audit_logs set action = 'nothing'`);
    await refused('delete from audit_logs');
    await refused('truncate audit_logs cascade');
  });

  it('holds personal values by their digest only, which erasing does not break', async () => {
    const rows = await select<{ changes: string }>(
      world.ctx,
      'select changes::text as changes from audit_logs where booking_id = $1',
      [bookingId],
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { changes } of rows) expect(changes).not.toContain('jo@example.com');
    const values = await select(world.ctx, 'select value from audit_personal_values where booking_id = $1', [
      bookingId,
    ]);
    expect(values).toEqual([{ value: 'jo@example.com' }]);
    await sql('delete from audit_personal_values where booking_id = $1', [bookingId]);
  });
});

describe('booking numbers', () => {
  it('come from a sequence: two hundred at once are all different', async () => {
    const made = await Promise.all(
      Array.from({ length: 200 }, () => inquireBooking(world.ctx, { request: bookingRequest() })),
    );
    expect(new Set(made.map(({ number }) => number)).size).toBe(200);
  });
});

describe('the rate card', () => {
  it.each([
    `update mini_move_packages set price_cents = -1 where code = 'petite'`,
    `update mini_move_packages set code = 'Not A Code' where code = 'petite'`,
    `update surcharge_rules set percent_basis_points = 100, amount_cents = 100`,
    `update surcharge_rules set percent_basis_points = null, amount_cents = null`,
    `update discount_codes set percent_basis_points = 10001 where code = 'SPRING10'`,
    `update discount_codes set code = 'spring10' where code = 'SPRING10'`,
    `insert into service_zones (zip, zone, created_at, updated_at) values ('123', 'core', now(), now())`,
    `update vans set slots = -1`,
  ])('refuses %s', async (statement) => {
    await refused(statement);
  });
});
