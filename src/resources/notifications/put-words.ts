import type { Context, TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { isSameValue } from '../_kit/write-record.ts';
import { EmailTemplate } from './email-template.model.ts';
import { emailTemplatePolicy } from './email-template.policy.ts';
import { EmailTemplateVersion, type VersionSource } from './email-template-version.model.ts';
import { type Words, wordsOf } from './template-words.ts';
import { templateTypes } from './templates/catalogue.ts';

export interface Putting {
  readonly templateId: string;
  /** The version that the person saw before them; without it whatever is there goes. */
  readonly seen: number | undefined;
}

/** Puts words that were there before in place again, as a new version. Throws `not_found`, `conflict`. */
export async function putWords(
  ctx: Context,
  { templateId, seen }: Putting,
  words: Words,
  restoredFrom: number | null,
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const row = await lockTemplate(tx, templateId);
    if (seen !== undefined && seen !== row.version) throw new Refusal('conflict');
    const before = wordsOf(row);
    if (isSameValue(before, words))
      throw new Refusal('conflict', { detail: 'These are the words that mails have already.' });
    await row.update(
      { ...words, version: row.version + 1, updatedAt: tx.clock.now() },
      { transaction: tx.tx },
    );
    const source = restoredFrom === null ? 'default' : 'restored';
    await keepVersion(tx, row, source, restoredFrom);
    const changed = (['subject', 'html', 'text'] as const).filter((part) => before[part] !== words[part]);
    await audit(tx, {
      action: restoredFrom === null ? 'emailTemplate.reset' : 'emailTemplate.restored',
      subjectType: emailTemplatePolicy.subject,
      subjectId: row.id,
      subjectVersion: row.version,
      changes: Object.fromEntries(changed.map((part) => [part, [before[part], words[part]] as const])),
      ...(restoredFrom !== null && { reason: `Version ${restoredFrom}` }),
    });
  });
}

export async function lockTemplate(tx: TransactionContext, id: string): Promise<EmailTemplate> {
  return EmailTemplate.findByPk(id, {
    transaction: tx.tx,
    lock: tx.tx.LOCK.UPDATE,
    rejectOnEmpty: new Refusal('not_found'),
  });
}

/** Keeps what the template now says, and who said it. */
export async function keepVersion(
  tx: TransactionContext,
  template: EmailTemplate,
  source: VersionSource,
  restoredFrom: number | null = null,
): Promise<void> {
  const now = tx.clock.now();
  const { actor } = tx;
  const author = actor.type === 'customer' ? 'Customer' : actor.name;
  const words = wordsOf(template);
  await template.update(
    {
      isEdited: !isSameValue(words, wordsOf(templateTypes[template.type])),
      changedBy: author,
      changedAt: now,
    },
    { transaction: tx.tx },
  );
  await EmailTemplateVersion.create(
    {
      ...words,
      templateId: template.id,
      number: template.version,
      source,
      restoredFrom,
      authorId: actor.type === 'staff' ? actor.id : null,
      author,
      createdAt: now,
    },
    { transaction: tx.tx },
  );
}
