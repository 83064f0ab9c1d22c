import type { TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { post } from '../_kit/post.ts';
import type { Document } from './document.model.ts';
import { type DocumentStatus, documentMoves } from './document.states.ts';

type Changes = Partial<
  Pick<Document, 'refusal' | 'scannedBy' | 'storedAt' | 'goneAt' | 'goneBecause' | 'fileName'>
>;

/**
 * Moves a locked document, with the audit row; the store is brought to what the row then says by job. Throws
 * `move_not_allowed` for a move that its states do not know.
 */
export async function moveDocument(
  ctx: TransactionContext,
  document: Document,
  status: DocumentStatus,
  changes: Changes = {},
  reason?: string,
): Promise<void> {
  const from: DocumentStatus = document.status;
  const allowed: readonly DocumentStatus[] = documentMoves[from];
  if (!allowed.includes(status))
    throw new Refusal('move_not_allowed', {
      detail: 'This document is no longer where it could be changed.',
    });
  await document.update({ ...changes, status, updatedAt: ctx.clock.now() }, { transaction: ctx.tx });
  await post(ctx, 'tidy_documents', { documentIds: [document.id] });
  await auditDocumentMove(ctx, document, from, status, reason);
}

export async function auditDocumentMove(
  ctx: TransactionContext,
  { id, bookingId }: Pick<Document, 'id' | 'bookingId'>,
  from: DocumentStatus,
  status: DocumentStatus,
  reason?: string,
): Promise<void> {
  await audit(ctx, {
    action: `document.${status}`,
    subjectType: 'document',
    subjectId: id,
    bookingId,
    changes: { status: [from, status] },
    ...(reason !== undefined && { reason }),
  });
}
