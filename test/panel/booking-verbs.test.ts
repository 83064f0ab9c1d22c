import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import type { Answer } from '../support/api.ts';
import { moneyAlone, startTestApplication, type TestApplication } from '../support/application.ts';
import {
  askStandIn,
  awaitStatus,
  checkOut,
  eventually,
  type Made,
  makeBooking,
  openPayment,
  pay,
  readBooking,
} from '../support/bookings.ts';
import { TEST_NOW } from '../support/context.ts';
import { type Panel, signedIn } from '../support/panel.ts';

let app: TestApplication;
let admin: Panel;
let staff: Panel;
let viewer: Panel;
beforeAll(async () => {
  app = await startTestApplication({ ...moneyAlone, panel: true });
  [admin, staff, viewer] = [
    await signedIn(app, 'admin'),
    await signedIn(app, 'staff'),
    await signedIn(app, 'viewer'),
  ];
});
beforeEach(() => app.moveClock({ now: TEST_NOW }));
afterAll(async () => {
  expect(await checkInvariants(app.ctx)).toEqual([]);
  await app.stop();
});

const NEW = '/admin/api/resources/bookings/actions/new';

/** A phone booking as the form sends it: two items and a surfboard, from core to core. */
function filledIn(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    service: 'standard_delivery',
    itemCount: '4',
    heaviestItemLbs: 30,
    description: 'Boxes',
    specialtyItems: { surfboard: '1', peloton: '' },
    pickupDate: '2027-05-12',
    pickupWindow: 'specific_hour',
    pickupHour: '9',
    firstName: 'Ann',
    lastName: 'Caller',
    email: 'Ann@Example.com',
    phone: '(212) 555-0101',
    pickupZip: '10001',
    pickupLine1: '1 main street',
    pickupCity: 'New York',
    pickupState: 'NY',
    deliveryZip: '10013',
    deliveryLine1: '2 Church Street',
    deliveryCity: 'New York',
    deliveryState: 'NY',
    coi: false,
    note: 'Called twice',
    ...changes,
  };
}

const message = ({ body }: Answer) => body.notice?.message;
const isRefused = ({ body }: Answer) => body.notice?.type === 'error';
const errorsOf = ({ body }: Answer): Record<string, { type: string; message: string }> => body.record.errors;
const isForbidden = ({ status, body }: Answer) =>
  status === 403 || body.record?.baseError?.type === 'ForbiddenError';

async function numberRow(id: string): Promise<Record<string, any>> {
  const [row] = await select<Record<string, any>>(app.ctx, 'select * from bookings where id = $1', [id]);
  return row ?? {};
}

async function auditOf(id: string, action: string): Promise<Record<string, any>[]> {
  return select(
    app.ctx,
    'select actor_name, reason, changes from audit_logs where booking_id = $1 and action = $2',
    [id, action],
  );
}

async function bookedOnPhone(changes: Record<string, unknown> = {}): Promise<string> {
  const made = await staff.post(NEW, filledIn(changes));
  if (isRefused(made)) throw new Error(JSON.stringify(made.body.record));
  return made.body.record.id;
}

async function paid(changes: Record<string, unknown> = {}): Promise<Made> {
  const made = await makeBooking(app, changes);
  await pay(app, await openPayment(app, made));
  await awaitStatus(app, made, 'confirmed');
  return made;
}

describe('a booking on the phone', () => {
  it('has a form of what the catalogue offers, each service with its own fields', async () => {
    const { body } = await staff.get(NEW);
    const field = (name: string) => body.form.fields.find((each: { name: string }) => each.name === name);
    expect(field('package').options[0]).toEqual(['petite', 'Petite, $995.00, up to 15 items']);
    expect(field('package').shownWhen).toEqual({ field: 'service', values: ['mini_move'] });
    expect(field('specialtyItems').kind).toBe('quantities');
    expect(field('deliveryZip').shownWhen).toEqual({ field: 'direction', values: ['to_airport'], not: true });
  });

  it('is priced line by line before it is made, and nothing is kept of that', async () => {
    const before = await select(app.ctx, 'select count(*) from bookings');
    const { body } = await staff.post(NEW, filledIn({ preview: true }));
    expect(body.consequences).toContain('Wed 12 May 2027 can be booked.');
    expect(body.consequences.at(-1)).toBe('Total: $730.00');
    expect(body.consequences.join('\n')).toContain('Surfboard');
    expect(await select(app.ctx, 'select count(*) from bookings')).toEqual(before);
  });

  it('is an inquiry by the same engine, with its note, and can be checked out', async () => {
    const made = await staff.post(NEW, filledIn());
    expect(message(made)).toMatch(/^TT-\d{6} made: \$730\.00\.$/);
    const row = await numberRow(made.body.record.id);
    expect(row).toMatchObject({
      status: 'inquiry',
      source: 'staff',
      total_cents: 73_000,
      contact_email: 'ann@example.com',
      contact_phone: '+12125550101',
      pickup_hour: 9,
      basket: {
        standardDelivery: { itemCount: 4, description: 'Boxes', heaviestItemLbs: 30 },
        specialtyItems: [{ item: 'surfboard', quantity: 1 }],
      },
      cut_off_override_reason: null,
    });
    expect(row.pickup_address.line1).toBe('1 Main Street');
    expect(
      await select(app.ctx, 'select author, text from booking_notes where booking_id = $1', [row.id]),
    ).toEqual([{ author: 'Sam Staff', text: 'Called twice' }]);
    expect(await auditOf(row.id, 'booking.inquired')).toMatchObject([{ actor_name: 'Sam Staff' }]);
  });

  it('takes bags from an airport, whose end has no address', async () => {
    const id = await bookedOnPhone({
      service: 'airport_transfer',
      airport: 'JFK',
      direction: 'from_airport',
      bags: '3',
      flightDate: '2027-05-12',
      flightTime: '13:30',
      pickupZip: undefined,
    });
    expect(await numberRow(id)).toMatchObject({
      pickup_zip: null,
      pickup_address: null,
      total_cents: 22_500,
    });
  });

  it('says at each field what is wrong, all at once', async () => {
    const wrong = filledIn({
      email: 'nobody',
      phone: 'call me',
      pickupZip: '99999',
      deliveryCity: '',
      pickupDate: '2027-04-01',
      discountCode: 'X'.repeat(51),
    });
    const refused = await staff.post(NEW, wrong);
    expect(isRefused(refused)).toBe(true);
    expect(Object.keys(errorsOf(refused))).toEqual(['discountCode']);
    const again = await staff.post(NEW, { ...wrong, discountCode: '', preview: true });
    expect(Object.keys(errorsOf(again)).sort()).toEqual([
      'deliveryCity',
      'email',
      'phone',
      'pickupDate',
      'pickupZip',
    ]);
    expect(errorsOf(again).phone?.message).toBe('Use a phone number like (212) 555-0100.');
  });

  it('passes the cut-off with a reason alone, and is then checked out', async () => {
    const tomorrow = { pickupDate: '2027-04-06', note: '' };
    await app.moveClock({ now: '2027-04-05T22:30:00Z' });
    const refused = await staff.post(NEW, filledIn(tomorrow));
    expect(errorsOf(refused).pickupDate?.type).toBe('cut_off');

    const id = await bookedOnPhone({ ...tomorrow, cutOffOverrideReason: 'The van is free', sameDay: true });

    const row = await numberRow(id);
    expect(row).toMatchObject({ cut_off_override_reason: 'The van is free', same_day: true });
    expect(row.price.lines.map(({ kind }: { kind: string }) => kind)).toContain('same_day');
    expect((await auditOf(id, 'booking.inquired'))[0]?.changes.cutOffOverrideReason).toEqual([
      null,
      'The van is free',
    ]);
    const sent = await staff.record('bookings', id, 'sendPaymentLink', {});
    expect(sent.body.record.keep.value).toContain('/pay/');
  });

  it('never lets anybody book the past, or the public pass the cut-off', async () => {
    const past = await staff.post(
      NEW,
      filledIn({ pickupDate: '2027-04-04', cutOffOverrideReason: 'Please' }),
    );
    expect(errorsOf(past).pickupDate?.type).toBe('past');
    await expect(
      makeBooking(app, { pickupDate: '2027-04-05', cutOffOverrideReason: 'Please' }),
    ).rejects.toThrow(/unknown_field/);
    await expect(makeBooking(app, { sameDay: true })).rejects.toThrow(/unknown_field/);
  });

  it('is not for viewers', async () => {
    expect(isForbidden(await viewer.post(NEW, filledIn()))).toBe(true);
    expect(isForbidden(await viewer.post(NEW, filledIn({ preview: true })))).toBe(true);
  });
});

describe('changing a booking', () => {
  it('prices it anew, and what has no price leaves the rest as it is', async () => {
    const made = await makeBooking(app);
    await openPayment(app, made);
    const read = await staff.record('bookings', made.id, 'change');
    expect(read.body.record.verb.values).toMatchObject({
      service: 'mini_move',
      package: 'petite',
      itemCount: 12,
    });
    const { version } = read.body.record.verb;

    const words = await staff.record('bookings', made.id, 'change', { instructions: 'Ring twice', version });
    expect(message(words)).toBe('Booking saved: $995.00.');
    expect(await readBooking(app, made)).toMatchObject({
      status: 'pending_payment',
      instructions: 'Ring twice',
    });

    const changes = { package: 'standard', itemCount: '20' };
    const preview = await staff.record('bookings', made.id, 'change', { ...changes, preview: true });
    expect(preview.body.record.verb.consequences).toEqual([
      'Saves what you changed. The price was $995.00 and is asked anew:',
      expect.stringContaining('$1,725.00'),
      'Total: $1,725.00',
      'The open payment is cancelled and its day is free again: it is an inquiry.',
    ]);
    await staff.record('bookings', made.id, 'change', changes);
    expect(await readBooking(app, made)).toMatchObject({
      status: 'inquiry',
      price: { totalCents: 172_500 },
      payment: { status: 'cancelled' },
    });
  });

  it('is refused on an old version, once it is paid, and to viewers', async () => {
    const made = await makeBooking(app);
    const { version } = (await staff.record('bookings', made.id, 'change')).body.record.verb;
    await staff.record('bookings', made.id, 'change', { instructions: 'One', version });
    const late = await admin.record('bookings', made.id, 'change', { instructions: 'Two', version });
    expect(message(late)).toMatch(/was changed while you were editing it/);
    expect((await readBooking(app, made)).instructions).toBe('One');
    const settled = await paid();
    expect(message(await staff.record('bookings', settled.id, 'change', { instructions: 'x' }))).toMatch(
      /no longer be changed/,
    );
    expect(isForbidden(await viewer.record('bookings', made.id, 'change', { instructions: 'x' }))).toBe(true);
  });

  it('keeps a cut-off override for its day alone', async () => {
    await app.moveClock({ now: '2027-04-05T22:30:00Z' });
    const made = await makeBooking(app);
    const moved = { pickupDate: '2027-04-06', cutOffOverrideReason: 'A regular' };
    await staff.record('bookings', made.id, 'change', moved);
    expect((await numberRow(made.id)).cut_off_override_reason).toBe('A regular');
    expect((await checkOut(app, made)).status).toBe(200);
    await app.api.patch(made.path, { pickupDate: '2027-05-13' }, made.headers);
    expect((await numberRow(made.id)).cut_off_override_reason).toBe(null);
  });
});

describe('an agreed price', () => {
  const agree = (panel: Panel, id: string, totalCents: unknown, reason = 'A regular') =>
    panel.record('bookings', id, 'overridePrice', { totalCents, reason });

  it('is a line with its reason, outlives the lock, and is what is charged', async () => {
    const made = await makeBooking(app);
    expect(message(await agree(admin, made.id, 80_000))).toBe('The price is $800.00 now.');
    const booking = await readBooking(app, made);
    expect(booking.price).toMatchObject({ totalCents: 80_000, subtotalCents: 80_000 });
    expect(booking.price.lines.at(-1)).toMatchObject({
      kind: 'adjustment',
      reason: 'A regular',
      amountCents: -19_500,
    });
    expect(await auditOf(made.id, 'booking.priceOverridden')).toMatchObject([
      { actor_name: 'Ada Admin', reason: 'A regular', changes: { totalCents: [99_500, 80_000] } },
    ]);
    await app.moveClock({ advance: 'PT30H' });
    const { status, body } = await checkOut(app, { ...made, totalCents: 80_000 });
    expect([status, body.payment.amountCents]).toEqual([200, 80_000]);
    await pay(app, body.payment);
    await awaitStatus(app, made, 'confirmed');
  });

  it('cancels the live intent first', async () => {
    const made = await makeBooking(app);
    const payment = await openPayment(app, made);
    await agree(admin, made.id, 80_000);
    const intent = await askStandIn(app, 'GET', `/v1/payment_intents/${payment.paymentIntentId}`);
    expect(intent.status).toBe('canceled');
    expect(await readBooking(app, made)).toMatchObject({ status: 'inquiry', price: { totalCents: 80_000 } });
  });

  it('goes with a change of what is priced, and the office is told; another change leaves it', async () => {
    const made = await makeBooking(app);
    await agree(admin, made.id, 80_000);
    await app.api.patch(made.path, { instructions: 'Ring' }, made.headers);
    expect((await readBooking(app, made)).price.totalCents).toBe(80_000);
    await app.api.patch(made.path, { coi: true }, made.headers);
    expect((await readBooking(app, made)).price.totalCents).toBeGreaterThan(99_499);
    expect(await auditOf(made.id, 'booking.overrideRemoved')).toHaveLength(1);
    expect(
      await select(app.ctx, 'select kind, reason from needs_reviews where booking_id = $1', [made.id]),
    ).toMatchObject([{ kind: 'override_removed', reason: expect.stringContaining('$800.00') }]);
  });

  it('is refused to staff, once paid, and without amount or reason', async () => {
    const made = await makeBooking(app);
    expect(isForbidden(await agree(staff, made.id, 80_000))).toBe(true);
    expect(Object.keys(errorsOf(await agree(admin, made.id, 'cheap', '')))).toEqual(['totalCents', 'reason']);
    expect(Object.keys(errorsOf(await agree(admin, made.id, -1)))).toEqual(['totalCents']);
    const settled = await paid();
    expect(message(await agree(admin, settled.id, 80_000))).toBe('This booking is already paid.');
  });

  it('never meets a checkout at another sum, whoever is first', async () => {
    for (let round = 0; round < 8; round += 1) {
      const made = await makeBooking(app);
      if (round % 2 === 0) await openPayment(app, made);
      await Promise.all([
        agree(admin, made.id, 80_000),
        checkOut(app, made),
        checkOut(app, { ...made, totalCents: 80_000 }),
      ]);
      const wrong = await select(
        app.ctx,
        `select p.amount_cents, b.total_cents from payments p join bookings b on b.id = p.booking_id
         where b.id = $1 and p.status in ('created', 'pending', 'processing') and p.amount_cents <> b.total_cents`,
        [made.id],
      );
      expect(wrong).toEqual([]);
    }
  });
});

describe('duplicate', () => {
  it('makes the same for another day, priced anew, and goes there', async () => {
    const made = await paid({ instructions: 'Ring' });
    await execute(app.ctx, `update mini_move_packages set price_cents = 100000 where code = 'petite'`);
    await eventually(async () => {
      const { body } = await app.api.get('/api/v1/catalog');
      expect(JSON.stringify(body)).toContain('100000');
    });
    const asked = { pickupDate: '2027-05-19' };
    const { body } = await staff.record('bookings', made.id, 'duplicate', { ...asked, preview: true });
    expect(body.record.verb.consequences).toContain('Total: $1,000.00');
    const done = await staff.record('bookings', made.id, 'duplicate', asked);
    const id = /records\/([0-9a-f-]{36})/.exec(done.body.redirectUrl)?.[1] ?? '';
    expect(id).not.toBe(made.id);
    expect(await numberRow(id)).toMatchObject({
      status: 'inquiry',
      source: 'staff',
      pickup_date: '2027-05-19',
      total_cents: 100_000,
      instructions: 'Ring',
      contact_email: 'jo@example.com',
    });
    await execute(app.ctx, `update mini_move_packages set price_cents = 99500 where code = 'petite'`);
    await eventually(async () => expect((await makeBooking(app)).totalCents).toBe(99_500));
  });

  it('moves the flight along, and refuses a day that has passed', async () => {
    const flight = {
      service: 'airport_transfer',
      airport: 'JFK',
      direction: 'to_airport',
      bags: 2,
      flightDate: '2027-05-13',
      flightTime: '13:30',
    };
    const id = await bookedOnPhone(flight);
    const done = await staff.record('bookings', id, 'duplicate', { pickupDate: '2027-05-20' });
    const other = /records\/([0-9a-f-]{36})/.exec(done.body.redirectUrl)?.[1] ?? '';
    expect((await numberRow(other)).basket.airportTransfer.flightDate).toBe('2027-05-21');
    const refused = await staff.record('bookings', id, 'duplicate', { pickupDate: '2027-04-01' });
    expect(Object.keys(errorsOf(refused))).toEqual(['pickupDate']);
  });
});

describe('a note', () => {
  it('is on the page with who and when, newest first; a viewer does not see it', async () => {
    const made = await makeBooking(app);
    await staff.record('bookings', made.id, 'addNote', { text: 'First' });
    await app.moveClock({ advance: 'PT1H' });
    await admin.record('bookings', made.id, 'addNote', { text: 'Second' });
    const notesOf = async (panel: Panel) =>
      (await panel.record('bookings', made.id, 'show')).body.record.screen.blocks.find(
        ({ title }: { title: string }) => title === 'Notes',
      );
    const { rows } = await notesOf(staff);
    expect(rows.map((row: { text: string }[]) => [row[1]?.text, row[2]?.text])).toEqual([
      ['Ada Admin', 'Second'],
      ['Sam Staff', 'First'],
    ]);
    expect(rows[0][0].text).toBe('Mon 5 Apr 2027, 11:00 am');
    expect(await notesOf(viewer)).toBe(undefined);
    expect(JSON.stringify((await viewer.record('bookings', made.id, 'show')).body)).not.toContain('Second');
  });

  it('is refused empty, and to viewers; none is ever deleted', async () => {
    const made = await makeBooking(app);
    const refused = await staff.record('bookings', made.id, 'addNote', { text: ' ' });
    expect(errorsOf(refused).text?.message).toBe('This is required.');
    expect(isForbidden(await viewer.record('bookings', made.id, 'addNote', { text: 'x' }))).toBe(true);
    await expect(app.ctx.db.query('delete from booking_notes')).rejects.toThrow(/never deleted/);
  });
});

describe('complete', () => {
  it('completes a confirmed booking with a reason, once', async () => {
    const made = await paid();
    const done = await Promise.all(
      [staff, admin].map((panel) => panel.record('bookings', made.id, 'complete', { reason: 'Own van' })),
    );
    expect(done.filter(isRefused)).toHaveLength(1);
    expect((await readBooking(app, made)).status).toBe('completed');
    expect(await auditOf(made.id, 'booking.completed')).toMatchObject([{ reason: 'Own van' }]);
  });

  it('is refused from any other state, while something is due, and without a reason', async () => {
    const made = await makeBooking(app);
    const reason = 'Own van';
    expect(message(await staff.record('bookings', made.id, 'complete', { reason }))).toBe(
      'Only a confirmed booking is completed by hand.',
    );
    const settled = await paid();
    expect(errorsOf(await staff.record('bookings', settled.id, 'complete', {})).reason?.type).toBe(
      'required',
    );
    await execute(
      app.ctx,
      `update bookings set total_cents = total_cents + 5000, subtotal_cents = subtotal_cents + 5000 where id = $1`,
      [settled.id],
    );
    expect(message(await staff.record('bookings', settled.id, 'complete', { reason }))).toMatch(
      /^\$50\.00 is still due/,
    );
    await execute(
      app.ctx,
      `update bookings set total_cents = total_cents - 5000, subtotal_cents = subtotal_cents - 5000 where id = $1`,
      [settled.id],
    );
  });
});

describe('a test booking', () => {
  it('is marked by admins, in an inquiry or an expired booking alone, and paid at the stand-in', async () => {
    const made = await makeBooking(app);
    expect(isForbidden(await staff.record('bookings', made.id, 'markTest', { isTest: true }))).toBe(true);
    await admin.record('bookings', made.id, 'markTest', { isTest: true });
    await admin.record('bookings', made.id, 'markTest', { isTest: true });
    expect((await numberRow(made.id)).is_test).toBe(true);
    expect(await auditOf(made.id, 'booking.markedAsTest')).toHaveLength(1);
    await pay(app, await openPayment(app, made));
    await awaitStatus(app, made, 'confirmed');
    const refused = await admin.record('bookings', made.id, 'markTest', { isTest: false });
    expect(message(refused)).toMatch(/^Only an inquiry or an expired booking/);
    await expect(
      app.ctx.db.query(`update bookings set is_test = false where id = '${made.id}'`),
    ).rejects.toThrow(/is not marked/);
  });
});

describe('archive and restore', () => {
  it('keep what holds money or a day, and stop a payment link', async () => {
    const made = await makeBooking(app);
    const sent = await staff.record('bookings', made.id, 'sendPaymentLink', {});
    const path = new URL(sent.body.record.keep.value).pathname;
    expect(isForbidden(await staff.record('bookings', made.id, 'archive', {}))).toBe(true);
    await admin.record('bookings', made.id, 'archive', {});
    expect((await app.api.get(path)).status).toBe(404);
    const verbs = ['change', 'sendPaymentLink', 'overridePrice', 'addNote'];
    const tries = await Promise.all(
      verbs.map((verb) => admin.record('bookings', made.id, verb, { text: 'x', reason: 'x', totalCents: 1 })),
    );
    expect(tries.map(isRefused)).toEqual([true, true, true, true]);
    await admin.record('archivedBookings', made.id, 'restore', {});
    expect((await app.api.get(path)).status).toBe(200);
    const held = await admin.record('bookings', made.id, 'archive', {});
    expect(message(held)).toMatch(/holds money or a place in a van/);
  });
});
