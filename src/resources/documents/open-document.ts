import { addMilliseconds, realNow } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { type Document, storedKey } from './document.model.ts';
import { findDocument } from './find-document.ts';
import { presignDownload } from './s3/client.ts';

/** An address of the store at which a file can be had for a while. */
export interface OpenedDocument {
  readonly document: Document;
  readonly url: string;
  readonly expiresAt: Date;
}

/** How long such an address is good. */
const OPEN_SECONDS = 120;

/**
 * Opens a document to look at it or to keep it, and writes into the log who did. The row comes first: nobody gets an address
 * of which the log does not know. Throws `not_found`, `forbidden`, `not_uploaded` for one that does not count yet,
 * `file_refused`, `file_store_unavailable`.
 */
export async function openDocument(
  ctx: Context,
  { documentId, disposition }: { readonly documentId: string; readonly disposition: 'inline' | 'attachment' },
): Promise<OpenedDocument> {
  const document = await findDocument(ctx, documentId);
  if (document.status === 'awaiting') throw new Refusal('not_uploaded');
  if (document.status !== 'stored') throw new Refusal('file_refused');
  await inTransaction(ctx, (tx) =>
    audit(tx, {
      action: disposition === 'inline' ? 'document.lookedAt' : 'document.downloaded',
      subjectType: 'document',
      subjectId: document.id,
      bookingId: document.bookingId,
    }),
  );
  const { fileName, contentType } = document;
  const url = await presignDownload(ctx, {
    key: storedKey(document),
    fileName,
    contentType,
    disposition,
    expiresInSeconds: OPEN_SECONDS,
  });
  return { document, url, expiresAt: addMilliseconds(realNow(), OPEN_SECONDS * 1000) };
}
