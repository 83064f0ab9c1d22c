import type { TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { differences } from '../_kit/differences.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { lockBooking } from '../bookings/find-booking.ts';
import { Coi } from './coi.model.ts';
import { coiPolicy } from './coi.policy.ts';
import { type CoiStatus, coiMoves } from './coi.states.ts';

/** Locks a certificate after its booking. Throws `not_found`. */
export async function lockCoi(
  ctx: TransactionContext,
  coiId: string,
): Promise<{ booking: Booking; coi: Coi }> {
  const rejectOnEmpty = new Refusal('not_found');
  const { bookingId } = await Coi.findByPk(coiId, { transaction: ctx.tx, rejectOnEmpty });
  const booking = await lockBooking(ctx, bookingId);
  const coi = await Coi.findByPk(coiId, { transaction: ctx.tx, lock: ctx.tx.LOCK.UPDATE, rejectOnEmpty });
  return { booking, coi };
}

type Columns = Partial<Omit<Coi['dataValues'], 'id' | 'bookingId' | 'documentId' | 'status'>>;

/** Moves a locked certificate, with other columns and the audit row. Throws `move_not_allowed`. */
export async function moveCoi(
  ctx: TransactionContext,
  coi: Coi,
  status: CoiStatus,
  columns: Columns = {},
  reason?: string,
): Promise<void> {
  const from: CoiStatus = coi.status;
  const allowed: readonly CoiStatus[] = coiMoves[from];
  if (!allowed.includes(status))
    throw new Refusal('move_not_allowed', { detail: 'This certificate was decided already.' });
  const changes = Object.entries(differences(coi.get(), columns));
  const isPersonal = ([field]: readonly [string, unknown]) => coiPolicy.personal?.includes(field) ?? false;
  await coi.update(
    { ...columns, status, version: coi.version + 1, updatedAt: ctx.clock.now() },
    { transaction: ctx.tx },
  );
  await audit(ctx, {
    action: `coi.${status}`,
    subjectType: 'coi',
    subjectId: coi.id,
    subjectVersion: coi.version,
    bookingId: coi.bookingId,
    changes: {
      status: [from, status],
      ...Object.fromEntries(changes.filter((each) => !isPersonal(each) && each[0] !== 'reviewedAt')),
    },
    personal: Object.fromEntries(changes.filter(isPersonal)),
    ...(reason !== undefined && { reason }),
  });
}
