import { randomUUID } from 'node:crypto';
import { Op } from 'sequelize';
import type { Context, TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { violationsFromZod } from '../../pricing/violations.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { lockBooking } from '../bookings/find-booking.ts';
import { Document, incomingKey } from './document.model.ts';
import { documentPolicy } from './document.policy.ts';
import { MOST_FILES } from './document.states.ts';
import { isTheirs } from './find-document.ts';
import { presignUpload } from './s3/client.ts';
import { tagsOf } from './tag-document.ts';
import { type UploadRequest, uploadRequestSchema } from './upload-request.ts';

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
  const document = await inTransaction(ctx, (tx) => announce(tx, bookingId, read.data));
  const { contentType, byteSize } = document;
  const key = incomingKey(document);
  const upload = await presignUpload(ctx, { key, contentType, byteSize, expiresInSeconds: UPLOAD_SECONDS });
  return { document, upload };
}

/** Files that are announced and not sent count, too: under the booking's lock nobody passes the limit together. */
async function announce(
  ctx: TransactionContext,
  bookingId: string,
  request: UploadRequest,
): Promise<Document> {
  const booking = await lockBooking(ctx, bookingId);
  const where = { bookingId, status: { [Op.in]: ['awaiting', 'stored'] } };
  if ((await Document.count({ where, transaction: ctx.tx })) >= MOST_FILES)
    throw new Refusal('too_many_files');
  const now = ctx.clock.now();
  const uploader = ctx.actor.type;
  const document = await Document.create(
    {
      ...request,
      id: randomUUID(),
      bookingId,
      tags: tagsOf({ uploader, fileName: request.fileName }, booking.status),
      uploader,
      uploadedBy: ctx.actor.type === 'staff' ? ctx.actor.id : null,
      createdAt: now,
      updatedAt: now,
    },
    { transaction: ctx.tx, returning: true },
  );
  await audit(ctx, {
    action: 'document.announced',
    subjectType: 'document',
    subjectId: document.id,
    bookingId,
    changes: { category: [null, request.category], byteSize: [null, request.byteSize] },
    personal: { fileName: [null, request.fileName] },
    ...(booking.customerId !== null && { customerId: booking.customerId }),
  });
  return document;
}
