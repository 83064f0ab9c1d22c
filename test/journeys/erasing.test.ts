import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { Booking } from '../../src/resources/bookings/booking.model.ts';
import { storedKey } from '../../src/resources/documents/document.model.ts';
import { statFile } from '../../src/resources/documents/s3/client.ts';
import { noPhone } from '../../src/resources/logistics/onfleet/recipients.ts';
import { stripDeliveries } from '../../src/resources/logistics/strip-deliveries.ts';
import { workOnfleetEvent } from '../../src/resources/logistics/work-onfleet-event.ts';
import { workSesEvent } from '../../src/resources/notifications/work-ses-event.ts';
import { workStripeEvent } from '../../src/resources/payments/work-stripe-event.ts';
import { idempotencyKey } from '../support/api.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import {
  awaitStatus,
  bookingRequest,
  eventually,
  type Made,
  makeBooking,
  openPayment,
  pay,
} from '../support/bookings.ts';
import { findStrings } from '../support/find-strings.ts';
import { type Panel, signedIn } from '../support/panel.ts';
import {
  allWorked,
  customerIdOf,
  move,
  planted,
  plantedContact,
  plantPerson,
} from '../support/planted-person.ts';
import { askOnfleet, atOnfleet, awaitTasks, drive } from '../support/road.ts';

/** `rules.md` §6: what is a person's goes from everywhere, and what is the books' stays. */

let app: TestApplication;
let admin: Panel;
beforeAll(async () => {
  app = await startTestApplication({ panel: true });
  admin = await signedIn(app, 'admin');
});
afterAll(() => app.stop());

const erase = (id: string) => admin.record('customers', id, 'erase', { isSure: true });

describe('a person whose traces are everywhere', () => {
  let done: Made;
  let asked: Made;
  let stranger: Made;
  let document: Record<string, any>;
  beforeAll(async () => {
    ({ done, asked, stranger, document } = await plantPerson(app, admin));
  });

  it('is found in all of these columns before', async () => {
    const columns = [
      'public.addresses.line1',
      'public.addresses.zip',
      'public.audit_personal_values.value',
      'public.booking_notes.text',
      'public.booking_words.contact_email',
      'public.booking_words.contact_first_name',
      'public.booking_words.contact_last_name',
      'public.booking_words.contact_phone',
      'public.bookings.basket',
      'public.bookings.cancel_reason',
      'public.bookings.contact_email',
      'public.bookings.contact_first_name',
      'public.bookings.contact_last_name',
      'public.bookings.contact_phone',
      'public.bookings.cut_off_override_reason',
      'public.bookings.delivery_address',
      'public.bookings.delivery_zip',
      'public.bookings.instructions',
      'public.bookings.notes',
      'public.cois.building',
      'public.cois.certificate_holder',
      'public.cois.insurer',
      'public.cois.notes',
      'public.cois.policy_number',
      'public.cois.rejected_reason',
      'public.customers.email',
      'public.customers.first_name',
      'public.customers.last_name',
      'public.customers.notes',
      'public.customers.phone',
      'public.customers.tags',
      'public.discount_redemptions.customer_email',
      'public.documents.file_name',
      'public.feedbacks.comment',
      'public.idempotency_keys.answer',
      'public.mail_choices.address',
      'public.needs_reviews.resolution',
      'public.notifications.recipient',
      'public.notifications.variables',
      'public.refunds.reason',
      'public.refunds.rejected_reason',
      'public.webhook_events.body',
      'public.webhook_events.last_error',
    ];
    // What a job writes may still be on its way.
    await eventually(async () => expect(await findStrings(app.ctx, planted)).toEqual(columns));
  });

  it('is told what will happen, and asked whether it is meant', async () => {
    const id = await customerIdOf(done);
    const unsure = await admin.record('customers', id, 'erase', { preview: true });
    expect(unsure.body.record.errors.isSure.message).toBe('Tick this to go on.');
    const sure = await admin.record('customers', id, 'erase', { isSure: true, preview: true });
    const { consequences } = sure.body.record.verb;
    expect(consequences[0]).toContain(
      'of Zephyrine Quillfeather is erased, in the profile and in 4 bookings.',
    );
    expect(consequences[1]).toMatch(/^TT-\d+, TT-\d+ are cancelled/);
  });

  it('is found in no column after, while the books and the audit log are as they were', async () => {
    const books = () =>
      select(
        app.ctx,
        `select (select jsonb_agg(to_jsonb(a) order by sequence) from payment_audits a) as ledger,
           (select jsonb_agg(jsonb_build_array(p.id, p.status, p.amount_cents, p.captured_cents, p.stripe_charge_id) order by p.id) from payments p) as payments,
           (select jsonb_agg(jsonb_build_array(b.id, b.price, b.total_cents, b.captured_cents) order by b.id) from bookings b) as prices`,
      );
    const [last] = await select<{ sequence: number }>(
      app.ctx,
      'select max(sequence) as sequence from audit_logs',
    );
    const log = () =>
      select(
        app.ctx,
        `select md5(string_agg(a::text, '' order by sequence)) from audit_logs a where sequence <= $1`,
        [last?.sequence],
      );
    const [booksBefore, logBefore] = [await books(), await log()];

    const id = await customerIdOf(done);
    expect((await erase(id)).body.notice).toEqual({
      type: 'success',
      message: 'The personal data was erased.',
    });
    expect(await findStrings(app.ctx, planted)).toEqual([]);
    await eventually(async () => expect(await statFile(app.ctx, storedKey({ id: document.id }))).toBeNull());
    expect(await books()).toEqual(booksBefore);
    expect(await log()).toEqual(logBefore);
    expect(await checkInvariants(app.ctx)).toEqual([]);
  });

  it('is an erased customer wherever staff look', async () => {
    const id = await customerIdOf(done);
    const { record } = (await admin.record('customers', id, 'show')).body;
    expect(record.title).toBe('Erased customer');
    expect(record.recordActions.map(({ name }: { name: string }) => name)).not.toContain('erase');
    const booking = (await admin.record('bookings', done.id, 'show')).body.record;
    expect(booking.screen.summary[0].cell).toMatchObject({ text: 'Erased customer' });
    const told = booking.screen.blocks.at(-1).entries.map(({ what }: { what: string }) => what);
    expect(told).toContain('Personal data erased');
    expect(
      (await admin.record('customers', id, 'edit', { lastName: 'X', email: 'x@y.example', version: 99 })).body
        .notice,
    ).toMatchObject({
      type: 'error',
      message: 'The personal data of this profile was erased.',
    });
  });

  it('has links that open nothing, inquiries that are cancelled, and neighbors that lost nothing', async () => {
    for (const made of [done, asked]) expect((await app.api.get(made.path, made.headers)).status).toBe(404);
    expect((await Booking.findByPk(asked.id, { rejectOnEmpty: true })).status).toBe('cancelled');
    expect((await Booking.findByPk(done.id, { rejectOnEmpty: true })).status).toBe('completed');
    const theirs = (await app.api.get(stranger.path, stranger.headers)).body;
    expect(theirs.contact.email).toBe('jo@example.com');
    const [kept] = await select(
      app.ctx,
      `select a.line1 from bookings b join addresses a on a.id = b.pickup_address_id where b.id = $1`,
      [stranger.id],
    );
    expect(kept).toEqual({ line1: '1 Main Street' });
  });

  it('leaves webhook events that can be worked again', async () => {
    await execute(app.ctx, `update webhook_events set status = 'received'`);
    const events = await select<{ id: string; source: 'stripe' | 'onfleet' | 'ses' }>(
      app.ctx,
      'select id, source from webhook_events',
    );
    const work = { stripe: workStripeEvent, onfleet: workOnfleetEvent, ses: workSesEvent };
    for (const { id, source } of events) await work[source](app.ctx, { webhookEventId: id });
    const statuses = await select(
      app.ctx,
      `select distinct source, status from webhook_events where source = 'stripe' or status not in ('done', 'ignored')`,
    );
    expect(statuses).toEqual([{ source: 'stripe', status: 'done' }]);
  });

  it('is erased once, and is somebody new when they book again', async () => {
    const id = await customerIdOf(done);
    const { version } = (await admin.record('customers', id, 'show')).body.record.params;
    await Promise.all([erase(id), erase(id)]);
    expect((await admin.record('customers', id, 'show')).body.record.params.version).toBe(version);
    const again = await makeBooking(app, { contact: plantedContact });
    expect(await customerIdOf(again)).not.toBe(id);
  });
});

describe('whom Onfleet’s tasks met', () => {
  const contact = { firstName: 'Ottoline', lastName: 'Marsh', email: 'ottoline@example.com' };
  const paid = async (changes: Record<string, unknown>) => {
    const made = await makeBooking(app, changes);
    await pay(app, await openPayment(app, made));
    await awaitStatus(app, made, 'confirmed');
    return { made, tasks: await awaitTasks(app, made) };
  };
  const recipientsOf = async ({ id }: Made) => {
    const tasks = await select<{ ids: string[] }>(
      app.ctx,
      'select recipient_ids as ids from delivery_tasks where booking_id = $1 order by leg desc',
      [id],
    );
    return Promise.all(
      tasks.flatMap(({ ids }) => ids).map((id) => askOnfleet(app, 'GET', `/api/v2/recipients/${id}`)),
    );
  };
  const isNobody = { name: 'Erased customer', notes: '', phone: expect.stringMatching(/^\+1000\d{7}$/) };

  it('is nobody after, with notes that say nothing, also when Onfleet was away; once', async () => {
    const { made, tasks } = await paid({
      contact: { ...contact, phone: '(917) 555-0181' },
      instructions: 'Ring for Ottoline',
    });
    for (const task of tasks)
      for (const verb of ['assign', 'start', 'complete'] as const) await drive(app, task, verb);
    await awaitStatus(app, made, 'completed');
    await allWorked(app);
    const [before] = await atOnfleet(app, tasks[0]);
    expect(before).toMatchObject({
      notes: expect.stringContaining('Ottoline'),
      recipients: [{ name: 'Ottoline Marsh' }],
    });
    await askOnfleet(app, 'POST', '/_faults', { error500: 4 });
    expect((await erase(await customerIdOf(made))).body.notice.type).toBe('success');
    for (const task of tasks)
      await eventually(async () =>
        expect(await atOnfleet(app, task)).toMatchObject([{ notes: '', recipients: [isNobody] }]),
      );
    const logged = () =>
      select(
        app.ctx,
        `select action from audit_logs where booking_id = $1 and action = 'deliveryTask.stripped'`,
        [made.id],
      );
    await eventually(async () => expect(await logged()).toHaveLength(2));
    // Killed before it was written down: done again, to the same end.
    await execute(app.ctx, 'update delivery_tasks set stripped_at = null where id = $1', [tasks[0].id]);
    const strip = () => stripDeliveries(app.ctx, { bookingId: made.id });
    await Promise.allSettled([strip(), strip(), strip()]);
    await eventually(strip);
    expect(await logged()).toHaveLength(3);
    expect(await recipientsOf(made)).toMatchObject([isNobody, isNobody]);
    expect(await select(app.ctx, `select from needs_reviews where kind = 'task_not_stripped'`)).toEqual([]);
  });

  it('is put before a person where Onfleet refuses, once, and what it does not refuse is gone', async () => {
    const phone = '(917) 555-0183';
    const { made, tasks } = await paid({
      contact: { ...contact, email: 'otti@example.com', phone },
      instructions: 'Ring for Ottoline',
    });
    for (const task of tasks)
      for (const verb of ['assign', 'start', 'complete'] as const) await drive(app, task, verb);
    await awaitStatus(app, made, 'completed');
    await allWorked(app);
    // Somebody at Onfleet has taken the number that is none.
    const { made: other } = await paid({
      contact: { ...contact, email: 'twin@example.com', phone: '(917) 555-0184' },
    });
    const [[mine], [theirs]] = [await recipientsOf(made), await recipientsOf(other)];
    await askOnfleet(app, 'PUT', `/api/v2/recipients/${theirs.id}`, {
      phone: noPhone(mine.id),
      skipPhoneNumberValidation: true,
    });
    const { number } = await Booking.findByPk(made.id, { rejectOnEmpty: true });
    await erase(await customerIdOf(made));
    const open = async () =>
      (await admin.resource('needsReviews', 'list', `?filters.view=open&filters.kind=task_not_stripped`)).body
        .records as { id: string; cells: Record<string, { text: string } | null> }[];
    const cases = await eventually(async () => {
      const found = await open();
      expect(found).toHaveLength(1);
      return found;
    });
    expect(cases[0]?.cells).toMatchObject({
      kind: { text: 'Erased, but not at Onfleet' },
      bookingId: { text: number },
      reason: {
        text: expect.stringMatching(
          new RegExp(
            `^${number} was erased, but Onfleet keeps something of its pickup\\. It says: “.*another recipient has it.*”$`,
          ),
        ),
      },
      suggestedStep: {
        text: 'Remove the customer’s name, phone and notes from the task in Onfleet’s own dashboard.',
      },
    });
    expect(JSON.stringify(cases)).not.toMatch(/Ottoline|555-?0183/);
    expect(await atOnfleet(app, tasks[0])).toMatchObject([{ notes: '' }]);
    await eventually(async () =>
      expect(await atOnfleet(app, tasks[1])).toMatchObject([{ notes: '', recipients: [isNobody] }]),
    );
    await eventually(() => stripDeliveries(app.ctx, { bookingId: made.id }));
    expect(await open()).toHaveLength(1);
    await admin.record('needsReviews', cases[0]?.id ?? '', 'resolve', { resolution: 'Removed by hand' });
    expect(await open()).toEqual([]);
  });

  it('is forgotten when the tasks are gone, too; who shares the phone keeps it', async () => {
    const phone = '(917) 555-0182';
    const neighbor = { firstName: 'Sam', lastName: 'Marsh', email: 'sam@example.com', phone };
    await makeBooking(app, { contact: neighbor });
    const { made } = await paid({ contact: { ...contact, email: 'otto@example.com', phone } });
    await move(app, made, 'completed');
    await allWorked(app);
    await erase(await customerIdOf(made));
    const theirs = { name: 'Sam Marsh', notes: '', phone: '+19175550182' };
    await eventually(async () => expect(await recipientsOf(made)).toMatchObject([theirs, theirs]));
  });
});

describe('a person with something under way', () => {
  it('is refused, and nothing is erased', async () => {
    const contact = { ...bookingRequest().contact, email: 'busy@example.com' };
    const made = await makeBooking(app, { contact, pickupDate: '2027-05-13' });
    const id = await customerIdOf(made);
    const refused = async (why: string) => {
      const answer = await erase(id);
      expect(answer.body.notice.type).toBe('error');
      expect(answer.body.notice.message).toMatch(
        new RegExp(`^First settle what is under way: TT-\\d+ ${why}\\.$`),
      );
      const planned = await admin.record('customers', id, 'erase', { isSure: true, preview: true });
      expect(planned.body.notice.message).toBe(answer.body.notice.message);
    };
    const payment = await openPayment(app, made);
    await refused('is not over yet');
    await pay(app, payment);
    await awaitStatus(app, made, 'confirmed');
    await refused('is not over yet');
    await move(app, made, 'completed');
    const [row] = await select<{ id: string }>(
      app.ctx,
      `insert into refunds (payment_id, booking_id, amount_cents, reason, status, source, rule, requested_at, created_at, updated_at)
       select id, booking_id, 100, 'Kindness', 'sent', 'rule', 'late_payment', now(), now(), now()
       from payments where booking_id = $1 returning id`,
      [made.id],
    );
    await refused('has a refund under way');
    await execute(app.ctx, `update refunds set status = 'failed' where id = $1`, [row?.id]);
    await execute(
      app.ctx,
      `insert into needs_reviews (kind, subject, payment_id, reason, suggested_step, created_at, updated_at)
       select 'late_payment', id, id, 'Late', 'Look', now(), now() from payments where booking_id = $1`,
      [made.id],
    );
    await refused('waits for a review');
    expect(await findStrings(app.ctx, ['busy@example.com'])).toContain('public.customers.email');
    await execute(app.ctx, 'update needs_reviews set resolved_at = now()');
    expect((await erase(id)).body.notice.type).toBe('success');
    expect(await findStrings(app.ctx, ['busy@example.com'])).toEqual([]);
  });

  it('who books or changes a booking at the very moment is erased with it, or is somebody new', async () => {
    for (let round = 0; round < 6; round += 1) {
      const contact = { ...bookingRequest().contact, email: `racing${round}@example.com` };
      // An address of their own, so that it goes with them or is made anew.
      const pickupAddress = { ...bookingRequest().pickupAddress, line1: `${round} Racing Street` };
      const made = await makeBooking(app, { contact, pickupAddress });
      await move(app, made, 'expired');
      const request = bookingRequest({ contact, pickupAddress });
      const [erased, patched, ...booked] = await Promise.all([
        erase(await customerIdOf(made)),
        app.api.patch(made.path, { instructions: 'Ring' }, made.headers),
        ...[1, 2, 3].map(() => app.api.post('/api/v1/bookings', request, idempotencyKey())),
      ]);
      expect(erased.body.notice.type).toBe('success');
      expect([200, 404]).toContain(patched.status);
      expect(booked.map(({ status }) => status)).toEqual([201, 201, 201]);
      const [astray] = await select<{ count: number }>(
        app.ctx,
        `select count(*)::int as count from bookings b join customers c on c.id = b.customer_id
         where c.erased_at is not null and (b.contact_email is not null or b.instructions <> '' or b.pickup_address_id is not null)`,
      );
      expect(astray?.count).toBe(0);
      const unlinked = await Booking.count({ where: { contactEmail: contact.email, customerId: null } });
      expect(unlinked).toBe(0);
    }
  });
});
