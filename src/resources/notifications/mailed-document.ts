import type { Context } from '../../context.ts';
import { Document, storedKey } from '../documents/document.model.ts';
import { readFile } from '../documents/s3/client.ts';
import type { Notification } from './notification.model.ts';
import type { MailAttachment } from './ses/compose-mail.ts';
import { MailProblem } from './ses/mail-problem.ts';

/**
 * The certificate that goes with a mail to a building; `null` for other mails. Throws `MailProblem` when it is gone,
 * `file_store_unavailable`.
 */
export async function mailedDocument(
  ctx: Context,
  { type, variables }: Notification,
): Promise<MailAttachment | null> {
  if (type !== 'coi_issued') return null;
  const document = await Document.findByPk(variables.documentId ?? '');
  if (document?.status !== 'stored')
    throw new MailProblem('Unsendable', 'The certificate is no longer there.');
  return {
    filename: document.fileName,
    contentType: document.contentType,
    content: await readFile(ctx, storedKey(document), document.byteSize),
  };
}
