import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { changeEmailTemplate } from '../../src/resources/notifications/change-email-template.ts';
import { EmailTemplate } from '../../src/resources/notifications/email-template.model.ts';
import { keepTemplates } from '../../src/resources/notifications/keep-templates.ts';
import { previewEmailTemplate } from '../../src/resources/notifications/preview-email-template.ts';
import { resetEmailTemplate } from '../../src/resources/notifications/reset-email-template.ts';
import { restoreEmailTemplate } from '../../src/resources/notifications/restore-email-template.ts';
import { sendTestMail } from '../../src/resources/notifications/send-test-mail.ts';
import {
  type NotificationType,
  templateTypes,
} from '../../src/resources/notifications/templates/catalogue.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import { bookingRequest, eventually, makeBooking, readBooking } from '../support/bookings.ts';
import { askMail, mailsTo } from '../support/mail.ts';
import { actingAs, paidBooking, reviewsOf } from '../support/refunds.ts';

/** `product.md` §7: the words of mails are staff's to write, and whatever they write is refused or harmless. */

let app: TestApplication;
let staff: Context;
beforeAll(async () => {
  app = await startTestApplication();
  staff = await actingAs(app, 'staff');
});
afterEach(() => askMail(app, 'DELETE', '/_faults'));
afterAll(() => app.stop());

const idOf = async (type: NotificationType) =>
  (await EmailTemplate.findOne({ where: { type }, rejectOnEmpty: true })).id;
const stored = (id: string) => EmailTemplate.findByPk(id, { rejectOnEmpty: true });
const versionsOf = (id: string) =>
  select<{ number: number; subject: string; source: string; restored_from: number | null; author: string }>(
    app.ctx,
    'select number, subject, source, restored_from, author from email_template_versions where template_id = $1 order by number',
    [id],
  );
const auditOf = (id: string) =>
  select<{ action: string; actor: string; changes: object }>(
    app.ctx,
    'select action, actor_name as actor, changes from audit_logs where subject_id = $1 order by sequence',
    [id],
  );

describe('the rows', () => {
  it('are there for every kind, with our words, which follow the code until they are edited', async () => {
    const rows = await EmailTemplate.findAll();
    expect(rows.map(({ type }) => type).sort()).toEqual(Object.keys(templateTypes).sort());
    const [one, other] = [await idOf('coi_missing'), await idOf('coi_expiring')];
    await execute(app.ctx, `update email_templates set subject = 'Old' where id = any($1::uuid[])`, [
      [one, other],
    ]);
    await execute(app.ctx, 'update email_templates set is_edited = true where id = $1', [other]);
    await Promise.all([keepTemplates(app.ctx), keepTemplates(app.ctx)]);
    expect((await stored(one)).subject).toBe(templateTypes.coi_missing.subject);
    expect((await stored(other)).subject).toBe('Old');
  });

  it('are kept by the database: no version is rewritten, no template deleted', async () => {
    const templateId = await idOf('reminder');
    await changeEmailTemplate(staff, { templateId, version: 0, words: { subject: 'Until {{ day }}' } });
    for (const sql of [
      'update email_template_versions set author = author',
      'delete from email_template_versions',
      'truncate email_template_versions cascade',
      'delete from email_templates',
    ])
      await expect(execute(app.ctx, sql), sql).rejects.toThrow(/never/);
    await resetEmailTemplate(staff, { templateId, seen: undefined });
  });
});

const confirmationsTo = async (address: string) =>
  (await mailsTo(app, address)).filter(({ tags }) => tags.type?.[0] === 'booking_confirmed');

describe('changing', () => {
  let templateId: string;
  beforeEach(async () => {
    templateId = await idOf('booking_confirmed');
    const { isEdited } = await stored(templateId);
    if (isEdited) await resetEmailTemplate(staff, { templateId, seen: undefined });
  });

  it('is a version, an audit row, and what the next mail says', async () => {
    const { version } = await stored(templateId);
    const words = { subject: 'All set, {{ firstName }}', text: 'See you on {{ day }}, {{ firstName }}.' };
    await changeEmailTemplate(staff, { templateId, version, words });
    expect(await stored(templateId)).toMatchObject({
      ...words,
      html: templateTypes.booking_confirmed.html,
      version: version + 1,
      isEdited: true,
      changedBy: 'Sam Staff',
    });
    expect((await versionsOf(templateId)).at(-1)).toMatchObject({
      number: version + 1,
      subject: words.subject,
      source: 'written',
      author: 'Sam Staff',
    });
    expect((await auditOf(templateId)).at(-1)).toMatchObject({
      action: 'emailTemplate.updated',
      actor: 'Sam Staff',
      changes: { subject: [templateTypes.booking_confirmed.subject, words.subject] },
    });
    await paidBooking(app, {
      contact: { ...bookingRequest().contact, firstName: 'Ida', email: 'ida@example.com' },
    });
    await eventually(async () =>
      expect(await confirmationsTo('ida@example.com')).toMatchObject([
        { subject: 'All set, Ida', text: expect.stringContaining('See you on Wed 12 May 2027, Ida.') },
      ]),
    );
  });

  it('that changes nothing is no version', async () => {
    const before = await stored(templateId);
    const { subject } = before;
    await changeEmailTemplate(staff, { templateId, version: before.version, words: { subject } });
    expect((await stored(templateId)).version).toBe(before.version);
    expect(await versionsOf(templateId)).toHaveLength(before.version);
  });

  it('by two at once keeps both parts, and asks about the same part', async () => {
    const { version } = await stored(templateId);
    const admin = await actingAs(app, 'admin');
    const write = (ctx: Context, words: object) => changeEmailTemplate(ctx, { templateId, version, words });
    await Promise.all([write(staff, { subject: 'One {{ day }}' }), write(admin, { text: 'Two {{ day }}' })]);
    expect(await stored(templateId)).toMatchObject({
      subject: 'One {{ day }}',
      text: 'Two {{ day }}',
      version: version + 2,
    });
    await expect(write(admin, { subject: 'Three {{ day }}' })).rejects.toMatchObject({
      code: 'edit_conflict',
      facts: { extras: { version: version + 2, conflicts: [{ field: 'subject', theirs: 'One {{ day }}' }] } },
    });
  });

  it('is undone by restoring and by our own words, each a version of its own', async () => {
    const { version } = await stored(templateId);
    for (const subject of ['First', 'Second'])
      await changeEmailTemplate(staff, { templateId, version: undefined, words: { subject } });
    await expect(
      restoreEmailTemplate(staff, { templateId, seen: version + 1, version: version + 1 }),
    ).rejects.toMatchObject({ code: 'conflict' });
    const restored = await Promise.allSettled(
      [1, 2].map(() => restoreEmailTemplate(staff, { templateId, seen: version + 2, version: version + 1 })),
    );
    expect(restored.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await versionsOf(templateId)).at(-1)).toMatchObject({
      number: version + 3,
      subject: 'First',
      source: 'restored',
      restored_from: version + 1,
    });
    await resetEmailTemplate(staff, { templateId, seen: version + 3 });
    expect(await stored(templateId)).toMatchObject({
      subject: templateTypes.booking_confirmed.subject,
      isEdited: false,
      version: version + 4,
    });
    await expect(resetEmailTemplate(staff, { templateId, seen: undefined })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(
      restoreEmailTemplate(staff, { templateId, seen: undefined, version: 999 }),
    ).rejects.toMatchObject({ code: 'not_found' });
    expect((await auditOf(templateId)).map(({ action }) => action).slice(-2)).toEqual([
      'emailTemplate.restored',
      'emailTemplate.reset',
    ]);
  });

  it('and all else is refused to viewers and customers', async () => {
    const viewer: Context = { ...staff, actor: { ...staff.actor, role: 'viewer' } as Context['actor'] };
    const customer: Context = { ...staff, actor: { type: 'customer', bookingId: null, address: null } };
    for (const ctx of [viewer, customer])
      for (const work of [
        () => changeEmailTemplate(ctx, { templateId, version: undefined, words: { subject: 'x' } }),
        () => restoreEmailTemplate(ctx, { templateId, seen: undefined, version: 1 }),
        () => resetEmailTemplate(ctx, { templateId, seen: undefined }),
        () => previewEmailTemplate(ctx, { templateId, bookingNumber: null }),
        () => sendTestMail(ctx, { templateId, bookingNumber: null }),
      ])
        await expect(work()).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('that works with the samples and not with a booking is a case to review, not a bad mail', async () => {
    const text =
      '{% if firstName == "Ivo" %}{% for i in (1..9000) %}{% for j in (1..9000) %}x{% endfor %}{% endfor %}{% endif %}Hello';
    await changeEmailTemplate(staff, { templateId, version: undefined, words: { text } });
    const made = await paidBooking(app, {
      contact: { ...bookingRequest().contact, firstName: 'Ivo', email: 'ivo@example.com' },
    });
    await eventually(async () =>
      expect(await reviewsOf(app, made)).toMatchObject([
        { kind: 'mail_failed', reason: expect.stringContaining('too large or takes too long') },
      ]),
    );
    expect(await confirmationsTo('ivo@example.com')).toEqual([]);
  });
});

const hostile: readonly [string, object, string][] = [
  [
    'loops in loops',
    { text: '{% for i in (1..9000) %}{% for j in (1..9000) %}x{% endfor %}{% endfor %}' },
    'text',
  ],
  ['a loop of a billion', { html: '<p>{% for i in (1..1000000000) %}x{% endfor %}</p>' }, 'html'],
  [
    'doubling',
    {
      text: '{% assign s="xxxxxxxxxx" %}{% for i in (1..40) %}{% assign s = s | append: s %}{% endfor %}{{ s }}',
    },
    'text',
  ],
  ['include', { html: '{% include "/etc/passwd" %}' }, 'html'],
  ['render', { text: '{% render "../../etc/passwd" %}' }, 'text'],
  ['layout', { html: '{% layout "/etc/hostname" %}' }, 'html'],
  ['a prototype', { text: '{{ __proto__.x }}' }, 'text'],
  ['a constructor', { subject: '{{ firstName.constructor.constructor }}' }, 'subject'],
  ['a script', { html: '<script>alert(1)</script>' }, 'html'],
  [
    'a script behind a condition',
    { html: '{% if day == "x" %}<script>y</script>{% endif %}<p>x</p>' },
    'html',
  ],
  ['an event handler', { html: '<p onclick="alert(1)">x</p>' }, 'html'],
  ['a form', { html: '<form action="https://x.example"><input name="card"></form>' }, 'html'],
  ['a script address', { html: '<p><a href="javascript:alert(1)">x</a></p>' }, 'html'],
  ['a data address', { html: '<p><img src="data:text/html,x"></p>' }, 'html'],
  ['broken Liquid', { subject: 'Hi {{ firstName' }, 'subject'],
  ['an open tag', { html: '<p><strong>x</p>' }, 'html'],
];

describe('hostile words', () => {
  it.each(hostile)(
    '%s: neither saved, nor previewed, nor sent, and named by their part',
    async (_what, part, path) => {
      const templateId = await idOf('reminder');
      const before = await stored(templateId);
      const { subject, html, text } = before;
      const words = { subject, html, text, ...part };
      const preview = { templateId, words, bookingNumber: null };
      for (const work of [
        () => changeEmailTemplate(staff, { templateId, version: before.version, words: part }),
        () => previewEmailTemplate(staff, preview),
        () => sendTestMail(staff, preview),
      ])
        await expect(work()).rejects.toMatchObject({
          code: 'invalid',
          facts: { violations: [{ path, code: 'template' }] },
        });
      expect((await stored(templateId)).version).toBe(before.version);
    },
  );
});

describe('the preview', () => {
  it('shows a booking with its own facts, and samples for what only its customer may have', async () => {
    const made = await makeBooking(app, {
      contact: { ...bookingRequest().contact, firstName: 'O<b>li', email: 'oli@example.com' },
    });
    const templateId = await idOf('booking_confirmed');
    const { number } = await readBooking(app, made);
    const words = templateTypes.booking_confirmed;
    for (const bookingNumber of [number, number.toLowerCase(), number.replace(/^TT-0*/, '')]) {
      const { subject, html, text } = await previewEmailTemplate(staff, { templateId, words, bookingNumber });
      expect(subject).toContain(number);
      expect(html).toContain('O&lt;b&gt;li');
      expect(text).toContain('1 Main Street');
      expect(html + text).toContain('https://totetaxi.example/bookings/TT-000123');
      expect(html + text).not.toContain('/booking/');
    }
    const { text } = await previewEmailTemplate(staff, { templateId, words, bookingNumber: null });
    expect(text).toContain('Maya');
  });

  it('refuses a number that is none', async () => {
    for (const bookingNumber of ['TT-999999', 'nonsense', "' or 1=1"])
      await expect(
        previewEmailTemplate(staff, { templateId: await idOf('reminder'), bookingNumber }),
      ).rejects.toMatchObject({ code: 'invalid', facts: { violations: [{ path: 'bookingNumber' }] } });
  });

  it.each(Object.keys(templateTypes) as NotificationType[])('works for %s', async (type) => {
    const { subject } = await previewEmailTemplate(staff, {
      templateId: await idOf(type),
      bookingNumber: null,
    });
    expect(subject).not.toMatch(/\{\{|\{%/);
  });
});

describe('a test mail', () => {
  it('goes to whoever asks, says that it is one, and is on record', async () => {
    const templateId = await idOf('booking_cancelled');
    const words = { subject: 'Oh no, {{ firstName }}', html: '<p>Gone</p>', text: 'Gone' };
    expect(await sendTestMail(staff, { templateId, words, bookingNumber: null })).toEqual({
      to: 'staff@totetaxi.test',
    });
    const tests = (await mailsTo(app, 'staff@totetaxi.test')).filter(({ subject }) =>
      subject.startsWith('[Test]'),
    );
    expect(tests).toMatchObject([{ subject: '[Test] Oh no, Maya' }]);
    expect((await auditOf(templateId)).at(-1)).toMatchObject({ action: 'emailTemplate.tested' });
    expect((await stored(templateId)).isEdited).toBe(false);
  });

  it('that cannot be sent says so, and nothing goes to an address that bounced', async () => {
    const templateId = await idOf('booking_cancelled');
    const send = () => sendTestMail(staff, { templateId, bookingNumber: null });
    await execute(
      app.ctx,
      `insert into mail_suppressions (email, reason, created_at) values ('staff@totetaxi.test', 'bounced', now())`,
    );
    await expect(send()).rejects.toMatchObject({
      code: 'conflict',
      detail: expect.stringMatching(/came back/),
    });
    await execute(app.ctx, 'delete from mail_suppressions');
    const away = { ...staff, config: { ...staff.config, mail: null } };
    await expect(sendTestMail(away, { templateId, bookingNumber: null })).rejects.toMatchObject({
      code: 'unavailable',
      detail: expect.stringMatching(/was not sent/),
    });
    expect((await auditOf(templateId)).filter(({ action }) => action.endsWith('tested'))).toHaveLength(1);
  });
});
