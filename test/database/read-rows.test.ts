import { Transaction } from 'sequelize';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readRows } from '../../src/resources/_kit/read-rows.ts';
import { Booking } from '../../src/resources/bookings/booking.model.ts';
import { bookingFacts, factsOf } from '../../src/resources/bookings/find-booking.ts';
import { Payment } from '../../src/resources/payments/payment.model.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import { awaitStatus, checkOut, eventually, makeBooking, openPayment, pay } from '../support/bookings.ts';

let app: TestApplication;
beforeAll(async () => {
  app = await startTestApplication();
});
afterAll(() => app.stop());

it('reads what Sequelize reads, every field of its own type', async () => {
  const made = await makeBooking(app);
  await checkOut(app, made);
  const [booking] = await readRows(app.ctx, Booking, 'id = $1', [made.id]);
  expect(booking?.get()).toStrictEqual((await Booking.findByPk(made.id))?.get());
  const payments = await readRows(app.ctx, Payment, 'booking_id = $1', [made.id]);
  expect(payments.map((row) => row.get())).toStrictEqual(
    (await Payment.findAll({ where: { bookingId: made.id } })).map((row) => row.get()),
  );
  expect(payments).toHaveLength(1);
});

it('gives rows that can be changed as any other', async () => {
  const made = await makeBooking(app);
  const [booking] = await readRows(app.ctx, Booking, 'id = $1', [made.id]);
  await booking?.update({ instructions: 'Ring twice' });
  expect(booking?.isNewRecord).toBe(false);
  expect((await Booking.findByPk(made.id))?.instructions).toBe('Ring twice');
});

it('joins what Sequelize includes: the newest payment, the stops, and nothing where there is none', async () => {
  const inquiry = await makeBooking(app);
  expect(await bookingFacts(app.ctx, inquiry.id)).toMatchObject({ payment: null, deliveries: [] });

  const made = await makeBooking(app);
  await pay(app, await openPayment(app, made));
  await awaitStatus(app, made, 'confirmed');
  await eventually(async () => expect((await bookingFacts(app.ctx, made.id)).deliveries).toHaveLength(2));
  // Of one moment: its tasks are being sent meanwhile.
  const isolationLevel = Transaction.ISOLATION_LEVELS.REPEATABLE_READ;
  const [joined, included] = await app.ctx.db.transaction({ isolationLevel }, async (tx) => [
    await bookingFacts({ ...app.ctx, tx }, made.id),
    await Booking.findByPk(made.id, {
      include: ['payments', 'deliveries'],
      rejectOnEmpty: true,
      transaction: tx,
    }),
  ]);
  const { booking, payment, deliveries } = factsOf(included);
  expect(booking.get()).toMatchObject(joined.booking.get());
  expect(Object.keys(booking.get())).toHaveLength(Object.keys(joined.booking.get()).length + 2);
  expect(joined.payment?.get()).toStrictEqual(payment?.get());
  expect(joined.deliveries.map((task) => task.get())).toStrictEqual(deliveries.map((task) => task.get()));
});
