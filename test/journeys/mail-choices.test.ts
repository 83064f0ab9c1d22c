import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { cancelBooking } from '../../src/resources/bookings/cancel-booking.ts';
import { Customer } from '../../src/resources/bookings/customer.model.ts';
import { deliverNotification } from '../../src/resources/notifications/deliver-notification.ts';
import { followUpInquiries } from '../../src/resources/notifications/follow-up-inquiries.ts';
import { unsubscribeUrl } from '../../src/resources/notifications/unsubscribe.ts';
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
import { type Panel, signedIn } from '../support/panel.ts';
import { actingAs } from '../support/refunds.ts';

/** `product.md` §7: mail that one may choose goes to whoever wants it, and ends with one click. */

let app: TestApplication;
let staff: Panel;
beforeAll(async () => {
  app = await startTestApplication({ panel: true });
  staff = await signedIn(app, 'staff');
});
afterEach(() => app.moveClock({ now: TEST_NOW }));
afterAll(() => app.stop());

let people = 0;
const newAddress = () => {
  people += 1;
  return `kim${people}@example.com`;
};

const inquire = (email: string, changes: object = {}): Promise<Made> =>
  makeBooking(app, { contact: { ...bookingRequest().contact, email }, marketingOptIn: true, ...changes });

/** The next day comes, and inquiries are looked at by two at once. */
async function letADayPass(): Promise<void> {
  await app.moveClock({ now: '2027-04-06T14:30:00Z' });
  await Promise.all([followUpInquiries(app.ctx), followUpInquiries(app.ctx)]);
}

const rowsOf = (made: Made) =>
  select<{ id: string; status: string; last_error: string | null }>(
    app.ctx,
    `select id, status, last_error from notifications where booking_id = $1 and type = 'abandoned_inquiry'`,
    [made.id],
  );

async function awaitFollowUp(made: Made, address: string): Promise<Mail> {
  return eventually(async () => {
    expect((await rowsOf(made)).map(({ status }) => status)).toEqual(['sent']);
    const [mail, ...more] = (await mailsTo(app, address)).filter(({ subject }) =>
      /still moving/.test(subject),
    );
    expect(more).toEqual([]);
    if (!mail) throw new Error('there is no mail yet');
    return mail;
  });
}

const headerOf = ({ headers }: Mail, name: string) =>
  headers.find((each) => each.name.toLowerCase() === name.toLowerCase())?.value;

/** Where the mail's own button leads, at this application's port. */
const linkIn = (mail: Mail): string =>
  (/\/unsubscribe\/[\w-]{22}\.[\w-]{43}/.exec(headerOf(mail, 'List-Unsubscribe') ?? '') ?? ['']).map(
    (path) => `${app.address}${path}`,
  )[0] ?? '';

const oneClick = (url: string) =>
  fetch(url, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) });

const choicesOf = (address: string) =>
  select<{ wanted: boolean; source: string }>(
    app.ctx,
    'select wanted, source from mail_choices where address = $1',
    [address],
  );

describe('an inquiry that is left alone', () => {
  it('is followed up once, a day later, with a way to end such mail', async () => {
    const address = newAddress();
    const made = await inquire(address);
    await app.moveClock({ now: '2027-04-06T13:30:00Z' });
    await followUpInquiries(app.ctx);
    expect(await rowsOf(made)).toEqual([]);
    await letADayPass();
    const mail = await awaitFollowUp(made, address);
    expect(mail.subject).toBe('Are you still moving on Wed 12 May 2027?');
    expect(mail.text).toContain('Price: $995.00');
    for (const part of [mail.text, mail.html]) {
      expect(part).toContain('ToteTaxi, 100 Example Avenue, New York, NY 10001');
      expect(part).toContain('/unsubscribe/');
    }
    expect(headerOf(mail, 'List-Unsubscribe')).toMatch(/^<http\S+\/unsubscribe\/[\w-]{22}\.[\w-]{43}>$/);
    expect(headerOf(mail, 'List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click');
    await app.moveClock({ now: '2027-04-08T14:30:00Z' });
    await followUpInquiries(app.ctx);
    expect(await rowsOf(made)).toHaveLength(1);
  });

  it('is not followed up where that is not wanted, or it is over', async () => {
    const silent = await inquire(newAddress(), { marketingOptIn: undefined });
    const nameless = await makeBooking(app, { contact: undefined, marketingOptIn: true });
    const cancelled = await inquire(newAddress());
    await cancelBooking(await actingAs(app, 'staff'), { bookingId: cancelled.id, reason: null });
    const paid = await inquire(newAddress());
    await pay(app, await openPayment(app, paid));
    await awaitStatus(app, paid, 'confirmed');
    const soon = await inquire(newAddress(), { pickupDate: '2027-04-07' });
    await execute(app.ctx, `update bookings set pickup_date = '2027-04-05' where id = $1`, [soon.id]);
    const test = await inquire(newAddress());
    await execute(app.ctx, 'update bookings set is_test = true where id = $1', [test.id]);
    const replaced = newAddress();
    const before = await inquire(replaced);
    const after = await inquire(replaced, { pickupDate: '2027-05-19' });
    await pay(app, await openPayment(app, after));
    await awaitStatus(app, after, 'confirmed');
    const wanted = newAddress();
    const followed = await inquire(wanted);
    await letADayPass();
    await awaitFollowUp(followed, wanted);
    for (const made of [silent, nameless, cancelled, paid, soon, test, before, after])
      expect(await rowsOf(made)).toEqual([]);
  });

  it('is written to by nobody who has gone on when the mail goes out', async () => {
    const address = newAddress();
    const made = await inquire(address);
    await letADayPass();
    await awaitFollowUp(made, address);
    const [row] = await rowsOf(made);
    await openPayment(app, made);
    await execute(
      app.ctx,
      `update notifications set status = 'waiting', sent_at = null, ses_message_id = null where id = $1`,
      [row?.id],
    );
    await eventually(() => deliverNotification(app.ctx, { notificationId: row?.id ?? '' }));
    expect(await rowsOf(made)).toEqual([
      expect.objectContaining({ status: 'withheld', last_error: 'They went on meanwhile.' }),
    ]);
  });

  it('carries its own mailto where one is configured, and the address of the settings', async () => {
    const { mail } = app.ctx.config;
    if (!mail) throw new Error('there is no mail');
    const address = newAddress();
    const made = await inquire(address);
    const admin = await signedIn(app, 'admin');
    const companyAddress = 'ToteTaxi, 9 Pier <Road>, Montauk, NY 11954';
    const saved = await admin.post('/admin/api/pages/settings', { values: { companyAddress }, were: {} });
    expect(saved.body.notice.type).toBe('success');
    Object.assign(mail, { unsubscribeAddress: 'stop@totetaxi.test' });
    try {
      await letADayPass();
      const sent = await awaitFollowUp(made, address);
      expect(headerOf(sent, 'List-Unsubscribe')).toMatch(
        /^<http\S+>, <mailto:stop@totetaxi\.test\?subject=unsubscribe>$/,
      );
      expect(sent.text).toContain(companyAddress);
      expect(sent.html).toContain('9 Pier &lt;Road&gt;');
    } finally {
      Object.assign(mail, { unsubscribeAddress: null });
    }
  });
});

describe('unsubscribing', () => {
  async function followedUp(): Promise<{ address: string; url: string }> {
    const address = newAddress();
    const made = await inquire(address);
    await letADayPass();
    return { address, url: linkIn(await awaitFollowUp(made, address)) };
  }

  it('is one click of the mail program, and lasts', async () => {
    const { address, url } = await followedUp();
    const answers = await Promise.all([oneClick(url), oneClick(url)]);
    for (const answer of answers) {
      expect([answer.status, answer.redirected]).toEqual([200, false]);
      expect(answer.headers.get('set-cookie')).toBeNull();
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    }
    expect(await choicesOf(address)).toEqual([{ wanted: false, source: 'one_click' }]);
    const told = await select(
      app.ctx,
      `select 1 from audit_logs a join notifications n on n.id::text = a.subject_id
       where a.action = 'notification.unsubscribed' and n.recipient = $1`,
      [address],
    );
    expect(told).toHaveLength(1);
    expect(await Customer.findOne({ where: { email: address } })).toMatchObject({
      communicationPreferences: { marketing: false },
    });
    // Whoever books without a sign-in takes nothing of it back.
    await app.moveClock({ now: TEST_NOW });
    const later = await inquire(address, { marketingOptIn: true });
    await letADayPass();
    expect(await rowsOf(later)).toEqual([]);
  });

  it('is not what scanners do', async () => {
    const { address, url } = await followedUp();
    const looked = await fetch(url);
    const html = await looked.text();
    expect(looked.status).toBe(200);
    expect(html).toContain('Unsubscribe');
    expect(html).toContain(`${address.slice(0, 1)}…@example.com`);
    expect(html).not.toContain(address);
    expect(html).not.toContain('<script');
    await fetch(url, { method: 'HEAD' });
    expect((await fetch(url, { method: 'PUT' })).status).toBe(405);
    expect(await choicesOf(address)).toEqual([]);
  });

  it('by the page is taken back by the page', async () => {
    const { address, url } = await followedUp();
    const choose = (choice: string) => fetch(url, { method: 'POST', body: new URLSearchParams({ choice }) });
    expect(await (await choose('unsubscribe')).text()).toContain('You are unsubscribed');
    expect(await choicesOf(address)).toEqual([{ wanted: false, source: 'page' }]);
    expect(await (await choose('subscribe')).text()).toContain('gets reminders of open prices');
    expect(await choicesOf(address)).toEqual([{ wanted: true, source: 'page' }]);
    await app.moveClock({ now: TEST_NOW });
    const later = await inquire(address, { marketingOptIn: false });
    await letADayPass();
    await awaitFollowUpOf(later);
  });

  const awaitFollowUpOf = (made: Made) =>
    eventually(async () => expect((await rowsOf(made)).map(({ status }) => status)).toEqual(['sent']));

  it('needs a link that is ours, of such a mail', async () => {
    const { address, url } = await followedUp();
    const forged = url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    expect((await oneClick(forged)).status).toBe(404);
    expect((await fetch(forged)).status).toBe(404);
    const paid = await inquire(newAddress());
    await pay(app, await openPayment(app, paid));
    const [receipt] = await eventually(async () => {
      const found = await select<{ id: string }>(
        app.ctx,
        `select id from notifications where booking_id = $1 and type = 'payment_receipt'`,
        [paid.id],
      );
      expect(found).toHaveLength(1);
      return found;
    });
    const config = { ...app.ctx.config, publicUrl: app.address ?? '' };
    expect((await oneClick(unsubscribeUrl(config, receipt?.id ?? ''))).status).toBe(404);
    expect(await choicesOf(address)).toEqual([]);
  });

  it('is respected by what waits already', async () => {
    const address = newAddress();
    const made = await inquire(address);
    const [first] = await (async () => {
      await letADayPass();
      return [linkIn(await awaitFollowUp(made, address))];
    })();
    await app.moveClock({ now: TEST_NOW });
    const second = await inquire(address);
    await oneClick(first ?? '');
    await execute(
      app.ctx,
      `insert into notifications (type, event_key, booking_id, recipient, created_at, updated_at)
       values ('abandoned_inquiry', 'planted', $1, $2, now(), now())`,
      [second.id, address],
    );
    const [row] = await rowsOf(second);
    await eventually(() => deliverNotification(app.ctx, { notificationId: row?.id ?? '' }));
    expect(await rowsOf(second)).toEqual([
      expect.objectContaining({ status: 'withheld', last_error: 'They chose to get no such mail.' }),
    ]);
  });
});

describe('staff', () => {
  it('see what a customer chose, and change it', async () => {
    const address = newAddress();
    const made = await inquire(address);
    await letADayPass();
    await oneClick(linkIn(await awaitFollowUp(made, address)));
    const { id } = await Customer.findOne({ where: { email: address }, rejectOnEmpty: true });
    const chosen = async () => {
      const { screen, params } = (await staff.record('customers', id, 'show')).body.record;
      const block = screen.blocks.find(
        ({ title }: { title: string }) => title === 'What they chose to be sent',
      );
      return { words: block.rows[0].slice(0, 3).map(({ text }: { text: string }) => text), params };
    };
    const { words, params } = await chosen();
    expect(words).toEqual(['News and offers', 'Not wanted', 'The unsubscribe button of their mail program']);
    const saved = await staff.record('customers', id, 'edit', {
      communicationPreferences: { marketing: true },
      version: params.version,
    });
    expect(saved.body.notice.type).toBe('success');
    expect((await chosen()).words).toEqual(['News and offers', 'Wanted', 'Their profile']);
    expect(await choicesOf(address)).toEqual([{ wanted: true, source: 'profile' }]);
    // Another address keeps what was chosen.
    await staff.record('customers', id, 'edit', { communicationPreferences: { marketing: false } });
    const moved = newAddress();
    await staff.record('customers', id, 'edit', { email: moved });
    expect(await choicesOf(moved)).toEqual([{ wanted: false, source: 'profile' }]);
  });
});
