import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { alone } from '../_kit/alone.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { type Document, incomingKey, storedKey } from './document.model.ts';
import { documentPolicy } from './document.policy.ts';
import type { DocumentRefusal } from './document.states.ts';
import { fileTypeOf } from './file-type.ts';
import { findDocument, lockDocument } from './find-document.ts';
import { moveDocument } from './move-document.ts';
import { putFile, readFile, statFile } from './s3/client.ts';
import { scanFile } from './scan-file.ts';
import { submitCoi } from './submit-coi.ts';

/**
 * Looks into what was uploaded: it is there, of the announced size, of the announced type by its content, and a scan finds
 * nothing. Only then it counts, and lies from then on where no signed form reaches: what was looked at is what is shown.
 * Again is once. Throws `not_found`, `forbidden`, `not_uploaded` when nothing came yet, `file_refused` for what is not what
 * it said, `conflict` while another call looks, `file_store_unavailable`.
 */
export async function completeUpload(ctx: Context, documentId: string): Promise<Document> {
  if (ctx.actor.type === 'staff') authorize(ctx, documentPolicy, 'upload');
  const found = await findDocument(ctx, documentId);
  const outcome = await alone(ctx, `document ${found.id}`, async () => take(ctx, await found.reload()));
  if (outcome === 'busy') throw new Refusal('conflict');
  const refusal: DocumentRefusal | null = outcome.refusal;
  if (refusal !== null) throw new Refusal('file_refused', { detail: words[refusal] });
  return outcome;
}

const words: Readonly<Record<DocumentRefusal, string>> = {
  size: 'The file is not as large as announced. Please upload it again.',
  type: 'The file is not what its name says. Please upload a PDF, JPEG, PNG or HEIC.',
  infected: 'A virus was found in this file. Please upload a clean one.',
};

async function take(ctx: Context, document: Document): Promise<Document> {
  if (document.status !== 'awaiting') return document;
  const key = incomingKey(document);
  const stat = await statFile(ctx, key);
  if (!stat) throw new Refusal('not_uploaded');
  if (stat.byteSize !== document.byteSize) return settle(ctx, document, { refusal: 'size' });
  const bytes = await readFile(ctx, key, document.byteSize);
  if (bytes.length !== document.byteSize) return settle(ctx, document, { refusal: 'size' });
  if (fileTypeOf(bytes) !== document.contentType) return settle(ctx, document, { refusal: 'type' });
  const { scanner, finding } = await scanFile(ctx, bytes);
  if (finding !== null) return settle(ctx, document, { refusal: 'infected' });
  await putFile(ctx, { key: storedKey(document), contentType: document.contentType, body: bytes });
  return settle(ctx, document, { refusal: null, scannedBy: scanner });
}

async function settle(
  ctx: Context,
  found: Document,
  outcome: { readonly refusal: DocumentRefusal | null; readonly scannedBy?: string | null },
): Promise<Document> {
  return inTransaction(ctx, async (tx) => {
    const { booking, document } = await lockDocument(tx, found);
    if (document.status !== 'awaiting') return document;
    if (outcome.refusal !== null) await moveDocument(tx, document, 'refused', outcome);
    else {
      await moveDocument(tx, document, 'stored', { ...outcome, storedAt: ctx.clock.now() });
      if (document.category === 'coi') await submitCoi(tx, booking, document);
    }
    return document;
  });
}
