import type { Context } from '../../context.ts';
import { authorize } from '../_kit/policy.ts';
import { emailTemplatePolicy } from './email-template.policy.ts';
import { type Putting, putWords } from './put-words.ts';
import { findTemplate, wordsOf } from './template-words.ts';
import { templateTypes } from './templates/catalogue.ts';

/** Puts our own words in place again, as a new version. Throws `forbidden`, `not_found`, `conflict`. */
export async function resetEmailTemplate(ctx: Context, putting: Putting): Promise<void> {
  authorize(ctx, emailTemplatePolicy, 'reset');
  const { type } = await findTemplate(ctx, putting.templateId);
  await putWords(ctx, putting, wordsOf(templateTypes[type]), null);
}
