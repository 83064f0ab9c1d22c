import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { violationsFromZod } from '../../pricing/violations.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { announceDocument } from './announce-document.ts';
import { type Document, incomingKey } from './document.model.ts';
import { documentPolicy } from './document.policy.ts';
import { isTheirs } from './find-document.ts';
import { presignUpload } from './s3/client.ts';
import { uploadRequestSchema } from './upload-request.ts';

/** Where to send the file, as a form of these fields with the file last. */
export interface Upload {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** How long a browser has to send it. */
export const UPLOAD_SECONDS = 15 * 60;

/**
 * Announces a file of a booking: its row first, then a form that the store takes for exactly this key, type and size. It does
 * not count before `completeUpload`. Throws `invalid` with every violation, `not_found`, `forbidden`, `too_many_files`,
 * `file_store_unavailable`.
 */
export async function requestUpload(
  ctx: Context,
  { bookingId, request }: { readonly bookingId: string; readonly request: unknown },
): Promise<{ document: Document; upload: Upload }> {
  if (ctx.actor.type === 'staff') authorize(ctx, documentPolicy, 'upload');
  if (!isTheirs(ctx, bookingId)) throw new Refusal('not_found');
  const read = uploadRequestSchema.safeParse(request, { reportInput: true });
  if (!read.success) throw new Refusal('invalid', { violations: violationsFromZod(read.error) });
  const document = await inTransaction(ctx, (tx) =>
    announceDocument(tx, { bookingId, file: read.data, uploader: ctx.actor.type }),
  );
  const { contentType, byteSize } = document;
  const key = incomingKey(document);
  const upload = await presignUpload(ctx, { key, contentType, byteSize, expiresInSeconds: UPLOAD_SECONDS });
  return { document, upload };
}
