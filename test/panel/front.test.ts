import { readdirSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { backends, startTestApplication, type TestApplication } from '../support/application.ts';
import { DEMO_PASSWORD, Panel, signedIn } from '../support/panel.ts';

describe.each(backends)('the front of the panel, sessions in %s', (backend) => {
  let app: TestApplication;
  beforeAll(async () => {
    app = await startTestApplication({ panel: true }, backend, 'seeded');
  });
  afterAll(() => app.stop());
  beforeEach(() => execute(app.ctx, 'delete from rate_limit_counters'));

  const list = (panel: Panel) => panel.resource('bookings', 'list');
  const sql = (statement: string) => execute(app.ctx, statement);

  describe('signing in', () => {
    it('leads to where one wanted to go, and only within the panel', async () => {
      for (const [to, where] of [
        ['/admin/resources/bookings?filters.view=today', '/admin/resources/bookings?filters.view=today'],
        ['https://evil.example/admin', '/admin'],
        ['//evil.example/admin', '/admin'],
        ['/admin/../evil', '/admin'],
        ['/\\evil.example', '/admin'],
        ['javascript:alert(1)', '/admin'],
        ['/admin/logout', '/admin'],
      ] as const) {
        const form = new URLSearchParams({ email: 'staff@totetaxi.test', password: DEMO_PASSWORD, to });
        const { status, headers } = await new Panel(app).post('/admin/login', form);
        expect([to, status, headers.get('location')]).toEqual([to, 302, where]);
      }
      const anonymous = await new Panel(app).get('/admin/resources/bookings?filters.view=today');
      expect(anonymous.headers.get('location')).toBe(
        '/admin/login?to=%2Fadmin%2Fresources%2Fbookings%3Ffilters.view%3Dtoday',
      );
    });

    it('gives a new session id, in a cookie that scripts and other sites do not get', async () => {
      const panel = await signedIn(app, 'staff');
      const first = panel.cookie;
      const { headers } = await panel.signIn('staff@totetaxi.test');
      expect(panel.cookie).not.toBe(first);
      const [cookie = ''] = headers.getSetCookie();
      for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/admin']) expect(cookie).toContain(part);
      // The old id is worth nothing.
      const old = await panel.get('/admin/api/dashboard', { cookie: first });
      expect(old.status).toBe(401);
    });

    it('says the same for an unknown person, a wrong password and a disabled account', async () => {
      await sql(`update staff_users set disabled_at = now() where email = 'viewer@totetaxi.test'`);
      const answers = await Promise.all([
        new Panel(app).signIn('nobody@totetaxi.test'),
        new Panel(app).signIn('admin@totetaxi.test', 'wrong'),
        new Panel(app).signIn('viewer@totetaxi.test'),
        new Panel(app).post('/admin/login', { email: { a: 1 }, password: ['x'] }),
        new Panel(app).post('/admin/login', new URLSearchParams('email=a&email=b&password=c')),
      ]);
      for (const { status, body } of answers) {
        expect(status).toBe(401);
        expect(body.text).toContain('This e-mail or password is not right.');
      }
      await sql(`update staff_users set disabled_at = null`);
    });

    it('locks an account after five failures, for a quarter of an hour, whoever tries', async () => {
      for (let tries = 0; tries < 5; tries += 1) {
        expect((await new Panel(app).signIn('manager@totetaxi.test', 'wrong')).status).toBe(401);
      }
      const locked = await new Panel(app).signIn('manager@totetaxi.test');
      expect(locked.status).toBe(429);
      expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(800);
      expect(locked.body.text).toContain('Too many tries');
      await sql(`delete from rate_limit_counters where key like 'sign-in:address%'`);
      expect((await new Panel(app).signIn('admin@totetaxi.test')).status).toBe(302);
      expect((await new Panel(app).signIn('manager@totetaxi.test')).status).toBe(429);
    });

    it('counts failures that come at once', async () => {
      const tries = Array.from({ length: 20 }, () => new Panel(app).signIn('staff@totetaxi.test', 'wrong'));
      await Promise.all(tries);
      expect((await new Panel(app).signIn('staff@totetaxi.test')).status).toBe(429);
    });

    it('escapes what was typed', async () => {
      const { body } = await new Panel(app).signIn('"><script>alert(1)</script>', 'x');
      expect(body.text).not.toContain('<script>alert(1)');
      expect(body.text).toContain('&quot;&gt;&lt;script&gt;');
    });
  });

  describe('a session', () => {
    it('ends with the role it had: a changed one acts at once', async () => {
      const panel = await signedIn(app, 'staff');
      expect((await panel.resource('staffUsers', 'list')).body.notice.type).toBe('error');
      await sql(`update staff_users set role = 'admin' where email = 'staff@totetaxi.test'`);
      expect((await panel.resource('staffUsers', 'list')).body.records.length).toBe(4);
      await sql(`update staff_users set role = 'staff' where email = 'staff@totetaxi.test'`);
      expect((await panel.resource('staffUsers', 'list')).body.records).toEqual([]);
    });

    it('ends when its account is disabled', async () => {
      const [admin, staff] = [await signedIn(app, 'admin'), await signedIn(app, 'staff')];
      const [row] = await select<{ id: string }>(
        app.ctx,
        `select id from staff_users where email = 'staff@totetaxi.test'`,
      );
      expect((await admin.record('staffUsers', row?.id ?? '', 'disable', {})).body.notice.type).toBe(
        'success',
      );
      expect((await list(staff)).status).toBe(401);
      expect((await staff.get('/admin')).headers.get('location')).toBe('/admin/login');
      expect((await admin.record('staffUsers', row?.id ?? '', 'enable', {})).body.notice.type).toBe(
        'success',
      );
      expect((await list(staff)).status).toBe(401);
    });

    it('ends by signing out, and everywhere when asked', async () => {
      const [here, there] = [await signedIn(app, 'staff'), await signedIn(app, 'staff')];
      const cookie = here.cookie;
      expect((await here.post('/admin/logout', new URLSearchParams())).headers.get('location')).toBe(
        '/admin/login',
      );
      expect((await here.get('/admin/api/dashboard', { cookie })).status).toBe(401);
      expect((await list(there)).status).toBe(200);
      const again = await signedIn(app, 'staff');
      expect((await again.post('/admin/api/pages/profile', { verb: 'signOutEverywhere' })).status).toBe(200);
      expect((await list(there)).status).toBe(401);
    });

    it('lives on through a change of one’s own password, and others do not', async () => {
      const [here, there] = [await signedIn(app, 'staff'), await signedIn(app, 'staff')];
      const change = (body: object) => here.post('/admin/api/pages/profile', body);
      const wrong = await change({ current: 'not it', password: 'a much better one' });
      expect(wrong.body.errors.current.message).toBe('This is not your password.');
      const short = await change({ current: DEMO_PASSWORD, password: 'short' });
      expect(short.body.errors.password.message).toBe('Use at least 12 characters.');
      expect((await change({ current: DEMO_PASSWORD, password: 'a much better one' })).body.notice.type).toBe(
        'success',
      );
      expect((await list(here)).status).toBe(200);
      expect((await list(there)).status).toBe(401);
      expect((await change({ current: 'a much better one', password: DEMO_PASSWORD })).body.notice.type).toBe(
        'success',
      );
    });
  });

  describe('a link that sets a password', () => {
    it('works once, for who was given it', async () => {
      const admin = await signedIn(app, 'admin');
      const made = await admin.post('/admin/api/resources/staffUsers/actions/new', {
        name: 'Nia New',
        email: ' Nia@ToteTaxi.test ',
        role: 'viewer',
      });
      expect(made.body.record.params).toMatchObject({ email: 'nia@totetaxi.test', role: 'viewer' });
      const path = new URL(made.body.record.keep.value).pathname;
      const stranger = new Panel(app);
      expect((await stranger.get(path)).headers.get('referrer-policy')).toBe('no-referrer');
      expect((await stranger.post(path, new URLSearchParams({ password: 'short' }))).status).toBe(422);
      const set = await stranger.post(path, new URLSearchParams({ password: 'four plain small words' }));
      expect(set.headers.get('location')).toBe('/admin/login');
      for (const method of ['GET', 'POST']) {
        const body =
          method === 'POST' ? new URLSearchParams({ password: 'another of them here' }) : undefined;
        expect((await stranger.send(method, path, body)).status).toBe(404);
      }
      expect((await stranger.signIn('nia@totetaxi.test', 'four plain small words')).status).toBe(302);
      expect((await stranger.get('/admin/set-password/guessed')).status).toBe(404);
      const audited = JSON.stringify(
        await select(app.ctx, `select changes from audit_logs where subject_type = 'staffUser'`),
      );
      expect(audited).not.toContain(path.split('/').at(-1));
    });

    it('ends the old password and every session when it is made anew', async () => {
      const [admin, viewer] = [await signedIn(app, 'admin'), await signedIn(app, 'viewer')];
      const [row] = await select<{ id: string }>(
        app.ctx,
        `select id from staff_users where email = 'viewer@totetaxi.test'`,
      );
      const reset = await admin.record('staffUsers', row?.id ?? '', 'resetPassword', {});
      expect((await list(viewer)).status).toBe(401);
      expect((await new Panel(app).signIn('viewer@totetaxi.test')).status).toBe(401);
      const path = new URL(reset.body.record.keep.value).pathname;
      await new Panel(app).post(path, new URLSearchParams({ password: DEMO_PASSWORD }));
      expect((await viewer.signIn('viewer@totetaxi.test')).status).toBe(302);
    });
  });

  describe('another site', () => {
    it.each([
      [{ 'sec-fetch-site': 'cross-site' }],
      [{ 'sec-fetch-site': 'same-site' }],
      [{ 'sec-fetch-site': 'none' }],
      [{ origin: 'https://evil.example' }],
      [{ origin: 'null' }],
    ])('does nothing in anybody’s name: %j', async (headers) => {
      const panel = await signedIn(app, 'admin');
      const [row] = await select<{ id: string }>(app.ctx, 'select id from vans limit 1');
      const path = `/admin/api/resources/vans/records/${row?.id}/edit`;
      for (const body of [{ slots: 1 }, new URLSearchParams({ slots: '1' })]) {
        expect((await panel.post(path, body, headers)).status).toBe(403);
      }
      expect(
        (await panel.post('/admin/login', new URLSearchParams({ email: 'x', password: 'y' }), headers))
          .status,
      ).toBe(403);
      expect(await select(app.ctx, 'select distinct slots from vans')).toEqual([{ slots: 6 }]);
    });

    it('reads nothing either', async () => {
      const panel = await signedIn(app, 'admin');
      const cross = { 'sec-fetch-site': 'cross-site' };
      expect((await panel.get('/admin/api/resources/bookings/actions/list', cross)).status).toBe(403);
      expect((await panel.get('/admin/export/bookings.csv', cross)).status).toBe(403);
    });
  });

  describe('bodies', () => {
    it('are refused from strangers before they are read, and never written to a file', async () => {
      const uploads = () => readdirSync(tmpdir()).filter((name) => name.startsWith('upload_'));
      const before = uploads();
      const form = new FormData();
      form.append('file', new Blob([new Uint8Array(300_000)]), 'x.bin');
      for (const path of ['/admin/login', '/admin/api/resources/vans/actions/new']) {
        expect((await new Panel(app).post(path, form)).status).toBe(401);
      }
      const admin = await signedIn(app, 'admin');
      expect((await admin.post('/admin/api/resources/vans/actions/new', form)).status).toBe(413);
      expect(uploads()).toEqual(before);
    });

    it.each([
      ['an array', '[1]'],
      ['a number', '7'],
      ['not JSON', '{'],
      ['NUL', '{"name":"a\\u0000b"}'],
    ])('that are %s are refused in words', async (_what, text) => {
      const admin = await signedIn(app, 'admin');
      const answer = await fetch(`${app.api.address}/admin/api/resources/vans/actions/new`, {
        method: 'POST',
        headers: {
          cookie: admin.cookie,
          'content-type': 'application/json',
          'sec-fetch-site': 'same-origin',
        },
        body: text,
      });
      expect(answer.status).toBe(400);
      expect(Object.keys((await answer.json()) as object).sort()).toEqual(['error', 'message', 'requestId']);
    });
  });

  describe('pages', () => {
    it('carry a nonce of their own, ask nothing of the outside and are kept by nobody', async () => {
      const panel = await signedIn(app, 'staff');
      const [one, other] = [await panel.get('/admin'), await panel.get('/admin/resources/bookings')];
      const nonceOf = (answer: typeof one) =>
        /'nonce-([^']+)'/.exec(answer.headers.get('content-security-policy') ?? '')?.[1] ?? '';
      expect(nonceOf(one)).not.toBe(nonceOf(other));
      expect(one.headers.get('cache-control')).toBe('no-store');
      const inline = [...one.body.text.matchAll(/<script(?![^>]*src)[^>]*>/g)].map(([tag]) => tag);
      expect(inline).toEqual(inline.map(() => `<script nonce="${nonceOf(one)}">`));
      expect(inline).toHaveLength(2);
      expect(one.body.text).not.toMatch(/(src|href)="https?:/);
      expect(one.headers.get('x-powered-by')).toBeNull();
    });

    it('cannot be ended by a name that holds a script', async () => {
      await sql(
        `update staff_users set name = '</script><script>alert(1)</script>' where email = 'manager@totetaxi.test'`,
      );
      const panel = await signedIn(app, 'manager');
      const { body } = await panel.get('/admin');
      expect(body.text).not.toContain('<script>alert(1)');
      expect(body.text).toContain('\\u003c/script>');
      await sql(`update staff_users set name = 'Max Manager' where email = 'manager@totetaxi.test'`);
    });

    it('tell a person nothing inner when something breaks', async () => {
      const panel = await signedIn(app, 'admin');
      await sql('alter table vans rename to vans_away');
      const call = await panel.resource('vans', 'list');
      await sql('alter table vans_away rename to vans');
      expect(call.status).toBe(500);
      expect(JSON.stringify(call.body)).not.toMatch(/vans|relation|select/i);
      const page = await panel.get('/admin/nothing/here', { accept: 'text/html' });
      expect(page.status).toBe(404);
      expect(page.body.text).toContain('Back to the panel');
    });
  });

  /** As a browser asks again; fetch would add that it wants no cached answer. */
  const plainGet = (path: string, headers: Record<string, string>) =>
    new Promise<number | undefined>((done, failed) => {
      get(app.api.address + path, { headers }, (answer) => {
        answer.resume();
        done(answer.statusCode);
      }).on('error', failed);
    });

  describe('assets', () => {
    it('are asked for each time, sent when they changed, and small on the way', async () => {
      const path = '/admin/frontend/assets/app.bundle.js';
      const first = await new Panel(app).get(path, { 'accept-encoding': 'gzip' });
      expect(first.status).toBe(200);
      expect(first.headers.get('cache-control')).toBe('no-cache');
      expect(first.headers.get('content-encoding')).toBe('gzip');
      expect(first.headers.getSetCookie()).toEqual([]);
      const again = await plainGet(path, { 'if-modified-since': first.headers.get('last-modified') ?? '' });
      expect(again).toBe(304);
      expect((await new Panel(app).get('/admin/frontend/assets/../../../package.json')).status).not.toBe(200);
      expect((await new Panel(app).get('/admin/frontend/assets/nothing.js')).status).toBe(404);
    });
  });
});
