import { z } from 'zod';
import type { Row } from '../../admin/kit/columns.ts';
import * as field from '../../admin/kit/fields.ts';
import { useCaseAction } from '../../admin/kit/use-case-action.ts';
import { previewEmailTemplate } from './preview-email-template.ts';
import { resetEmailTemplate } from './reset-email-template.ts';
import { findVersion, restoreEmailTemplate } from './restore-email-template.ts';
import { sendTestMail } from './send-test-mail.ts';
import { wordsOf } from './template-words.ts';

export const words = {
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

export const preview = useCaseAction<z.output<typeof previewForm>>({
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

export const sendTest = useCaseAction<z.output<typeof testForm>>({
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

export const restore = useCaseAction<z.output<typeof restoreForm>>({
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

export const reset = useCaseAction({
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
