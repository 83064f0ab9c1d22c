import type { Context } from '../../context.ts';
import { execute } from '../_kit/sql.ts';
import { Document, incomingKey, storedKey } from './document.model.ts';
import { deleteFiles } from './s3/client.ts';

/** Brings the store to what a document's row says: nothing where it came in, and nothing at all once it is gone. Again is once. */
export async function tidyDocument(
  ctx: Context,
  { documentId }: { readonly documentId: string },
): Promise<void> {
  const document = await Document.findByPk(documentId);
  if (!document || document.status === 'awaiting') return;
  const isKept = document.status === 'stored';
  await deleteFiles(ctx, [incomingKey(document), ...(isKept ? [] : [storedKey(document)])]);
  if (isKept) return;
  await execute(ctx, 'update documents set file_deleted_at = $2 where id = $1 and file_deleted_at is null', [
    document.id,
    ctx.clock.now(),
  ]);
}
