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
  /** Why staff book a day after its cut-off; nobody else may (`rules.md` §3). */
  readonly cutOffOverrideReason?: string | null;
}

/** Makes an inquiry with its price, locked for a day. The same claim gives the same booking, also after a crash. */
export async function inquireBooking(ctx: Context, inquiry: Inquiry): Promise<Booking> {
  const { claim } = inquiry;
  const now = ctx.clock.now();
  const id = randomUUID();
  const { snapshot, columns, quote } = await priceInquiry(ctx, inquiry, id);
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
        cutOffOverrideReason: overrideOf(ctx, inquiry),
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
        ...(booking.cutOffOverrideReason !== null && {
          cutOffOverrideReason: [null, booking.cutOffOverrideReason] as const,
        }),
      },
      ...(booking.contactEmail !== null && {
        personal: { contactEmail: [null, booking.contactEmail] as const },
      }),
      ...(booking.customerId !== null && { customerId: booking.customerId }),
    });
    return booking;
  });
}

/** Reads and prices an inquiry without making it. Throws `invalid` with every violation. */
export async function priceInquiry(ctx: Context, inquiry: Inquiry, bookingId: string) {
  const snapshot = await currentRateCard(ctx);
  const read = readBookingRequest(inquiry.request, snapshot, ctx.clock.now(), {
    isOffice: ctx.actor.type === 'staff',
    passesCutOff: overrideOf(ctx, inquiry) !== null,
  });
  if (!read.ok) throw new Refusal('invalid', { violations: read.violations });
  const columns = columnsOf(read.request);
  const user = { bookingId, customerEmail: columns.contactEmail };
  return { snapshot, columns, quote: await priceBySnapshot(ctx, snapshot, read.request, user) };
}

function overrideOf({ actor }: Context, { cutOffOverrideReason = null }: Inquiry): string | null {
  return actor.type === 'staff' ? cutOffOverrideReason : null;
}
