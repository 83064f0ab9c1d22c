import { randomUUID } from 'node:crypto';
import { addMinutes } from '../../clock.ts';
import type { Context, TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import {
  claimIdempotencyKey,
  type IdempotencyClaim,
  type KeptAnswer,
  keepAnswer,
} from '../plumbing/idempotency.ts';
import { currentRateCard } from '../services/load-rate-card.ts';
import { priceBySnapshot } from '../services/quote-price.ts';
import { Booking } from './booking.model.ts';
import { columnsOf, priceColumnsOf } from './booking-columns.ts';
import { readBookingRequest } from './booking-request.ts';
import { linkPeople } from './link-people.ts';

interface Inquiry {
  /** The request as it came; a refused one is told every violation. */
  readonly request: unknown;
  /** Why staff book a day after its cut-off; nobody else may (`rules.md` §3). */
  readonly cutOffOverrideReason?: string | null;
}

/** Makes an inquiry with its price, locked for a day. Throws `invalid` with every violation. */
export async function inquireBooking(ctx: Context, inquiry: Inquiry): Promise<Booking> {
  const priced = await priceInquiry(ctx, inquiry, randomUUID());
  return inTransaction(ctx, (tx) => writeInquiry(tx, inquiry, priced));
}

/**
 * The same for a request with a key. Key, booking and answer are committed together: the same claim gives the same booking
 * and the answer that was given first, also after a crash.
 */
export async function inquireOnce(
  ctx: Context,
  inquiry: Inquiry,
  claim: IdempotencyClaim,
  present: (booking: Booking) => object,
): Promise<{ booking: Booking; answer: KeptAnswer }> {
  const priced = await priceInquiry(ctx, inquiry, randomUUID());
  return inTransaction(ctx, async (tx) => {
    const { resourceId } = await claimIdempotencyKey(tx, claim);
    const booking =
      resourceId === null
        ? await writeInquiry(tx, inquiry, priced)
        : await Booking.findByPk(resourceId, { transaction: tx.tx, rejectOnEmpty: true });
    const answer = { status: 201, body: present(booking), resourceId: booking.id };
    return { booking, answer: await keepAnswer(tx, claim, answer) };
  });
}

async function writeInquiry(
  ctx: TransactionContext,
  inquiry: Inquiry,
  { bookingId, snapshot, columns, quote }: Awaited<ReturnType<typeof priceInquiry>>,
): Promise<Booking> {
  const now = ctx.clock.now();
  const lockedUntil = addMinutes(now, snapshot.settings.priceLockHours * 60);
  const booking = await Booking.create(
    {
      id: bookingId,
      source: ctx.actor.type === 'staff' ? 'staff' : 'web',
      cutOffOverrideReason: overrideOf(ctx, inquiry),
      ...columns,
      ...priceColumnsOf(quote, snapshot.version, lockedUntil),
      ...(await linkPeople(ctx, columns)),
      paymentAttemptsAllowed: snapshot.settings.paymentAttempts,
      createdAt: now,
      updatedAt: now,
    },
    { transaction: ctx.tx, returning: true },
  );
  await audit(ctx, {
    action: 'booking.inquired',
    subjectType: 'booking',
    subjectId: bookingId,
    bookingId,
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
  return { bookingId, snapshot, columns, quote: await priceBySnapshot(ctx, snapshot, read.request, user) };
}

function overrideOf({ actor }: Context, { cutOffOverrideReason = null }: Inquiry): string | null {
  return actor.type === 'staff' ? cutOffOverrideReason : null;
}
