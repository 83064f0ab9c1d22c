import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { templateTypes } from '../../src/resources/notifications/templates/catalogue.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import { makeBooking, readBooking } from '../support/bookings.ts';
import { mailsTo } from '../support/mail.ts';
import { type Panel, signedIn } from '../support/panel.ts';

/** The words of mails by the panel's own API. */

let app: TestApplication;
let staff: Panel;
let id: string;
beforeAll(async () => {
  app = await startTestApplication({ panel: true });
  staff = await signedIn(app, 'staff');
  const { body } = await staff.resource('emailTemplates', 'list', '?filters.type=reminder');
  id = body.records[0].id;
});
afterAll(() => app.stop());

const ask = (action: string, body?: object) => staff.record('emailTemplates', id, action, body);

describe('e-mail templates', () => {
  it('are listed in words: what, to whom, ours or edited', async () => {
    const { body } = await staff.resource('emailTemplates', 'list', '?perPage=100');
    expect(body.meta.total).toBe(Object.keys(templateTypes).length);
    const { cells } = body.records.find((record: { id: string }) => record.id === id);
    expect(cells).toMatchObject({
      type: { text: templateTypes.reminder.name },
      readers: { text: 'Customer' },
      isEdited: { text: 'Default' },
      changedAt: null,
    });
    const edited = await staff.resource('emailTemplates', 'list', '?filters.view=edited');
    expect(edited.status).toBe(200);
  });

  it('are opened with what can be named, its samples and the versions', async () => {
    const { form } = (await ask('edit')).body.record;
    expect(form).toMatchObject({
      values: { subject: templateTypes.reminder.subject, html: templateTypes.reminder.html },
      version: 0,
      facts: { isAboutBooking: true, isEdited: false, versions: [] },
    });
    expect(form.facts.variables).toContainEqual({
      name: 'firstName',
      label: "Customer's first name",
      sample: 'Maya',
    });
  });

  it('are written, tell what is wrong at its field, and settle two writers', async () => {
    const wrong = await ask('edit', { subject: 'Hi {{ nmae }}', text: 'x\n{% include "a" %}', version: 0 });
    expect(wrong.body.record.errors).toMatchObject({
      subject: { message: 'There is no variable named "nmae".' },
      text: { message: 'The tag {% include %} is not allowed. (line 2)' },
    });
    expect((await ask('edit', { subject: '', version: 0 })).body.record.errors).toHaveProperty('subject');
    const good = await ask('edit', { subject: 'Tomorrow: {{ day }}', version: 0 });
    expect(good.body.notice).toEqual({ message: 'Template saved.', type: 'success' });
    const late = await ask('edit', { subject: 'Late: {{ day }}', version: 0 });
    expect(late.body.record.errors.subject).toMatchObject({
      type: 'conflict',
      version: 1,
      theirs: { text: 'Tomorrow: {{ day }}' },
    });
  });

  it('are previewed unsaved, on a booking, and as an older version', async () => {
    const { number } = await readBooking(app, await makeBooking(app));
    const { shown } = (await ask('preview', { text: 'On {{ bookingNumber }}', bookingNumber: number })).body
      .record;
    expect(shown.text).toContain(`On ${number}`);
    expect(shown.subject).toBe('Tomorrow: Wed 12 May 2027');
    const wrong = await ask('preview', { html: '<p onclick="x">y</p>', bookingNumber: '' });
    expect(wrong.body.record.errors.html.message).toMatch(/runs no scripts/);
    const old = await ask('preview', { number: 1 });
    expect(old.body.record.shown.words).toMatchObject({ subject: 'Tomorrow: {{ day }}' });
    expect((await ask('preview', { number: 7 })).body.notice.type).toBe('error');
    const { body } = await ask('show');
    expect(body.record.params.version).toBe(1);
  });

  it('are tested by mail to oneself', async () => {
    const { body } = await ask('sendTest', { subject: 'Try {{ day }}' });
    expect(body.notice).toEqual({ message: 'The test went to staff@totetaxi.test.', type: 'success' });
    expect(await mailsTo(app, 'staff@totetaxi.test')).toMatchObject([
      { subject: '[Test] Try Wed 12 May 2027' },
    ]);
  });

  it('go back to the default and to an older version', async () => {
    const plan = await ask('reset', { preview: true });
    expect(plan.body.record.verb.consequences).toHaveLength(2);
    expect((await ask('reset', { version: 1 })).body.notice.type).toBe('success');
    expect((await ask('restore', { number: 1, version: 1 })).body.notice.type).toBe('error');
    expect((await ask('restore', { number: 1, version: 2 })).body.notice.type).toBe('success');
    const { facts, values } = (await ask('edit')).body.record.form;
    expect(values.subject).toBe('Tomorrow: {{ day }}');
    expect(facts.versions).toMatchObject([
      { number: 3, who: 'Sam Staff', what: 'Version 1 restored' },
      { number: 2, what: 'Back to the default' },
      { number: 1, what: 'Written' },
    ]);
    const { screen } = (await ask('show')).body.record;
    expect(JSON.stringify(screen)).toMatch(/Older version restored.*Back to the default.*Words written/);
  });
});
