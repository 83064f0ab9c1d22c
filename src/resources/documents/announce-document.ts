import { randomUUID } from 'node:crypto';
import { Op } from 'sequelize';
import type { TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { lockBooking } from '../bookings/find-booking.ts';
import { Document } from './document.model.ts';
import { MOST_FILES } from './document.states.ts';
import { tagsOf } from './tag-document.ts';
import type { UploadRequest } from './upload-request.ts';

/**
 * The row of a file that is to come. Files that are announced and not sent count, too: under the booking's lock nobody passes
 * the limit together. Throws `not_found`, `too_many_files`.
 */
export async function announceDocument(
  ctx: TransactionContext,
  {
    bookingId,
    file,
    uploader,
  }: {
    readonly bookingId: string;
    readonly file: UploadRequest;
    /** `system` for what we write ourselves. */
    readonly uploader: Document['uploader'];
  },
): Promise<Document> {
  const booking = await lockBooking(ctx, bookingId);
  const where = { bookingId, status: { [Op.in]: ['awaiting', 'stored'] } };
  if ((await Document.count({ where, transaction: ctx.tx })) >= MOST_FILES)
    throw new Refusal('too_many_files');
  const now = ctx.clock.now();
  const document = await Document.create(
    {
      ...file,
      id: randomUUID(),
      bookingId,
      tags: tagsOf({ uploader, fileName: file.fileName }, booking.status),
      uploader,
      uploadedBy: uploader === 'staff' && ctx.actor.type === 'staff' ? ctx.actor.id : null,
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
    changes: { category: [null, file.category], byteSize: [null, file.byteSize] },
    personal: { fileName: [null, file.fileName] },
    ...(booking.customerId !== null && { customerId: booking.customerId }),
  });
  return document;
}
