import { formatServiceDay, type ServiceDay } from '../../clock.ts';
import type { Context, TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { notifyCustomer } from '../notifications/notify.ts';
import { buildingWords } from './building.ts';
import { Coi } from './coi.model.ts';
import { coiPolicy } from './coi.policy.ts';
import { lockCoi, moveCoi } from './move-coi.ts';

/** What staff read on a certificate. */
export interface CoiReading {
  readonly insurer: string;
  readonly policyNumber: string;
  readonly certificateHolder: string;
  readonly effectiveDate: ServiceDay;
  readonly expiryDate: ServiceDay;
  readonly coverageCents: number;
  readonly aggregateCents?: number | null;
  readonly building?: string | null;
  readonly notes?: string;
}

/**
 * Approves a certificate that covers the service day, and tells the customer; it stands for others of the same building.
 * Throws `forbidden`, `not_found`, `invalid` at the dates, `move_not_allowed` when it was decided already.
 */
export async function approveCoi(
  ctx: Context,
  { coiId, reading }: { readonly coiId: string; readonly reading: CoiReading },
): Promise<void> {
  authorize(ctx, coiPolicy, 'approve');
  const { actor } = ctx;
  if (actor.type !== 'staff') throw new Refusal('forbidden');
  await inTransaction(ctx, async (tx) => {
    const { booking, coi } = await lockCoi(tx, coiId);
    refuseUncovered(booking, reading);
    const { building, aggregateCents, notes, ...columns } = reading;
    await moveCoi(tx, coi, 'approved', {
      ...columns,
      building: building || coi.building,
      aggregateCents: aggregateCents ?? null,
      notes: notes ?? '',
      reviewedBy: actor.id,
      reviewedAt: tx.clock.now(),
      rejectedReason: null,
    });
    await replaceOthers(tx, coi);
    await notifyCustomer(tx, booking, {
      type: 'coi_approved',
      eventKey: `${coi.id} ${coi.version}`,
      variables: { buildingName: buildingWords(booking, coi) },
    });
  });
}

/** Throws `invalid` with everything that the dates have against the service day. */
export function refuseUncovered(
  { pickupDate }: Pick<Booking, 'pickupDate'>,
  { effectiveDate, expiryDate }: Pick<CoiReading, 'effectiveDate' | 'expiryDate'>,
): void {
  const day = formatServiceDay(pickupDate);
  const violations = [
    ...(effectiveDate > pickupDate
      ? [
          {
            path: 'effectiveDate',
            code: 'after_service_day',
            message: `It begins after the service day, ${day}.`,
          },
        ]
      : []),
    ...(expiryDate < pickupDate
      ? [
          {
            path: 'expiryDate',
            code: 'before_service_day',
            message: `It ends before the service day, ${day}. Reject it and say so.`,
          },
        ]
      : []),
    ...(expiryDate < effectiveDate
      ? [{ path: 'expiryDate', code: 'before_effective_date', message: 'It ends before it begins.' }]
      : []),
  ];
  if (violations.length > 0) throw new Refusal('invalid', { violations });
}

async function replaceOthers(ctx: TransactionContext, coi: Coi): Promise<void> {
  const where = { bookingId: coi.bookingId, status: 'approved' as const };
  const others = await Coi.findAll({ where, transaction: ctx.tx, lock: ctx.tx.LOCK.UPDATE, order: ['id'] });
  for (const other of others) {
    if (other.id !== coi.id && sameBuilding(other, coi))
      await moveCoi(ctx, other, 'replaced', {}, 'A newer certificate was approved');
  }
}

function sameBuilding(one: Coi, other: Coi): boolean {
  return one.building.trim().toLowerCase() === other.building.trim().toLowerCase();
}
