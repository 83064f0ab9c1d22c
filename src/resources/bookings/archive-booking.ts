import type { Context, TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import type { Booking } from './booking.model.ts';
import { archivedBookingPolicy, bookingPolicy } from './booking.policy.ts';
import { lockBookingOfMoney } from './find-booking.ts';

/** What must not vanish from lists: money that we hold, or a place in a van. */
export function holdsSomething(
  booking: Pick<Booking, 'status' | 'capturedCents' | 'refundedCents' | 'lostDisputeCents'>,
): boolean {
  const money = booking.capturedCents - booking.refundedCents - booking.lostDisputeCents;
  return money !== 0 || ['pending_payment', 'confirmed', 'in_progress'].includes(booking.status);
}

/**
 * Takes a booking out of lists, search and reports, and makes its link a 404, until it is restored (`rules.md` §1).
 * Throws `forbidden` (admins only), `not_found`, `move_not_allowed` when it holds money or a van. Twice is once.
 */
export async function archiveBooking(ctx: Context, bookingId: string): Promise<void> {
  authorize(ctx, bookingPolicy, 'archive');
  await setArchived(ctx, bookingId, true);
}

/** Brings an archived booking back. Throws `forbidden` (admins only), `not_found`. Twice is once. */
export async function restoreBooking(ctx: Context, bookingId: string): Promise<void> {
  authorize(ctx, archivedBookingPolicy, 'restore');
  await setArchived(ctx, bookingId, false);
}

async function setArchived(ctx: Context, bookingId: string, archived: boolean): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const booking = await lockBookingOfMoney(tx, bookingId);
    if ((booking.archivedAt !== null) === archived) return;
    if (archived && holdsSomething(booking)) {
      throw new Refusal('move_not_allowed', {
        detail: 'This booking holds money or a place in a van. Cancel or refund it first.',
      });
    }
    await moveArchived(tx, booking, archived);
  });
}

/** A locked booking whose money moves again is seen again: an archived one is brought back. */
export async function bringBack(ctx: TransactionContext, booking: Booking): Promise<void> {
  if (booking.archivedAt !== null) await moveArchived(ctx, booking, false, 'Its money moved at Stripe');
}

async function moveArchived(
  ctx: TransactionContext,
  booking: Booking,
  archived: boolean,
  reason?: string,
): Promise<void> {
  const before = booking.archivedAt;
  const now = ctx.clock.now();
  const archivedAt = archived ? now : null;
  const version = booking.version + 1;
  await booking.update({ archivedAt, version, updatedAt: now }, { transaction: ctx.tx });
  await audit(ctx, {
    action: archived ? 'booking.archived' : 'booking.restored',
    subjectType: 'booking',
    subjectId: booking.id,
    subjectVersion: version,
    bookingId: booking.id,
    ...(reason !== undefined && { reason }),
    changes: { archivedAt: [before, archivedAt] },
  });
}
