import { randomUUID } from 'node:crypto';
import { addMinutes } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { claimIdempotencyKey, type IdempotencyClaim, rememberResource } from '../plumbing/idempotency.ts';
import { currentRateCard } from '../services/load-rate-card.ts';
import { priceBySnapshot } from '../services/quote-price.ts';
import { Booking } from './booking.model.ts';
import { columnsOf, priceColumnsOf } from './booking-columns.ts';
import { readBookingRequest } from './booking-request.ts';
import { linkPeople } from './link-people.ts';

interface Inquiry {
  /** The request as it came; a refused one is told every violation. */
  readonly request: unknown;
  readonly claim?: IdempotencyClaim;
}

/** Makes an inquiry with its price, locked for a day. The same claim gives the same booking, also after a crash. */
export async function inquireBooking(ctx: Context, { request: input, claim }: Inquiry): Promise<Booking> {
  const snapshot = await currentRateCard(ctx);
  const now = ctx.clock.now();
  const read = readBookingRequest(input, snapshot, now);
  if (!read.ok) throw new Refusal('invalid', { violations: read.violations });
  const columns = columnsOf(read.request);
  const id = randomUUID();
  const quote = await priceBySnapshot(ctx, snapshot, read.request, {
    bookingId: id,
    customerEmail: columns.contactEmail,
  });
  const lockedUntil = addMinutes(now, snapshot.settings.priceLockHours * 60);

  return inTransaction(ctx, async (tx) => {
    if (claim) {
      const { resourceId } = await claimIdempotencyKey(tx, claim);
      if (resourceId !== null)
        return Booking.findByPk(resourceId, { transaction: tx.tx, rejectOnEmpty: true });
      await rememberResource(tx, claim, id);
    }
    const booking = await Booking.create(
      {
        id,
        source: ctx.actor.type === 'staff' ? 'staff' : 'web',
        ...columns,
        ...priceColumnsOf(quote, snapshot.version, lockedUntil),
        ...(await linkPeople(tx, columns)),
        paymentAttemptsAllowed: snapshot.settings.paymentAttempts,
        createdAt: now,
        updatedAt: now,
      },
      { transaction: tx.tx, returning: true },
    );
    await audit(tx, {
      action: 'booking.inquired',
      subjectType: 'booking',
      subjectId: id,
      bookingId: id,
      changes: {
        status: [null, 'inquiry'],
        totalCents: [null, booking.totalCents],
        pickupDate: [null, booking.pickupDate],
      },
      ...(booking.contactEmail !== null && {
        personal: { contactEmail: [null, booking.contactEmail] as const },
      }),
      ...(booking.customerId !== null && { customerId: booking.customerId }),
    });
    return booking;
  });
}
