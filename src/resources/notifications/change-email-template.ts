import type { Context } from '../../context.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { editRecord } from '../_kit/write-record.ts';
import { EmailTemplate } from './email-template.model.ts';
import { emailTemplatePolicy } from './email-template.policy.ts';
import { keepVersion, lockTemplate } from './put-words.ts';
import { findTemplate, refuseUnfit, type Words, wordsOf } from './template-words.ts';

interface Change {
  readonly templateId: string;
  /** The version that the person read; without it the last writer wins. */
  readonly version: number | undefined;
  /** What changes. */
  readonly words: Partial<Words>;
}

/**
 * Writes the words of a kind of mail: a new version, which mails have from now on. Throws `forbidden`, `not_found`,
 * `invalid` with what is wrong by its part, `edit_conflict` when somebody wrote the same part meanwhile.
 */
export async function changeEmailTemplate(
  ctx: Context,
  { templateId, version, words }: Change,
): Promise<void> {
  authorize(ctx, emailTemplatePolicy, 'edit');
  const read = await findTemplate(ctx, templateId);
  await refuseUnfit(read.type, { ...wordsOf(read), ...words });
  await inTransaction(ctx, async (tx) => {
    const before = await lockTemplate(tx, templateId);
    const edit = { id: templateId, version, values: { ...words } };
    await editRecord(tx, { model: EmailTemplate, policy: emailTemplatePolicy }, edit);
    const after = await findTemplate(tx, templateId);
    if (after.version > before.version) await keepVersion(tx, after, 'written');
  });
}
