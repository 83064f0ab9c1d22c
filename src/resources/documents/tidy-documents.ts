import type { Context } from '../../context.ts';
import { execute } from '../_kit/sql.ts';
import { Document, incomingKey, storedKey } from './document.model.ts';
import { deleteFiles } from './s3/client.ts';

/** Brings the store to what rows say: nothing where files came in, and nothing at all of what is gone. Again is once. */
export async function tidyDocuments(
  ctx: Context,
  { documentIds }: { readonly documentIds: readonly string[] },
): Promise<void> {
  const rows = await Document.findAll({
    attributes: ['id', 'status'],
    where: { id: [...documentIds], status: ['stored', 'gone', 'refused'] },
  });
  const gone = rows.filter(({ status }) => status !== 'stored');
  await deleteFiles(ctx, [...rows.map(incomingKey), ...gone.map(storedKey)]);
  if (gone.length === 0) return;
  await execute(
    ctx,
    'update documents set file_deleted_at = $2 where id = any($1::uuid[]) and file_deleted_at is null',
    [gone.map(({ id }) => id), ctx.clock.now()],
  );
}
