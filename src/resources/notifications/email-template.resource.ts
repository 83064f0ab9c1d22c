import { z } from 'zod';
import {
  type Cell,
  choice,
  count,
  instant,
  longText,
  made,
  type Row,
  text,
  yesNo,
} from '../../admin/kit/columns.ts';
import { wordsSql } from '../../admin/kit/csv-sql.ts';
import { type Block, defineResource } from '../../admin/kit/define-resource.ts';
import * as field from '../../admin/kit/fields.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import { useCaseAction } from '../../admin/kit/use-case-action.ts';
import type { Context } from '../../context.ts';
import { changeEmailTemplate } from './change-email-template.ts';
import { EmailTemplate } from './email-template.model.ts';
import { emailTemplatePolicy } from './email-template.policy.ts';
import { EmailTemplateVersion } from './email-template-version.model.ts';
import { previewEmailTemplate } from './preview-email-template.ts';
import { resetEmailTemplate } from './reset-email-template.ts';
import { findVersion, restoreEmailTemplate } from './restore-email-template.ts';
import { sendTestMail } from './send-test-mail.ts';
import { wordsOf } from './template-words.ts';
import { type NotificationType, type TemplateType, templateTypes } from './templates/catalogue.ts';

const types: Readonly<Record<string, TemplateType>> = templateTypes;
const names = Object.keys(templateTypes) as NotificationType[];
const wordsOfTypes = (say: (type: TemplateType) => string) =>
  Object.fromEntries(Object.entries(types).map(([name, type]) => [name, say(type)]));
const nameWords = wordsOfTypes(({ name }) => name);
const aboutWords = wordsOfTypes(({ about }) => about);
const readerWords = wordsOfTypes(({ audience, isTransactional }) => {
  if (audience === 'staff') return 'Staff';
  if (audience === 'building') return 'Building';
  return isTransactional ? 'Customer' : 'Customer, unless turned off';
});

const words = {
  subject: field.line('Subject', 500),
  html: source('HTML', 60_000, 'The inner part: letterhead and foot come around it.'),
  text: source('Plain text', 30_000, 'For programs that show no HTML. The foot comes below it.'),
};
const bookingNumber = field.optionalLine('Booking number', 20, 'Empty for the samples.');
const number = field.count('Version');

function source(label: string, maximumLength: number, help: string) {
  return z.string().trim().min(1).max(maximumLength).meta({ label, kind: 'long', maximumLength, help });
}

const initial = (row: Row) => ({ subject: row.subject, html: row.html, text: row.text });
const numberIn = (typed: string) => (typed === '' ? null : typed);

const previewForm = z.strictObject({ ...words, bookingNumber, number: field.optional(number) });
const testForm = z.strictObject({ ...words, bookingNumber });
const restoreForm = z.strictObject({ number });

const preview = useCaseAction<z.output<typeof previewForm>>({
  name: 'preview',
  label: 'Preview',
  icon: 'Eye',
  form: previewForm,
  isOffered: () => false,
  initial,
  preview: async () => ['Shows the mail as it would go out.'],
  async run(ctx, row, values) {
    const templateId = String(row.id);
    const old = values.number === null ? null : wordsOf(await findVersion(templateId, values.number));
    const mail = await previewEmailTemplate(ctx, {
      templateId,
      words: old ?? wordsOf(values),
      bookingNumber: numberIn(values.bookingNumber),
    });
    return { message: 'Rendered.', shown: { ...mail, ...(old && { words: old }) } };
  },
});

const sendTest = useCaseAction<z.output<typeof testForm>>({
  name: 'sendTest',
  label: 'Send a test to me',
  icon: 'Send',
  form: testForm,
  isOffered: () => false,
  initial,
  preview: async () => ['Sends the mail to your own address, marked as a test.'],
  async run(ctx, row, values) {
    const { to } = await sendTestMail(ctx, {
      templateId: String(row.id),
      words: wordsOf(values),
      bookingNumber: numberIn(values.bookingNumber),
    });
    return { message: `The test went to ${to}.` };
  },
});

const restore = useCaseAction<z.output<typeof restoreForm>>({
  name: 'restore',
  label: 'Restore a version',
  icon: 'RotateCcw',
  form: restoreForm,
  isOffered: (row) => Number(row.version) > 1,
  preview: async (_ctx, _row, { number: at }) => [
    `Mails have the words of version ${at} from now on, as a new version.`,
  ],
  async run(ctx, row, values, seen) {
    await restoreEmailTemplate(ctx, { templateId: String(row.id), seen, version: values.number });
    return { message: `Version ${values.number} is in place again.` };
  },
});

const reset = useCaseAction({
  name: 'reset',
  label: 'Back to the default',
  icon: 'CornerUpLeft',
  destructive: true,
  isOffered: (row) => row.isEdited === true,
  preview: async () => [
    'Mails have our own words from now on, as a new version.',
    'What staff wrote stays among the versions and can be restored.',
  ],
  async run(ctx, row, _values, seen) {
    await resetEmailTemplate(ctx, { templateId: String(row.id), seen });
    return { message: 'Mails have the default words again.' };
  },
});

const sourceWords = { written: 'Written', default: 'Back to the default' };

interface VersionLine {
  readonly number: number;
  readonly when: Cell | null;
  readonly who: string;
  readonly what: string;
}

const MOST_VERSIONS = 100;

async function versionsOf(ctx: Context, row: Row): Promise<VersionLine[]> {
  const rows = await EmailTemplateVersion.findAll({
    attributes: ['number', 'author', 'source', 'restoredFrom', 'createdAt'],
    where: { templateId: String(row.id) },
    order: [['number', 'DESC']],
    limit: MOST_VERSIONS,
  });
  const when = instant('When');
  return rows.map((each) => ({
    number: each.number,
    when: when.cell(each.createdAt, {}, ctx.clock.now()),
    who: each.author,
    what: each.source === 'restored' ? `Version ${each.restoredFrom} restored` : sourceWords[each.source],
  }));
}

async function versionsBlock(ctx: Context, row: Row): Promise<Block> {
  const versions = await versionsOf(ctx, row);
  return {
    kind: 'table',
    title: 'Versions',
    head: ['Version', 'When', 'Who', 'What'],
    rows: versions.map(({ number: at, when, who, what }) => [
      { text: String(at) },
      when,
      { text: who },
      { text: what },
    ]),
    empty: 'Nobody has changed these words yet.',
  };
}

/** What the editor shows beside the words. */
async function facts(ctx: Context, row: Row): Promise<object> {
  const type = types[String(row.type)];
  return {
    about: type?.about ?? '',
    readers: readerWords[String(row.type)] ?? '',
    isAboutBooking: type !== undefined && type.audience !== 'staff',
    isEdited: row.isEdited,
    variables: Object.entries(type?.variables ?? {}).map(([name, { label, sample }]) => ({
      name,
      label,
      sample,
    })),
    versions: await versionsOf(ctx, row),
  };
}

/** On the record's page in a block of its own, told in conflicts, but too long for a history. */
const longWords = (label: string, name: string) => ({ ...longText(label), needs: [name] });

export const emailTemplates = defineResource({
  noun: { model: EmailTemplate, policy: emailTemplatePolicy },
  label: { one: 'Template', many: 'E-mail templates' },
  group: 'Mail',
  icon: 'Edit',
  title: { fields: ['type'], of: (row) => nameWords[String(row.type)] ?? String(row.type) },
  columns: {
    type: choice('Mail', nameWords),
    readers: made(
      'Who gets it',
      ['type'],
      (row) => ({ text: readerWords[String(row.type)] ?? '' }),
      (of) => wordsSql(of('type'), readerWords),
      { isHarmless: true },
    ),
    about: made(
      'When',
      ['type'],
      (row) => ({ text: aboutWords[String(row.type)] ?? '' }),
      (of) => wordsSql(of('type'), aboutWords),
      { isHarmless: true },
    ),
    isEdited: {
      ...yesNo('Words', 'Edited', 'Default'),
      cell: (value) => (value ? { text: 'Edited', tone: 'warn' } : { text: 'Default', tone: 'quiet' }),
    },
    subject: text('Subject'),
    html: longWords('HTML', 'html'),
    text: longWords('Plain text', 'text'),
    changedBy: text('Changed by'),
    changedAt: instant('Last change'),
    version: count('Version'),
  },
  list: ['type', 'readers', 'isEdited', 'subject', 'changedAt', 'changedBy'],
  sections: [
    { title: 'Mail', columns: ['type', 'readers', 'about'] },
    { title: 'Words', columns: ['isEdited', 'subject', 'changedAt', 'changedBy'] },
  ],
  filters: ['type', 'isEdited', 'changedAt'],
  search: ['subject', 'html', 'text'],
  searchWords: 'Words of a mail',
  sort: { by: 'type', direction: 'asc' },
  scope: { type: names },
  views: {
    edited: { label: 'Edited', where: () => ({ isEdited: true }) },
    customers: {
      label: 'To customers',
      where: () => ({ type: names.filter((name) => templateTypes[name].audience === 'customer') }),
    },
    buildings: {
      label: 'To buildings',
      where: () => ({ type: names.filter((name) => templateTypes[name].audience === 'building') }),
    },
    staff: {
      label: 'To staff',
      where: () => ({ type: names.filter((name) => templateTypes[name].audience === 'staff') }),
    },
  },
  form: z.strictObject(words),
  changing: (ctx, { id, version, values }) =>
    changeEmailTemplate(ctx, { templateId: id, version, words: values }),
  editor: { component: 'TemplatePage', facts },
  actions: [preview, sendTest, restore, reset],
  blocks: async (ctx, row) => [
    { kind: 'text', title: 'Plain text', text: String(row.text) },
    await versionsBlock(ctx, row),
    await recordHistory(ctx, 'emailTemplate', String(row.id)),
  ],
  empty: 'No template here.',
});
