import type { Context, TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { authorize } from '../_kit/policy.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { lockBooking } from '../bookings/find-booking.ts';
import { Document } from './document.model.ts';
import { documentPolicy } from './document.policy.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * A document that whoever asks may look at: the office by its policy, a customer one of the own booking. Another booking's is
 * as little there as one that went, or never was: `not_found`. Throws `forbidden` for a viewer.
 */
export async function findDocument(ctx: Context, documentId: string): Promise<Document> {
  if (ctx.actor.type === 'staff') authorize(ctx, documentPolicy, 'open');
  const document = UUID.test(documentId) ? await Document.findByPk(documentId) : null;
  if (!document || document.status === 'gone' || !isTheirs(ctx, document.bookingId))
    throw new Refusal('not_found');
  return document;
}

/** What counts of a booking, the newest first. */
export async function storedDocuments(bookingId: string): Promise<Document[]> {
  return Document.findAll({ where: { bookingId, status: 'stored' }, order: [['createdAt', 'DESC']] });
}

/** Locks a document after its booking. Throws `not_found`. */
export async function lockDocument(
  ctx: TransactionContext,
  { id, bookingId }: Document,
): Promise<{ booking: Booking; document: Document }> {
  const booking = await lockBooking(ctx, bookingId);
  const document = await Document.findByPk(id, {
    transaction: ctx.tx,
    lock: ctx.tx.LOCK.UPDATE,
    rejectOnEmpty: new Refusal('not_found'),
  });
  return { booking, document };
}

export function isTheirs({ actor }: Pick<Context, 'actor'>, bookingId: string): boolean {
  return actor.type !== 'customer' || actor.bookingId === bookingId;
}
