import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceDay } from '../../src/clock.ts';
import { select } from '../../src/resources/_kit/sql.ts';
import { cancelBooking } from '../../src/resources/bookings/cancel-booking.ts';
import { rescheduleBooking } from '../../src/resources/bookings/reschedule-booking.ts';
import { sendPaymentLink } from '../../src/resources/bookings/send-payment-link.ts';
import { deliverNotification } from '../../src/resources/notifications/deliver-notification.ts';
import { remindCustomers } from '../../src/resources/notifications/remind-customers.ts';
import { resendNotification } from '../../src/resources/notifications/resend-notification.ts';
import { sendMessage } from '../../src/resources/notifications/send-message.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import { awaitStatus, bookingRequest, eventually, makeBooking } from '../support/bookings.ts';
import { TEST_NOW } from '../support/context.ts';
import { askMail, type Mail, mailsTo } from '../support/mail.ts';
import { actingAs, cancel, paidBooking, reviewsOf } from '../support/refunds.ts';
import { awaitTask, awaitTasks, drive } from '../support/road.ts';

/** `product.md` §7: everyone concerned is told once, in good words. */

let app: TestApplication;
beforeAll(async () => {
  app = await startTestApplication();
});
afterEach(async () => {
  await askMail(app, 'DELETE', '/_faults');
  await app.moveClock({ now: TEST_NOW });
});
afterAll(() => app.stop());

let people = 0;
/** An address of its own for each test. */
function contact() {
  people += 1;
  const email = `jo${people}@example.com`;
  return { email, changes: { contact: { ...bookingRequest().contact, email } } };
}

/** In the order of coming, but for receipts: one comes with each payment, before or after what it brought about. */
async function awaitMails(address: string, subjects: readonly RegExp[]): Promise<Mail[]> {
  return eventually(async () => {
    const mails = (await mailsTo(app, address)).toReversed().filter(({ subject }) => !isReceipt(subject));
    expect(mails.map(({ subject }) => subject)).toEqual(subjects.map((each) => expect.stringMatching(each)));
    return mails;
  });
}

const isReceipt = (subject: string) => subject.startsWith('Receipt: ');

function expectGood({ subject, text, html }: Mail): void {
  for (const part of [subject, text, html]) {
    expect(part).not.toMatch(/\{\{|\{%|undefined|null|NaN|\[object/);
    expect(part.trim()).not.toBe('');
  }
}

const rowsOf = (bookingId: string) =>
  select<{ id: string; type: string; status: string; attempts: number }>(
    app.ctx,
    'select id, type, status, attempts from notifications where booking_id = $1 order by created_at',
    [bookingId],
  );

describe('a day of mails', () => {
  it('tells of the booking, the way of the van, and nothing twice', async () => {
    const { email, changes } = contact();
    const made = await paidBooking(app, changes);
    const [pickup, dropoff] = await awaitTasks(app, made);
    for (const task of [pickup, dropoff]) {
      for (const verb of ['assign', 'start'] as const) await drive(app, task, verb);
      await awaitTask(app, task, 'in_progress');
      await drive(app, task, 'complete');
      await awaitTask(app, task, 'completed');
    }
    await awaitStatus(app, made, 'completed');
    const mails = await awaitMails(email, [/is confirmed for Wed 12 May 2027/, /way|coming/i, /way|coming/i]);
    for (const mail of mails) expectGood(mail);
    expect(mails[0]?.text).toContain('1 Main Street');
    expect(mails[0]?.from).toContain('hello@totetaxi.test');
    const link = /http:\/\/\S+\/booking\/[\w-]{22}\.[\w-]{43}/.exec(mails[0]?.text ?? '')?.[0] ?? '';
    const page = await fetch(link.replace(/^https?:\/\/[^/]+/, app.address ?? ''));
    expect(page.status).toBe(200);
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(await page.text()).toContain('Your things were delivered');
    const forged = link.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    expect((await fetch(forged.replace(/^https?:\/\/[^/]+/, app.address ?? ''))).status).toBe(404);

    const { status, body } = await app.api.get(`${made.path}/notifications`, made.headers);
    expect(status).toBe(200);
    expect(
      body.notifications.map(({ type, status }: Record<string, string>) => [type, status]),
    ).toContainEqual(['booking_confirmed', 'sent']);
    for (const { id } of await rowsOf(made.id))
      await eventually(() => deliverNotification(app.ctx, { notificationId: id }));
    const all = await mailsTo(app, email);
    expect(all).toHaveLength(4);
    const [receipt, ...more] = all.filter(({ subject }) => isReceipt(subject));
    expect(more).toEqual([]);
    expect(receipt?.text).toMatch(/Paid: \$995\.00\nPaid on: Mon 5 Apr 2027\n/);
    expect(receipt?.text).toContain('Still to pay: nothing');
    if (receipt) expectGood(receipt);
  });

  it('tells of a new day, a cancellation and the refund', async () => {
    const { email, changes } = contact();
    const made = await paidBooking(app, changes);
    await rescheduleBooking(await actingAs(app, 'staff'), {
      bookingId: made.id,
      pickupDate: '2027-05-19' as ServiceDay,
      priceChoice: 'keep',
    });
    await cancel(app, made);
    const mails = await awaitMails(email, [/confirmed/, /19 May 2027/, /cancelled/, /\$995\.00|refund/i]);
    for (const mail of mails) expectGood(mail);
    expect(mails[2]?.text).toContain('$995.00');
  });

  it('reminds the day before, once, whoever still comes', async () => {
    const { email, changes } = contact();
    const other = contact();
    const made = await paidBooking(app, { ...changes, pickupDate: '2027-05-26' });
    const gone = await paidBooking(app, { ...other.changes, pickupDate: '2027-05-26' });
    await cancelBooking(await actingAs(app, 'staff'), { bookingId: gone.id, reason: null });
    await app.moveClock({ now: '2027-05-25T14:00:00Z' });
    await Promise.all([remindCustomers(app.ctx), remindCustomers(app.ctx)]);
    await awaitMails(email, [/confirmed/, /Tomorrow, 8–11 am/]);
    expect((await rowsOf(gone.id)).map(({ type }) => type)).not.toContain('reminder');
    expect((await rowsOf(made.id)).filter(({ type }) => type === 'reminder')).toHaveLength(1);
  });

  it('carries a payment link, and what staff write themselves', async () => {
    const { email, changes } = contact();
    const made = await makeBooking(app, changes);
    const staff = await actingAs(app, 'staff');
    const { url } = await sendPaymentLink(staff, made.id);
    const [mail] = await awaitMails(email, [/./]);
    expect(mail?.text).toContain(url);
    await sendMessage(staff, {
      bookingId: made.id,
      subject: 'The <b>elevator</b>',
      body: 'We come\n\nat ten {{ total }}',
    });
    const [, message] = await awaitMails(email, [/./, /^The <b>elevator<\/b>$/]);
    expect(message?.text).toContain('at ten {{ total }}');
    expect(message?.html).not.toContain('<b>elevator');
    await expect(
      sendMessage(await actingAs(app, 'viewer'), { bookingId: made.id, subject: 'x', body: 'x' }),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('a mail', () => {
  it('is tried again while SES is away, and sent once', async () => {
    await askMail(app, 'POST', '/_faults', { error500: 1, throttle: 1 });
    const { email, changes } = contact();
    const made = await paidBooking(app, changes);
    await awaitMails(email, [/confirmed/]);
    await eventually(async () => {
      const rows = await rowsOf(made.id);
      expect(rows.map(({ type, status }) => [type, status])).toEqual([
        ['payment_receipt', 'sent'],
        ['booking_confirmed', 'sent'],
      ]);
      expect(rows.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(4);
    });
  });

  it('that comes back is the last to its address, and is before a person when it will never go', async () => {
    const email = 'bounce-jo@example.com';
    const made = await paidBooking(app, { contact: { ...bookingRequest().contact, email } });
    await eventually(async () =>
      expect(await select(app.ctx, 'select reason from mail_suppressions where email = $1', [email])).toEqual(
        [{ reason: 'bounced' }],
      ),
    );
    await cancel(app, made);
    await eventually(async () =>
      expect((await rowsOf(made.id)).find(({ type }) => type === 'booking_cancelled')).toMatchObject({
        status: 'withheld',
      }),
    );
    expect((await mailsTo(app, email)).filter(({ subject }) => /cancelled/.test(subject))).toEqual([]);
  });

  it('is sent again by staff as another one', async () => {
    const { email, changes } = contact();
    const made = await paidBooking(app, changes);
    await awaitMails(email, [/confirmed/]);
    const first = (await rowsOf(made.id)).find(({ type }) => type === 'booking_confirmed');
    await resendNotification(await actingAs(app, 'staff'), first?.id ?? '');
    await awaitMails(email, [/confirmed/, /confirmed/]);
    expect(await reviewsOf(app, made)).toEqual([]);
  });

  it('leaves a trail of what became of it', async () => {
    const { email, changes } = contact();
    const made = await paidBooking(app, changes);
    const [mail] = await awaitMails(email, [/confirmed/]);
    await askMail(app, 'POST', `/_simulate/messages/${mail?.id}/open`);
    await eventually(async () => {
      const logs = await select<{ kind: string }>(
        app.ctx,
        `select kind from delivery_logs l join notifications n on n.id = l.notification_id
         where n.booking_id = $1 and n.type = 'booking_confirmed'`,
        [made.id],
      );
      expect(logs.map(({ kind }) => kind).toSorted()).toEqual(['delivered', 'opened', 'sent']);
    });
  });
});
