import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { authorize } from '../_kit/policy.ts';
import { emailTemplatePolicy } from './email-template.policy.ts';
import { EmailTemplateVersion } from './email-template-version.model.ts';
import { type Putting, putWords } from './put-words.ts';
import { findTemplate, refuseUnfit, wordsOf } from './template-words.ts';

/**
 * Puts the words of an older version in place again, as a new one. Throws `forbidden`, `not_found`, `invalid` when they
 * are no longer fit, `conflict` when somebody changed them meanwhile or they are in place already.
 */
export async function restoreEmailTemplate(
  ctx: Context,
  { templateId, seen, version: number }: Putting & { readonly version: number },
): Promise<void> {
  authorize(ctx, emailTemplatePolicy, 'restore');
  const { type } = await findTemplate(ctx, templateId);
  const old = await findVersion(templateId, number);
  await refuseUnfit(type, wordsOf(old));
  await putWords(ctx, { templateId, seen }, wordsOf(old), number);
}

/** Throws `not_found`. */
export async function findVersion(templateId: string, number: number): Promise<EmailTemplateVersion> {
  return EmailTemplateVersion.findOne({
    where: { templateId, number },
    rejectOnEmpty: new Refusal('not_found', { detail: 'There is no such version.' }),
  });
}
