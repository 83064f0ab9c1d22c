import { expect } from 'vitest';
import { inTransaction } from '../../src/resources/_kit/in-transaction.ts';
import { moveTo } from '../../src/resources/_kit/move-to.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { Booking } from '../../src/resources/bookings/booking.model.ts';
import type { BookingStatus } from '../../src/resources/bookings/booking.states.ts';
import { setCancelled } from '../../src/resources/bookings/cancel-booking.ts';
import type { TestApplication } from './application.ts';
import { awaitStatus, eventually, type Made, makeBooking, openPayment, pay } from './bookings.ts';
import { upload } from './files.ts';
import type { Panel } from './panel.ts';

type App = Pick<TestApplication, 'ctx'>;

/** Moves a booking with nothing of what else that brings. */
export async function move({ ctx }: App, made: Made, status: BookingStatus): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const booking = await Booking.findByPk(made.id, { transaction: tx.tx, rejectOnEmpty: true });
    if (status === 'cancelled') await setCancelled(tx, booking, 'Changed plans');
    else await moveTo(tx, booking, status);
  });
}

export async function customerIdOf(made: Made): Promise<string> {
  const booking = await Booking.findByPk(made.id, { rejectOnEmpty: true });
  return booking.customerId ?? '';
}

/** Works until nothing that came in waits. */
export const allWorked = ({ ctx }: App) =>
  eventually(async () => {
    const [open] = await select<{ count: number }>(
      ctx,
      `select (select count(*) from outbox_messages) + (select count(*) from webhook_events where status = 'received') as count`,
    );
    expect(open?.count).toBe(0);
  });

const email = 'zephyrine@planted.example';
export const plantedContact = {
  firstName: 'Zephyrine',
  lastName: 'Quillfeather',
  email,
  phone: '(917) 555-0177',
};
/** How the person is written, in whatever column. */
export const planted = [
  'planted',
  'zephyrine',
  'quillfeather',
  '9175550177',
  '917) 555-0177',
  'pickerel quay',
  '10013-9876',
];
const deliveryAddress = {
  line1: '9 Pickerel Quay',
  city: 'New York',
  state: 'NY',
  zip: '10013-9876',
  notes: 'Planted doorman',
};

export interface PlantedPerson {
  /** Paid and completed. */
  readonly done: Made;
  /** An inquiry. */
  readonly asked: Made;
  /** Of somebody else at the same pickup address. */
  readonly stranger: Made;
  readonly document: Record<string, any>;
}

/** A person who has left their words in every column that takes any. */
export async function plantPerson(app: TestApplication, admin: Panel): Promise<PlantedPerson> {
  // Shares the pickup address.
  const stranger = await makeBooking(app);
  const done = await makeBooking(app, {
    contact: plantedContact,
    deliveryAddress,
    instructions: 'Planted instructions',
  });
  await pay(app, await openPayment(app, done));
  await awaitStatus(app, done, 'confirmed');
  await move(app, done, 'completed');

  const asked = await makeBooking(app, {
    contact: plantedContact,
    service: 'standard_delivery',
    miniMove: undefined,
    standardDelivery: { itemCount: 2, description: 'A planted piano' },
    deliveryZip: '10013-9876',
    deliveryAddress,
  });
  const patched = await app.api.patch(
    asked.path,
    { standardDelivery: { itemCount: 3, description: 'A planted harp' } },
    asked.headers,
  );
  expect(patched.status).toBe(200);
  await admin.record('bookings', asked.id, 'amend', { notes: 'Planted notes' });

  // Merged into the first; and one that staff gave this e-mail, without a profile.
  const other = await makeBooking(app, { contact: { ...plantedContact, email: 'other@planted.example' } });
  await move(app, other, 'cancelled');
  const merged = await admin.record('customers', await customerIdOf(other), 'merge', { intoEmail: email });
  expect(merged.body.notice.type).toBe('success');
  const loose = await makeBooking(app, { contact: undefined });
  const named = await admin.record('bookings', loose.id, 'amend', { contactEmail: email });
  expect(named.body.notice.type).toBe('success');

  await admin.record('customers', await customerIdOf(done), 'edit', {
    notes: 'Planted profile notes',
    tags: ['planted tag'],
    communicationPreferences: { marketing: true },
  });
  await admin.get('/admin/export/customers.csv?filters.q=quillfeather');
  await admin.get(`/admin/export/customers.csv?filters.email=${email}&filters.lastName=Quillfeather`);
  await execute(
    app.ctx,
    `insert into refunds (payment_id, booking_id, amount_cents, reason, status, rejected_reason, rejected_by, source, rule, requested_at, created_at, updated_at)
     select id, booking_id, 100, 'Planted plea', 'rejected', 'Planted no', (select id from staff_users where role = 'admin' limit 1), 'rule', 'late_payment', now(), now(), now()
     from payments where booking_id = $1`,
    [done.id],
  );
  await execute(
    app.ctx,
    `insert into needs_reviews (kind, subject, payment_id, reason, suggested_step, resolution, resolved_at, created_at, updated_at)
     select 'amount_mismatch', id, id, 'Late', 'Look', 'Planted talk', now(), now(), now() from payments where booking_id = $1`,
    [done.id],
  );
  await execute(
    app.ctx,
    `insert into discount_redemptions (discount_code_id, booking_id, customer_email, created_at)
     select min(id::text)::uuid, $1, $2, now() from discount_codes`,
    [done.id, email],
  );
  await execute(
    app.ctx,
    `update bookings set cancel_reason = 'Planted reason', cut_off_override_reason = 'Planted hurry' where id = $1`,
    [done.id],
  );
  const said = await app.api.post(
    `${done.path}/feedback`,
    { score: 4, comment: 'Planted praise' },
    done.headers,
  );
  expect(said.status).toBe(201);
  const noted = await admin.record('bookings', done.id, 'addNote', { text: 'Planted note' });
  expect(noted.body.notice.type).toBe('success');
  const signIn = await app.api.post('/api/v1/customer/sign-in', { email });
  expect(signIn.status).toBe(202);
  const document = await upload(app, done, { fileName: 'planted-certificate.pdf' });
  await execute(
    app.ctx,
    `update cois set insurer = 'Planted insurer', policy_number = 'planted 1', certificate_holder = 'Planted holder',
       building = '9 Pickerel Quay', notes = 'Planted', rejected_reason = 'Planted' where document_id = $1`,
    [document.id],
  );
  await allWorked(app);
  await execute(app.ctx, `update webhook_events set last_error = 'Planted error'`);
  return { done, asked, stranger, document };
}
