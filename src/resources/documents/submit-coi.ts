import { randomUUID } from 'node:crypto';
import type { TransactionContext } from '../../context.ts';
import { audit } from '../_kit/audit.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { buildingOf } from './building.ts';
import { Coi } from './coi.model.ts';
import type { Document } from './document.model.ts';
import { moveCoi } from './move-coi.ts';

/** What is known of a certificate before anybody reads it: what we wrote on it ourselves. */
export type CoiWords = Partial<
  Pick<
    Coi,
    | 'building'
    | 'insurer'
    | 'policyNumber'
    | 'certificateHolder'
    | 'coverageCents'
    | 'aggregateCents'
    | 'effectiveDate'
    | 'expiryDate'
    | 'notes'
  >
>;

/**
 * A document that is a certificate waits for its review. It stands for those that were rejected; what is approved, or waits
 * beside it for another building, stays.
 */
export async function submitCoi(
  ctx: TransactionContext,
  booking: Booking,
  document: Document,
  words: CoiWords = {},
): Promise<void> {
  const where = { bookingId: booking.id, status: 'rejected' as const };
  const rejected = await Coi.findAll({ where, transaction: ctx.tx, lock: ctx.tx.LOCK.UPDATE, order: ['id'] });
  for (const each of rejected) await moveCoi(ctx, each, 'replaced', {}, 'A new certificate came');
  const now = ctx.clock.now();
  const coi = await Coi.create(
    {
      id: randomUUID(),
      bookingId: booking.id,
      documentId: document.id,
      building: buildingOf(booking),
      ...words,
      createdAt: now,
      updatedAt: now,
    },
    { transaction: ctx.tx, returning: true },
  );
  await audit(ctx, {
    action: 'coi.submitted',
    subjectType: 'coi',
    subjectId: coi.id,
    subjectVersion: 0,
    bookingId: booking.id,
    changes: { status: [null, 'submitted'] },
    personal: Object.fromEntries(
      Object.entries(words).flatMap(([field, value]) => (value === null ? [] : [[field, [null, value]]])),
    ),
  });
}
