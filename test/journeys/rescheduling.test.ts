import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceDay } from '../../src/clock.ts';
import type { Context } from '../../src/context.ts';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { planReschedule, rescheduleBooking } from '../../src/resources/bookings/reschedule-booking.ts';
import { approveRefund } from '../../src/resources/payments/approve-refund.ts';
import { openDifference } from '../../src/resources/payments/open-difference.ts';
import { rejectRefund } from '../../src/resources/payments/reject-refund.ts';
import { settlePayment } from '../../src/resources/payments/settle-payment.ts';
import { moneyAlone, startTestApplication, type TestApplication } from '../support/application.ts';
import {
  awaitStatus,
  eventually,
  type Made,
  makeBooking,
  openPayment,
  pay,
  readBooking,
} from '../support/bookings.ts';

/** `rules.md` §5: a confirmed booking gets another day; its price is kept, or the difference charged first. */

let app: TestApplication;
let staff: Context;
let admin: Context;
beforeAll(async () => {
  app = await startTestApplication(moneyAlone, 'postgres', 'seeded');
  staff = await actAs('staff');
  admin = await actAs('admin');
});
afterAll(() => app.stop());

async function actAs(role: 'staff' | 'admin'): Promise<Context> {
  const [person] = await select<{ id: string }>(app.ctx, 'select id from staff_users where role = $1', [
    role,
  ]);
  return { ...app.ctx, actor: { type: 'staff', id: person?.id ?? '', role, name: 'Sam Staff' } };
}

const wednesday = '2027-06-02' as ServiceDay;
/** 15 % more: $1,144.25 in place of $995.00. */
const saturday = '2027-06-05' as ServiceDay;

async function confirmed(pickupDate: string, changes: Record<string, unknown> = {}): Promise<Made> {
  const made = await makeBooking(app, { pickupDate, ...changes });
  await pay(app, await openPayment(app, made));
  await awaitStatus(app, made, 'confirmed');
  return made;
}

const taken = (made: Made) =>
  select<{ day: string; purpose: string }>(
    app.ctx,
    'select day, purpose from capacity_takings where booking_id = $1 order by day',
    [made.id],
  );

const move = (made: Made, pickupDate: string, priceChoice: 'keep' | 'charge' | 'refund', more: object = {}) =>
  rescheduleBooking(staff, {
    bookingId: made.id,
    pickupDate: pickupDate as ServiceDay,
    priceChoice,
    ...more,
  });

describe('a reschedule', () => {
  it('shows what the day would cost, and moves it at the kept price', async () => {
    const made = await confirmed(wednesday);
    const plan = await planReschedule(staff, made.id, { pickupDate: saturday });
    expect(plan).toMatchObject({ refusal: null, differenceCents: 14_925, price: { totalCents: 114_425 } });
    expect(await move(made, saturday, 'keep')).toEqual({ waitsFor: null });
    const booking = await readBooking(app, made);
    expect(booking).toMatchObject({
      status: 'confirmed',
      pickupDate: saturday,
      price: { totalCents: 99_500, amountDueCents: 0 },
    });
    expect(booking.price.lines.at(-1)).toMatchObject({ kind: 'adjustment', amountCents: -14_925 });
    expect(await taken(made)).toEqual([{ day: saturday, purpose: 'ride' }]);
    expect(await checkInvariants(app.ctx)).toEqual([]);
  });

  it('holds both days until the difference is paid, then moves day and price together', async () => {
    const made = await confirmed(wednesday);
    expect(await move(made, saturday, 'charge')).toMatchObject({ waitsFor: { dueCents: 14_925 } });
    expect(await readBooking(app, made)).toMatchObject({
      pickupDate: wednesday,
      price: { totalCents: 99_500, amountDueCents: 14_925 },
    });
    expect(await taken(made)).toEqual([
      { day: wednesday, purpose: 'ride' },
      { day: saturday, purpose: 'move' },
    ]);
    expect(await checkInvariants(app.ctx)).toEqual([]);
    const { payment, clientSecret } = await openDifference(staff, made.id);
    expect(payment).toMatchObject({ purpose: 'difference', amountCents: 14_925 });
    expect((await openDifference(staff, made.id)).payment.id).toBe(payment.id);
    await pay(app, {
      paymentIntentId: payment.stripePaymentIntentId,
      clientSecret,
      publishableKey: 'pk_test_local',
    });
    await settlePayment(app.ctx, { paymentIntentId: payment.stripePaymentIntentId ?? '' });
    expect(await readBooking(app, made)).toMatchObject({
      status: 'confirmed',
      pickupDate: saturday,
      price: { totalCents: 114_425, amountDueCents: 0 },
    });
    expect(await taken(made)).toEqual([{ day: saturday, purpose: 'ride' }]);
    expect(await checkInvariants(app.ctx)).toEqual([]);
  });

  it('keeps the old day and price when the wait lapses, and frees the second day', async () => {
    const made = await confirmed(wednesday);
    await move(made, saturday, 'charge');
    const { payment } = await openDifference(staff, made.id);
    await app.moveClock({ advance: 'PT24H1M' });
    await eventually(async () => expect(await taken(made)).toEqual([{ day: wednesday, purpose: 'ride' }]));
    expect(await readBooking(app, made)).toMatchObject({
      pickupDate: wednesday,
      price: { totalCents: 99_500, amountDueCents: 0 },
    });
    const [row] = await select(app.ctx, 'select status from payments where id = $1', [payment.id]);
    expect(row).toEqual({ status: 'cancelled' });
  });

  it('to a cheaper day moves at once, and its price when an admin has approved the refund', async () => {
    const made = await confirmed(saturday);
    expect(await move(made, wednesday, 'refund')).toEqual({ waitsFor: null });
    expect(await readBooking(app, made)).toMatchObject({
      pickupDate: wednesday,
      price: { totalCents: 114_425, amountDueCents: 0 },
    });
    const [refund] = await select<{ id: string; status: string; amount_cents: number }>(
      app.ctx,
      'select id, status, amount_cents from refunds where booking_id = $1',
      [made.id],
    );
    expect(refund).toMatchObject({ status: 'requested', amount_cents: 14_925 });
    await approveRefund(admin, refund?.id ?? '');
    await eventually(async () =>
      expect(await readBooking(app, made)).toMatchObject({
        refundedCents: 14_925,
        price: { totalCents: 99_500, amountDueCents: 0 },
      }),
    );
    expect(await checkInvariants(app.ctx)).toEqual([]);
  });

  it('to a cheaper day keeps its price when the refund is rejected', async () => {
    const made = await confirmed(saturday);
    await move(made, wednesday, 'refund');
    const [refund] = await select<{ id: string }>(app.ctx, 'select id from refunds where booking_id = $1', [
      made.id,
    ]);
    await rejectRefund(admin, { refundId: refund?.id ?? '', reason: 'They agreed to keep it' });
    expect((await readBooking(app, made)).price).toMatchObject({ totalCents: 114_425, amountDueCents: 0 });
    expect(await checkInvariants(app.ctx)).toEqual([]);
  });

  it('takes the place of one that waits', async () => {
    const made = await confirmed(wednesday);
    await move(made, saturday, 'charge');
    await move(made, '2027-06-09', 'keep');
    expect(await taken(made)).toEqual([{ day: '2027-06-09', purpose: 'ride' }]);
    expect((await readBooking(app, made)).price).toMatchObject({ totalCents: 99_500, amountDueCents: 0 });
    expect(await checkInvariants(app.ctx)).toEqual([]);
  });

  it('is refused without room, and nothing has moved', async () => {
    const full = { miniMove: { package: 'full', itemCount: 40 } };
    const day = '2027-06-16';
    for (let van = 0; van < 3; van += 1) await confirmed(day, full);
    const made = await confirmed(wednesday);
    await expect(move(made, day, 'keep')).rejects.toMatchObject({
      code: 'date_unavailable',
      facts: { extras: { reason: 'full' } },
    });
    expect((await readBooking(app, made)).pickupDate).toBe(wednesday);
    expect(await taken(made)).toEqual([{ day: wednesday, purpose: 'ride' }]);
  });

  it('of ten into the last place lets one through', async () => {
    const day = '2027-06-17';
    await execute(
      app.ctx,
      `insert into van_schedules (van_id, day, open, slots, created_at, updated_at)
       select id, $1, name = 'Van 1', 2, now(), now() from vans`,
      [day],
    );
    const made: Made[] = [];
    for (let people = 0; people < 10; people += 1) made.push(await confirmed(`2027-06-${21 + (people % 5)}`));
    const outcomes = await Promise.allSettled(made.map((each) => move(each, day, 'keep')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await checkInvariants(app.ctx)).toEqual([]);
  });

  it('of a booking that is being paid is refused, and its payment stays open', async () => {
    const made = await makeBooking(app, { pickupDate: wednesday });
    const payment = await openPayment(app, made);
    await expect(move(made, saturday, 'keep')).rejects.toMatchObject({ code: 'move_not_allowed' });
    expect((await pay(app, payment)).status).toBe('succeeded');
    await awaitStatus(app, made, 'confirmed');
  });

  it('is refused to a viewer, to what is not confirmed, to the same time, and after the cut-off without a reason', async () => {
    const made = await confirmed(wednesday);
    const viewer: Context = {
      ...staff,
      actor: { type: 'staff', id: randomUUID(), role: 'viewer', name: 'V' },
    };
    const asked = { bookingId: made.id, pickupDate: saturday, priceChoice: 'keep' } as const;
    await expect(rescheduleBooking(viewer, asked)).rejects.toMatchObject({ code: 'forbidden' });
    const inquiry = await makeBooking(app);
    await expect(move(inquiry, saturday, 'keep')).rejects.toMatchObject({ code: 'move_not_allowed' });
    await expect(move(made, wednesday, 'keep')).rejects.toMatchObject({ code: 'invalid' });
    await expect(move(made, '2027-06-03', 'charge')).rejects.toMatchObject({
      facts: { violations: [{ path: 'priceChoice' }] },
    });
    const today = '2027-04-07';
    await app.moveClock({ now: '2027-04-07T14:00:00Z' });
    await expect(move(made, today, 'keep')).rejects.toMatchObject({
      facts: { violations: [{ path: 'reason', code: 'cut_off' }] },
    });
    expect(await move(made, today, 'keep', { reason: 'They asked for today' })).toEqual({ waitsFor: null });
  });
});
