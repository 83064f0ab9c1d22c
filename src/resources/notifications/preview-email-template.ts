import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { authorize } from '../_kit/policy.ts';
import { Booking } from '../bookings/booking.model.ts';
import { variablesOf } from './booking-variables.ts';
import { emailTemplatePolicy } from './email-template.policy.ts';
import { findTemplate, refuseUnfit, type Words, wordsOf } from './template-words.ts';
import { type NotificationType, type TemplateType, templateTypes } from './templates/catalogue.ts';
import { renderApart } from './templates/render-apart.ts';
import type { RenderedMail } from './templates/render-template.ts';
import { TemplateProblem } from './templates/template-problem.ts';

export interface Preview {
  readonly templateId: string;
  /** Saved or not; without them those that mails have now. */
  readonly words?: Words;
  /** `TT-000123`; without it the samples. */
  readonly bookingNumber: string | null;
}

/**
 * A mail as it would go out, with a booking's own facts. Its links are samples: the real ones open the booking to whoever
 * has them. Throws `forbidden`, `not_found`, `invalid` with what is wrong by its part or with the booking's number.
 */
export async function previewEmailTemplate(ctx: Context, preview: Preview): Promise<RenderedMail> {
  authorize(ctx, emailTemplatePolicy, 'preview');
  return (await renderPreview(ctx, preview)).mail;
}

/** The same for who has asked the policy already, with the booking it is about. */
export async function renderPreview(
  ctx: Context,
  { templateId, words, bookingNumber }: Preview,
): Promise<{ mail: RenderedMail; booking: Booking | null }> {
  const template = await findTemplate(ctx, templateId);
  const { type } = template;
  const parts = words ?? wordsOf(template);
  const booking = bookingNumber === null ? null : await bookingOf(type, bookingNumber);
  await refuseUnfit(type, parts);
  const { isTransactional } = templateTypes[type];
  try {
    const mail = await renderApart({ ...parts, isTransactional }, valuesFor(ctx, type, booking));
    return { mail, booking };
  } catch (error) {
    if (!(error instanceof TemplateProblem)) throw error;
    const violation = { path: error.path, code: 'template', message: error.message };
    throw new Refusal('invalid', { violations: [violation], cause: error });
  }
}

async function bookingOf(type: NotificationType, number: string): Promise<Booking> {
  const refused = (message: string) =>
    new Refusal('invalid', { violations: [{ path: 'bookingNumber', code: 'not_found', message }] });
  if (templateTypes[type].audience === 'staff') throw refused('This mail is about no booking.');
  const digits = /^(?:TT-?)?(\d{1,9})$/i.exec(number.trim())?.[1];
  return Booking.findOne({
    where: { number: `TT-${(digits ?? '').padStart(6, '0')}`, archivedAt: null },
    rejectOnEmpty: refused('There is no booking with this number.'),
  });
}

function valuesFor(ctx: Context, type: NotificationType, booking: Booking | null): Record<string, string> {
  const { variables }: TemplateType = templateTypes[type];
  const facts: Readonly<Record<string, string>> = booking ? variablesOf(ctx.config, booking) : {};
  return Object.fromEntries(
    Object.entries(variables).map(([name, { sample }]) => {
      const isLink = /^https?:/.test(sample);
      return [name, isLink ? sample : (facts[name] ?? sample)];
    }),
  );
}
