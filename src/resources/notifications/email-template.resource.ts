import { z } from 'zod';
import { choice, count, instant, longText, made, type Row, text, yesNo } from '../../admin/kit/columns.ts';
import { wordsSql } from '../../admin/kit/csv-sql.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import type { Context } from '../../context.ts';
import { changeEmailTemplate } from './change-email-template.ts';
import { EmailTemplate } from './email-template.model.ts';
import { emailTemplatePolicy } from './email-template.policy.ts';
import { preview, reset, restore, sendTest, words } from './email-template-verbs.resource.ts';
import { versionsBlock, versionsOf } from './email-template-versions.resource.ts';
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
