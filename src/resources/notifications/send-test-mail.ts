import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { StaffUser } from '../accounts/staff-user.model.ts';
import { emailTemplatePolicy } from './email-template.policy.ts';
import { isSuppressed } from './is-suppressed.ts';
import { type Preview, renderPreview } from './preview-email-template.ts';
import { sendMail } from './ses/client.ts';
import { MailProblem } from './ses/mail-problem.ts';

/**
 * Sends what the preview shows to whoever asks, marked as a test in its subject, and says where it went. Throws what the
 * preview throws, `conflict` when it will never go there, `unavailable` when it cannot be sent just now.
 */
export async function sendTestMail(ctx: Context, preview: Preview): Promise<{ readonly to: string }> {
  authorize(ctx, emailTemplatePolicy, 'sendTest');
  if (ctx.actor.type !== 'staff') throw new Refusal('forbidden');
  const { email: to } = await StaffUser.findByPk(ctx.actor.id, {
    rejectOnEmpty: new Refusal('not_found'),
  });
  const { mail, booking } = await renderPreview(ctx, preview);
  if (await isSuppressed(ctx, to))
    throw new Refusal('conflict', { detail: `Mail to ${to} came back before: nothing is sent there.` });
  try {
    await sendMail(ctx, { ...mail, to, subject: `[Test] ${mail.subject}`, tags: { type: 'test' } });
  } catch (error) {
    throw inWords(error);
  }
  await inTransaction(ctx, (tx) =>
    audit(tx, {
      action: 'emailTemplate.tested',
      subjectType: emailTemplatePolicy.subject,
      subjectId: preview.templateId,
      ...(booking && { reason: booking.number }),
    }),
  );
  return { to };
}

function inWords(error: unknown): unknown {
  if (error instanceof MailProblem)
    return new Refusal('conflict', { cause: error, detail: `The test was not sent: ${error.message}` });
  if (error instanceof Refusal && error.code === 'unavailable')
    return new Refusal('unavailable', {
      cause: error,
      detail: 'The test was not sent: the mail service cannot be reached just now. Try again in a minute.',
    });
  return error;
}
