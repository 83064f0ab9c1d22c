import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { realNow } from '../../src/clock.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { issueSignInLink } from '../../src/resources/accounts/sign-in-link.ts';
import { Customer } from '../../src/resources/bookings/customer.model.ts';
import { eraseCustomer } from '../../src/resources/bookings/erase-customer.ts';
import { deliverNotification } from '../../src/resources/notifications/deliver-notification.ts';
import { wantsMarketing } from '../../src/resources/notifications/mail-choice.ts';
import { purgePlumbing } from '../../src/resources/plumbing/purge-plumbing.ts';
import { bearer } from '../support/api.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import { bookingRequest, eventually, makeBooking } from '../support/bookings.ts';
import { TEST_NOW } from '../support/context.ts';
import { allMails, type Mail, mailsTo } from '../support/mail.ts';
import { actingAs } from '../support/refunds.ts';

/** `product.md` §3, `api.md`: customers have no password; a mailed link, good once, opens all of a person's bookings. */

let app: TestApplication;
beforeAll(async () => {
  app = await startTestApplication();
});
afterEach(() => app.moveClock({ now: TEST_NOW }));
afterAll(() => app.stop());

let people = 0;
const newAddress = () => {
  people += 1;
  return `pat${people}@example.com`;
};

const book = (email: string, changes: object = {}) =>
  makeBooking(app, { contact: { ...bookingRequest().contact, firstName: 'Pat', email }, ...changes });

const ask = (email: string) => app.api.post('/api/v1/customer/sign-in', { email });
const redeem = (token: string) => app.api.post('/api/v1/customer/session', { token });
const list = (session: string, query = '') =>
  app.api.get(`/api/v1/customer/bookings${query}`, bearer(session));

async function awaitLink(address: string): Promise<{ mail: Mail; token: string }> {
  return eventually(async () => {
    const [mail] = (await mailsTo(app, address)).filter(({ subject }) => /Your link/.test(subject));
    if (!mail) throw new Error('there is no mail yet');
    return { mail, token: /\/sign-in\/([\w-]{43})/.exec(mail.text)?.[1] ?? '' };
  });
}

async function customerOf(email: string): Promise<Customer> {
  return Customer.findOne({ where: { email }, rejectOnEmpty: true });
}

/** A link of the same kind, without its mail. */
async function linkFor(email: string): Promise<string> {
  const { id } = await customerOf(email);
  const link = await issueSignInLink(app.ctx, { customerId: id, email });
  return link?.url.split('/').pop() ?? '';
}

async function signIn(email: string): Promise<string> {
  const { status, body } = await redeem(await linkFor(email));
  expect(status).toBe(200);
  return body.accessToken;
}

/** Works until no job waits. */
const allWorked = () =>
  eventually(async () => {
    expect(await select(app.ctx, 'select id from outbox_messages')).toEqual([]);
  });

describe('the mailed link', () => {
  it('opens all bookings of the person, whatever their address was typed like, and nothing keeps it', async () => {
    const address = newAddress();
    const [first, second] = [await book(address), await book(address.toUpperCase())];
    const stranger = await book(newAddress());
    expect(await ask(` ${address.toUpperCase()} `)).toMatchObject({ status: 202, body: { accepted: true } });
    const { mail, token } = await awaitLink(address);
    expect(mail.text).toContain('Hi Pat,');
    expect(mail.text).toContain('It works once, until Mon 5 Apr 2027, 10:');
    expect(mail.html).toContain(`/sign-in/${token}`);
    expect(JSON.stringify(await select(app.ctx, 'select * from sign_in_links'))).not.toContain(token);

    const opened = await redeem(token);
    expect(opened).toMatchObject({ status: 200, headers: expect.anything() });
    expect(opened.headers.get('cache-control')).toBe('no-store');
    const session: string = opened.body.accessToken;
    expect(Date.parse(opened.body.expiresAt)).toBeGreaterThan(realNow().getTime() + 11 * 3_600_000);
    expect(JSON.stringify(await select(app.ctx, 'select * from customer_sessions'))).not.toContain(session);

    const all = await list(session);
    expect(all.body.data.map(({ id }: any) => id)).toEqual([second.id, first.id]);
    expect(all.body.nextCursor).toBeNull();
    const page = await list(session, '?limit=1');
    expect(page.body).toMatchObject({ data: [{ id: second.id }], nextCursor: second.id });
    const rest = await list(session, `?limit=1&cursor=${page.body.nextCursor}`);
    expect(rest.body).toMatchObject({ data: [{ id: first.id }], nextCursor: null });

    expect((await app.api.get(first.path, bearer(session))).body.id).toBe(first.id);
    const patched = await app.api.patch(first.path, { instructions: 'Ring twice' }, bearer(session));
    expect(patched.body.instructions).toBe('Ring twice');
    expect((await app.api.get(stranger.path, bearer(session))).status).toBe(404);
    expect(await list(session, `?cursor=${stranger.id}`)).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'cursor' }] },
    });
    expect((await list(session, '?limit=101')).status).toBe(422);
    const audits = await select(
      app.ctx,
      `select 1 from audit_logs where action = 'customer.signedIn' and subject_id = $1`,
      [(await customerOf(address)).id],
    );
    expect(audits).toHaveLength(1);
  });

  it('is sent to nobody who is not known, and the answer does not tell', async () => {
    const address = newAddress();
    await book(address);
    const [known, unknown] = [await ask(address), await ask('nobody-here@example.com')];
    expect(unknown.status).toBe(known.status);
    expect(unknown.body).toEqual(known.body);
    expect([...unknown.headers.keys()]).toEqual([...known.headers.keys()]);
    await awaitLink(address);
    await allWorked();
    expect((await allMails(app)).filter(({ to }) => to.startsWith('nobody-here'))).toEqual([]);
    expect(await ask('no address')).toMatchObject({ status: 422, body: { errors: [{ path: 'email' }] } });
  });

  it('lets one of twenty in, and nobody again', async () => {
    const address = newAddress();
    await book(address);
    const token = await linkFor(address);
    const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(token)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      200,
      ...Array.from({ length: 19 }, () => 401),
    ]);
    expect(await redeem(token)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(await redeem('x'.repeat(43))).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    const sessions = await select(app.ctx, 'select 1 from customer_sessions where customer_id = $1', [
      (await customerOf(address)).id,
    ]);
    expect(sessions).toHaveLength(1);
  });

  it('lapses after half an hour of business time, and is cleared away', async () => {
    const address = newAddress();
    await book(address);
    const [early, late] = [await linkFor(address), await linkFor(address)];
    await app.moveClock({ advance: 'PT29M' });
    expect((await redeem(early)).status).toBe(200);
    await app.moveClock({ advance: 'PT2M' });
    expect((await redeem(late)).status).toBe(401);
    await purgePlumbing(app.ctx);
    const left = await select(app.ctx, 'select 1 from sign_in_links where customer_id = $1', [
      (await customerOf(address)).id,
    ]);
    expect(left).toEqual([]);
  });

  it('and its session end with the address and with the person', async () => {
    const [moved, erased] = [newAddress(), newAddress()];
    const changes: Record<string, (id: string) => Promise<void>> = {
      [moved]: (id) => execute(app.ctx, 'update customers set email = $2 where id = $1', [id, newAddress()]),
      [erased]: async (id) => eraseCustomer(await actingAs(app, 'admin'), id),
    };
    for (const [address, change] of Object.entries(changes)) {
      await book(address);
      await ask(address);
      const { token } = await awaitLink(address);
      const session = await signIn(address);
      const { id } = await customerOf(address);
      await change(id);
      expect((await redeem(token)).status).toBe(401);
      expect(await list(session)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
      expect(await issueSignInLink(app.ctx, { customerId: id, email: address })).toBeNull();
      // A mail that still waits does not go to whom the address was.
      const [waiting] = await select<{ id: string }>(
        app.ctx,
        `insert into notifications (type, event_key, customer_id, recipient, created_at, updated_at)
         values ('sign_in_link', $2, $1, $2, now(), now()) returning id`,
        [id, address],
      );
      await deliverNotification(app.ctx, { notificationId: waiting?.id ?? '' });
      const [row] = await select(app.ctx, 'select status from notifications where id = $1', [waiting?.id]);
      expect(row).toEqual({ status: 'withheld' });
      await execute(app.ctx, `update notifications set recipient = 'gone' where id = $1`, [waiting?.id]);
    }
    const left = await select(app.ctx, 'select 1 from notifications where recipient = $1', [erased]);
    expect(left).toEqual([]);
  });
});

describe('what a customer wishes', () => {
  it('is theirs to change, and their last word on news', async () => {
    const address = newAddress();
    await book(address, { marketingOptIn: true });
    const session = await signIn(address);
    const path = '/api/v1/customer/preferences';
    const change = (body: object) => app.api.patch(path, body, bearer(session));
    const none = { callAhead: false, textRatherThanCall: false, sameCrew: false, extraCare: false };
    expect((await app.api.get(path, bearer(session))).body).toEqual({
      preferences: none,
      communicationPreferences: { marketing: true },
    });
    const changed = await change({
      preferences: { callAhead: true },
      communicationPreferences: { marketing: false },
    });
    expect(changed).toMatchObject({
      status: 200,
      body: { preferences: { ...none, callAhead: true }, communicationPreferences: { marketing: false } },
    });
    expect((await change({ preferences: { callAhead: true } })).body).toEqual(changed.body);
    expect((await change({})).body).toEqual(changed.body);
    const { id, version } = await customerOf(address);
    expect(version).toBe(1);
    const audits = await select(
      app.ctx,
      `select 1 from audit_logs where action = 'customer.updated' and subject_id = $1`,
      [id],
    );
    expect(audits).toHaveLength(1);
    expect(await wantsMarketing(app.ctx, address, null)).toBe(false);
    // Twenty changes at once leave one of them.
    await Promise.all(Array.from({ length: 20 }, () => change({ preferences: { sameCrew: true } })));
    expect((await customerOf(address)).version).toBe(2);
  });

  it('is nobody else’s, and of known names', async () => {
    const path = '/api/v1/customer/preferences';
    const made = await book(newAddress());
    for (const headers of [{}, bearer('cs_nobody'), made.headers])
      expect(await app.api.patch(path, {}, headers)).toMatchObject({
        status: 401,
        body: { code: 'unauthenticated' },
      });
    const address = newAddress();
    await book(address);
    const session = await signIn(address);
    const refused = await app.api.patch(path, { preferences: { loud: true } }, bearer(session));
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: 'preferences.loud' }] } });
  });
});

describe('the page', () => {
  const at = (path: string) => `${app.api.address}${path}`;
  const press = (path: string, fields: Record<string, string> = {}, headers = {}) =>
    fetch(at(path), { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual', headers });

  it('lets in by the press of its button, lists the bookings and keeps wishes', async () => {
    const address = newAddress();
    const made = await book(address);
    expect(await (await fetch(at('/my-bookings'))).text()).toContain('Send me the link');
    const asked = await press('/my-bookings/link', { email: address });
    expect([asked.status, await asked.text()]).toEqual([200, expect.stringContaining('is on its way')]);
    const { token } = await awaitLink(address);

    // Scanners look, and use nothing up.
    for (let count = 0; count < 2; count += 1) {
      const looked = await fetch(at(`/sign-in/${token}`));
      expect(looked.status).toBe(200);
      expect(looked.headers.get('referrer-policy')).toBe('no-referrer');
      expect(looked.headers.get('content-security-policy')).not.toContain('script');
      expect(await looked.text()).not.toContain('<script');
      await fetch(at(`/sign-in/${token}`), { method: 'HEAD' });
    }
    expect((await press(`/sign-in/${token}`, {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    const entered = await press(`/sign-in/${token}`);
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/my-bookings']);
    const kept = entered.headers.get('set-cookie') ?? '';
    expect(kept).toMatch(
      /^totetaxi\.customer=cs_[\w-]{43}; Max-Age=43200; Path=\/my-bookings; .*HttpOnly; SameSite=Lax$/,
    );
    const cookie = kept.split(';')[0] ?? '';
    const look = async () => (await fetch(at('/my-bookings'), { headers: { cookie } })).text();
    const html = await look();
    expect(html).toContain(`Signed in as ${address}`);
    expect(html).toContain('Wed 12 May 2027');
    expect(html).toContain('Not confirmed yet');
    const [, link = ''] = /href="(\/booking\/[\w.-]+)"/.exec(html) ?? [];
    const { number } = (await app.api.get(made.path, made.headers)).body;
    expect(await (await fetch(at(link))).text()).toContain(number);

    const saved = await press('/my-bookings/preferences', { callAhead: 'yes', marketing: 'yes' }, { cookie });
    expect([saved.status, saved.headers.get('location')]).toEqual([303, '/my-bookings?saved=yes']);
    expect(await look()).toContain('name="callAhead" value="yes" checked');
    expect(await customerOf(address)).toMatchObject({
      preferences: { callAhead: true, sameCrew: false },
      communicationPreferences: { marketing: true },
    });
    expect((await press(`/sign-in/${token}`)).status).toBe(401);
    const used = await fetch(at(`/sign-in/${token}`));
    expect([used.status, await used.text()]).toEqual([404, expect.stringContaining('used already')]);

    await press('/my-bookings/sign-out', {}, { cookie });
    expect(await look()).toContain('Send me the link');
    await press('/my-bookings/preferences', {}, { cookie });
    expect((await customerOf(address)).preferences).toMatchObject({ callAhead: true });
  });

  it('says what is wrong with an address', async () => {
    const asked = await press('/my-bookings/link', { email: '"><b>no' });
    expect(asked.status).toBe(422);
    const html = await asked.text();
    expect(html).toContain('Please type your whole e-mail address');
    expect(html).not.toContain('<b>');
    expect((await fetch(at('/my-bookings'), { method: 'PUT' })).status).toBe(405);
  });
});
