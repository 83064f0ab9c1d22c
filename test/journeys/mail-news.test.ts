import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceDay } from '../../src/clock.ts';
import { inTransaction } from '../../src/resources/_kit/in-transaction.ts';
import { moveTo } from '../../src/resources/_kit/move-to.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { Booking } from '../../src/resources/bookings/booking.model.ts';
import { rescheduleBooking } from '../../src/resources/bookings/reschedule-booking.ts';
import { bookingCalendar } from '../../src/resources/notifications/booking-calendar.ts';
import { deliverNotification } from '../../src/resources/notifications/deliver-notification.ts';
import { resendNotification } from '../../src/resources/notifications/resend-notification.ts';
import { sendDueMails } from '../../src/resources/notifications/send-due-mails.ts';
import type { NotificationType } from '../../src/resources/notifications/templates/catalogue.ts';
import { askRefund } from '../../src/resources/payments/ask-refund.ts';
import { settlePayment } from '../../src/resources/payments/settle-payment.ts';
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
import { TEST_NOW } from '../support/context.ts';
import { type Mail, mailsTo } from '../support/mail.ts';
import { actingAs, cancel, paidBooking, paymentOf, reviewsOf } from '../support/refunds.ts';
import { awaitTasks, drive } from '../support/road.ts';

/** `product.md` §7: what is told of money, of the end of a move, and to staff; each once, and in its time. */

let app: TestApplication;
beforeAll(async () => {
  app = await startTestApplication();
});
afterEach(() => app.moveClock({ now: TEST_NOW }));
afterAll(() => app.stop());

let people = 0;
function contact() {
  people += 1;
  const email = `lee${people}@example.com`;
  return { email, changes: { contact: { ...bookingRequest().contact, email } } };
}

const rowsOf = (made: Pick<Made, 'id'>, type: NotificationType) =>
  select<{
    id: string;
    status: string;
    recipient: string;
    scheduled_for: Date | null;
    last_error: string | null;
  }>(
    app.ctx,
    'select * from notifications where booking_id = $1 and type = $2 order by created_at, recipient',
    [made.id, type],
  );

async function awaitMails(address: string, subject: RegExp, count: number): Promise<Mail[]> {
  return eventually(async () => {
    const mails = (await mailsTo(app, address)).filter((mail) => subject.test(mail.subject)).toReversed();
    expect(mails).toHaveLength(count);
    return mails;
  });
}

async function complete(made: Made): Promise<void> {
  await inTransaction(app.ctx, async (tx) => {
    const booking = await Booking.findByPk(made.id, { transaction: tx.tx, rejectOnEmpty: true });
    await moveTo(tx, booking, 'completed', { reason: 'Delivered' });
  });
}

/** The path of the first link that begins so, at this application's port. */
const linkIn = ({ text }: Mail, path: string): string | null => {
  const found = new RegExp(`/${path}/[\\w.-]{50,}`).exec(text);
  return found && `${app.address}${found[0]}`;
};

describe('a payment', () => {
  it('has its receipt once, however often it is settled', async () => {
    const { email, changes } = contact();
    const made = await paidBooking(app, changes);
    const paymentIntentId = made.paymentIntentId;
    await Promise.all([
      settlePayment(app.ctx, { paymentIntentId }),
      settlePayment(app.ctx, { paymentIntentId }),
    ]);
    const [receipt] = await awaitMails(email, /^Receipt: \$995\.00 for booking TT-\d+$/, 1);
    expect(receipt?.text).toContain('Thank you. Your payment went through with the Visa ending 4242.');
    const link = `${linkIn(receipt as Mail, 'booking')}/receipts/1.pdf`;
    expect(receipt?.text).toContain(new URL(link).pathname);
    const paper = await fetch(link);
    expect([paper.status, paper.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect(paper.headers.get('content-disposition')).toMatch(
      /^attachment; filename="receipt-TT-\d+-1\.pdf"$/,
    );
    expect(
      Buffer.from(await paper.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
    for (const wrong of [
      link.replace('/1.pdf', '/2.pdf'),
      link.replace('/1.pdf', '/0.pdf'),
      link.replace(/.\/receipts/, '/receipts'),
    ])
      expect((await fetch(wrong)).status).toBe(404);
    expect(await rowsOf(made, 'payment_receipt')).toHaveLength(1);
    expect(await rowsOf(made, 'payment_failed')).toEqual([]);
  });

  it('that fails is told at once, with a way to try again, and then at most every ten minutes', async () => {
    const { email, changes } = contact();
    const made = await makeBooking(app, changes);
    const payment = await openPayment(app, made);
    const decline = async (used: number) => {
      await pay(app, payment, 'pm_card_visa_chargeDeclinedInsufficientFunds');
      await eventually(async () =>
        expect(await Booking.findByPk(made.id)).toMatchObject({ paymentAttemptsUsed: used }),
      );
    };
    await decline(1);
    const [first] = await awaitMails(email, /did not go through/, 1);
    expect(first?.text).toContain('We could not take $995.00 for your booking.');
    expect(first?.text).toContain('The card has insufficient funds.');
    const payUrl = linkIn(first as Mail, 'pay');
    expect(await (await fetch(payUrl ?? '')).text()).toContain('Amount due');

    await decline(2);
    await decline(3);
    await awaitStatus(app, made, 'expired');
    await sendDueMails(app.ctx);
    const rows = await rowsOf(made, 'payment_failed');
    expect(rows.map(({ status, scheduled_for }) => [status, scheduled_for !== null])).toEqual([
      ['sent', false],
      ['waiting', true],
    ]);
    await app.moveClock({ advance: 'PT11M' });
    const [, last] = await awaitMails(email, /did not go through/, 2);
    expect(linkIn(last as Mail, 'pay')).toBeNull();
    expect(last?.text).toContain('Your day is no longer held.');
  });

  it('that fails and then is made is not told of late', async () => {
    const { email, changes } = contact();
    const made = await makeBooking(app, changes);
    const payment = await openPayment(app, made);
    for (const used of [1, 2]) {
      await pay(app, payment, 'pm_card_visa_chargeDeclined');
      await eventually(async () =>
        expect(await Booking.findByPk(made.id)).toMatchObject({ paymentAttemptsUsed: used }),
      );
    }
    await pay(app, payment);
    await awaitStatus(app, made, 'confirmed');
    await app.moveClock({ advance: 'PT11M' });
    await eventually(async () =>
      expect((await rowsOf(made, 'payment_failed')).map(({ status }) => status).toSorted()).toEqual([
        'sent',
        'withheld',
      ]),
    );
    await awaitMails(email, /did not go through/, 1);
  });
});

describe('a move that is done', () => {
  it('is asked about two hours later, once, wherever the clock goes and whoever looks', async () => {
    const { email, changes } = contact();
    const made = await paidBooking(app, changes);
    await complete(made);
    await app.moveClock({ advance: 'PT1H' });
    await sendDueMails(app.ctx);
    const [row] = await rowsOf(made, 'booking_completed');
    expect(row).toMatchObject({ status: 'waiting' });
    await deliverNotification(app.ctx, { notificationId: row?.id ?? '' });
    expect(await mailsTo(app, email)).not.toContainEqual(
      expect.objectContaining({ subject: expect.stringMatching(/^Delivered/) }),
    );
    await app.moveClock({ advance: 'PT61M' });
    await Promise.all([1, 2, 3].map(() => sendDueMails(app.ctx)));
    const [mail] = await awaitMails(email, /^Delivered: your booking TT-/, 1);
    await app.moveClock({ now: TEST_NOW });
    await app.moveClock({ advance: 'PT5H' });
    await sendDueMails(app.ctx);
    await eventually(() => deliverNotification(app.ctx, { notificationId: row?.id ?? '' }));
    await awaitMails(email, /^Delivered/, 1);
    const asked = await fetch(linkIn(mail as Mail, 'feedback') ?? '');
    expect([asked.status, (await asked.text()).includes('How did we do?')]).toEqual([200, true]);
    expect(mail?.tags.type).toEqual(['booking_completed']);
  });

  it('is not asked about again when it was told already', async () => {
    const { email, changes } = contact();
    const made = await paidBooking(app, changes);
    await complete(made);
    await app.api.post(`${made.path}/feedback`, { score: 5 }, made.headers);
    await app.moveClock({ advance: 'PT3H' });
    const [mail] = await awaitMails(email, /^Delivered/, 1);
    expect(mail?.text).not.toMatch(/How did we do|feedback/);
    expect(mail?.html).not.toContain('How did we do');
  });
});

describe('staff', () => {
  const alertsOf = async (made: Pick<Made, 'id'>) =>
    (await rowsOf(made, 'staff_alert')).map(({ recipient }) => recipient).toSorted();
  const everyone = ['admin@totetaxi.test', 'manager@totetaxi.test', 'staff@totetaxi.test'];

  it('who may sign in are told of a delivery that failed; its customer does not read that', async () => {
    const { changes } = contact();
    const made = await paidBooking(app, changes);
    const [pickup] = await awaitTasks(app, made);
    await execute(app.ctx, `update staff_users set disabled_at = now() where email = 'staff@totetaxi.test'`);
    for (const verb of ['assign', 'start'] as const) await drive(app, pickup, verb);
    await drive(app, pickup, 'fail', { reason: 'CANNOT_FIND_LOCATION' });
    await eventually(async () => expect(await alertsOf(made)).toEqual(everyone.slice(0, 2)));
    await execute(app.ctx, `update staff_users set disabled_at = null where email = 'staff@totetaxi.test'`);
    const [alert] = await awaitMails('admin@totetaxi.test', /^Please look: The pickup of TT-\d+ failed$/, 1);
    expect(alert?.text).toMatch(
      /^Hi Ada,\n\n.*failed\n\nThe driver could not find the address\.\n\nCall the customer/,
    );
    expect(alert?.text).toContain(`/admin/resources/bookings/records/${made.id}/show`);
    expect((await reviewsOf(app, made)).map(({ kind }) => kind)).toEqual(['delivery_failed']);
    const { body } = await app.api.get(`${made.path}/notifications`, made.headers);
    expect(body.notifications.map(({ type }: { type: string }) => type)).not.toContain('staff_alert');
    const [row] = await rowsOf(made, 'staff_alert');
    await eventually(async () => expect((await rowsOf(made, 'staff_alert'))[0]?.status).toBe('sent'));
    await expect(resendNotification(app.ctx, row?.id ?? '')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('who may approve a refund are told that one waits, but not who asked for it', async () => {
    const { changes } = contact();
    const made = await paidBooking(app, changes);
    const ask = { paymentId: await paymentOf(app, made), reason: 'A scratch' };
    await askRefund(await actingAs(app, 'staff'), { ...ask, amountCents: 1_000 });
    expect(await alertsOf(made)).toEqual(['admin@totetaxi.test', 'manager@totetaxi.test']);
    await askRefund(await actingAs(app, 'admin'), { ...ask, amountCents: 2_000 });
    expect(await alertsOf(made)).toEqual([
      'admin@totetaxi.test',
      'manager@totetaxi.test',
      'manager@totetaxi.test',
    ]);
    await awaitMails('admin@totetaxi.test', /A refund of \$10\.00 for TT-\d+ waits for approval/, 1);
    // What goes back by rule waits for nobody.
    const other = await paidBooking(app, contact().changes);
    await cancel(app, other);
    expect(await alertsOf(other)).toEqual([]);
  });

  it('are told of a mail that will never go, and not in circles', async () => {
    const { email, changes } = contact();
    const made = await makeBooking(app, changes);
    const plant = async (type: string, recipient: string, staffEmail: string | null) => {
      const [row] = await select<{ id: string }>(
        app.ctx,
        `insert into notifications (type, event_key, booking_id, recipient, staff_user_id, created_at, updated_at)
         values ($1, 'planted', $2, $3, (select id from staff_users where email = $4), now(), now()) returning id`,
        [type, made.id, recipient, staffEmail],
      );
      await deliverNotification(app.ctx, { notificationId: row?.id ?? '' });
      await deliverNotification(app.ctx, { notificationId: row?.id ?? '' });
    };
    // Without its words neither can be made.
    await plant('custom_message', email, null);
    expect(await alertsOf(made)).toEqual(everyone);
    const [alert] = await awaitMails('staff@totetaxi.test', /“Message from staff” was not sent for TT-/, 1);
    expect(alert?.text).toContain('send the mail again');
    await plant('staff_alert', 'manager@totetaxi.test', 'manager@totetaxi.test');
    expect((await rowsOf(made, 'staff_alert')).filter(({ status }) => status === 'failed')).toHaveLength(1);
    expect(await rowsOf(made, 'staff_alert')).toHaveLength(4);
    expect((await reviewsOf(app, made)).map(({ kind }) => kind)).toEqual(['mail_failed', 'mail_failed']);
  });

  it('are not buried in a storm: the desk has the rest', async () => {
    await app.moveClock({ now: '2027-04-20T14:00:00Z' });
    const made = await paidBooking(app, contact().changes);
    const paymentId = await paymentOf(app, made);
    const ctx = await actingAs(app, 'admin');
    for (let count = 0; count < 25; count += 1)
      await askRefund(ctx, { paymentId, amountCents: 100, reason: 'Again' });
    expect(await alertsOf(made)).toHaveLength(20);
  });
});

describe('the calendar of a customer', () => {
  const entryOf = async (made: Made, type: NotificationType) => {
    const booking = await Booking.findByPk(made.id, { rejectOnEmpty: true });
    const entry = bookingCalendar(app.ctx, booking, type);
    // Long lines are folded.
    return entry && { ...entry, lines: String(entry.content).replaceAll('\r\n ', '').split('\r\n') };
  };
  const propertyOf = (lines: readonly string[] | undefined, name: string) =>
    lines?.find((line) => line.startsWith(`${name}:`) || line.startsWith(`${name};`))?.replace(/^[^:]*:/, '');

  it('gets the pickup, moves it and takes it out again', async () => {
    const { email, changes } = contact();
    const made = await paidBooking(app, {
      ...changes,
      pickupAddress: { line1: '1 Main Street; Rear, "B"', city: 'New York', state: 'NY', zip: '10001' },
    });
    const booked = await entryOf(made, 'booking_confirmed');
    expect(booked).toMatchObject({ contentType: 'text/calendar', method: 'PUBLISH', filename: 'pickup.ics' });
    expect(booked?.lines.filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(1);
    expect(propertyOf(booked?.lines, 'METHOD')).toBe('PUBLISH');
    expect(propertyOf(booked?.lines, 'DTSTART')).toBe('20270512T120000Z');
    expect(propertyOf(booked?.lines, 'DTEND')).toBe('20270512T150000Z');
    expect(propertyOf(booked?.lines, 'LOCATION')).toBe(
      '1 Main Street\\; Rear\\, "B"\\, New York\\, NY 10001',
    );
    expect(propertyOf(booked?.lines, 'STATUS')).toBe('CONFIRMED');
    expect(propertyOf(booked?.lines, 'URL')).toMatch(/\/booking\/[\w-]{22}\.[\w-]{43}$/);

    await rescheduleBooking(await actingAs(app, 'staff'), {
      bookingId: made.id,
      pickupDate: '2027-05-19' as ServiceDay,
      priceChoice: 'keep',
    });
    const moved = await entryOf(made, 'booking_rescheduled');
    expect(propertyOf(moved?.lines, 'DTSTART')).toBe('20270519T120000Z');
    expect(await entryOf(made, 'booking_cancelled')).toBeNull();
    expect(await entryOf(made, 'reminder')).toBeNull();
    await cancel(app, made);
    const gone = await entryOf(made, 'booking_cancelled');
    expect(gone).toMatchObject({ method: 'CANCEL', filename: 'cancelled.ics' });
    expect(propertyOf(gone?.lines, 'STATUS')).toBe('CANCELLED');
    expect(await entryOf(made, 'booking_confirmed')).toBeNull();

    const [one, two, three] = [booked, moved, gone].map((each) => ({
      uid: propertyOf(each?.lines, 'UID'),
      sequence: Number(propertyOf(each?.lines, 'SEQUENCE')),
    }));
    expect([two?.uid, three?.uid]).toEqual([one?.uid, one?.uid]);
    expect(one?.uid).toContain(made.id);
    expect(two?.sequence).toBeGreaterThan(one?.sequence ?? 0);
    expect(three?.sequence).toBeGreaterThan(two?.sequence ?? 0);

    const attached = await Promise.all(
      [/is confirmed/, /is now on/, /is cancelled/].map(async (subject) => {
        const [mail] = await awaitMails(email, subject, 1);
        return mail?.attachments.map(({ filename, contentType }) => [filename, contentType]);
      }),
    );
    expect(attached).toEqual([
      [['pickup.ics', 'text/calendar']],
      [['pickup.ics', 'text/calendar']],
      [['cancelled.ics', 'text/calendar']],
    ]);
  });
});
