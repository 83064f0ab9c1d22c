import { addMinutes } from '../../clock.ts';
import type { Context, TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import { isOverridden } from '../../pricing/override-total.ts';
import { violationsFromZod } from '../../pricing/violations.ts';
import { audit } from '../_kit/audit.ts';
import { differences } from '../_kit/differences.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { moveTo } from '../_kit/move-to.ts';
import { reopenCois } from '../documents/reopen-cois.ts';
import { endLivePayment } from '../payments/end-live-payment.ts';
import { openReview } from '../payments/open-review.ts';
import { Payment } from '../payments/payment.model.ts';
import { livePaymentStatuses } from '../payments/payment.states.ts';
import { currentRateCard } from '../services/load-rate-card.ts';
import { priceBySnapshot } from '../services/quote-price.ts';
import type { RateCardSnapshot } from '../services/rate-card-snapshot.ts';
import { releaseDiscount } from '../services/redeem-discount.ts';
import type { Booking } from './booking.model.ts';
import { bookingPolicy } from './booking.policy.ts';
import { columnsOf, priceColumnsOf, requestOf } from './booking-columns.ts';
import { type BookingRequest, bookingPatchSchema, readBookingRequest } from './booking-request.ts';
import { lockBooking, readBooking } from './find-booking.ts';
import { linkPeople } from './link-people.ts';
import { type Rewrite, readRewritten, refuseOldVersion } from './read-rewrite.ts';

interface Update {
  readonly bookingId: string;
  /** The PATCH as it came. */
  readonly patch: unknown;
}

const editable: readonly string[] = ['inquiry', 'pending_payment', 'expired'];

/**
 * Changes a booking that is not paid yet. What is priced, a day or a ZIP sends it back to an inquiry at a new price, its
 * intent cancelled at Stripe first; anything else keeps status, intent and hold (`rules.md` §1). A certificate that does not
 * cover a new day waits for its review again. Throws `not_editable`, `already_paid` when the payment succeeds in that moment,
 * `invalid` with every violation.
 */
export async function updateBooking(ctx: Context, update: Update | Rewrite): Promise<Booking> {
  const { bookingId } = update;
  const snapshot = await currentRateCard(ctx);
  const before = await readBooking(ctx, bookingId);
  refuseUneditable(before);
  if ('request' in update) refuseOldVersion(before, update);
  const { request, cutOffOverrideReason } = readUpdate(ctx, snapshot, before, update);
  if (isPricedDifferently(requestOf(before), request)) await endLivePayment(ctx, bookingId);

  return inTransaction(ctx, async (tx) => {
    const booking = await lockBooking(tx, bookingId);
    // Its link was revoked since: nobody writes back what was erased.
    if (booking.accessTokenVersion !== before.accessTokenVersion) throw new Refusal('not_found');
    refuseUneditable(booking);
    if (booking.version !== before.version && isPricedDifferently(requestOf(booking), requestOf(before))) {
      throw new Refusal('conflict');
    }
    if ('request' in update) refuseOldVersion(booking, update);
    const changesPrice = isPricedDifferently(requestOf(booking), request);
    const losesOverride = changesPrice && isOverridden(booking.price);
    const repriced = changesPrice || (booking.status === 'inquiry' && !isOverridden(booking.price));
    if (repriced && booking.status !== 'inquiry') {
      await refuseLivePayment(tx, booking);
      await backToInquiry(tx, booking);
    }
    const columns = columnsOf(request);
    const price = repriced ? await newPrice(tx, snapshot, booking, request) : {};
    const links = await linkPeople(tx, columns, booking);
    const old = { ...booking.get() };
    await booking.update(
      {
        ...columns,
        ...links,
        ...price,
        cutOffOverrideReason,
        version: booking.version + 1,
        updatedAt: ctx.clock.now(),
      },
      { transaction: tx.tx },
    );
    await auditChanges(tx, booking, old);
    if (booking.pickupDate !== old.pickupDate) await reopenCois(tx, booking);
    if (losesOverride) await tellLostOverride(tx, booking, old.totalCents);
    return booking;
  });
}

export function refuseUneditable(booking: Booking): void {
  if (!editable.includes(booking.status)) throw new Refusal('not_editable');
}

/** The request as it would be, and the override of the cut-off that goes with it: it is of its day alone. */
function readUpdate(
  ctx: Context,
  snapshot: RateCardSnapshot,
  before: Booking,
  update: Update | Rewrite,
): { request: BookingRequest; cutOffOverrideReason: string | null } {
  if ('request' in update) {
    const { cutOffOverrideReason } = update;
    return { request: readRewritten(ctx, snapshot, before, update), cutOffOverrideReason };
  }
  const request = readPatched(ctx, snapshot, before, update.patch);
  const isSameDay = request.pickupDate === before.pickupDate;
  return { request, cutOffOverrideReason: isSameDay ? before.cutOffOverrideReason : null };
}

/** The request as it would be after the patch. Sections of another service and an hour without its window fall away. */
function readPatched(
  ctx: Context,
  snapshot: RateCardSnapshot,
  booking: Booking,
  patch: unknown,
): BookingRequest {
  const given = bookingPatchSchema.safeParse(patch, { reportInput: true });
  const current = requestOf(booking);
  const changes = typeof patch === 'object' && patch !== null && !Array.isArray(patch) ? patch : {};
  const merged: Record<string, unknown> = { ...current, ...changes };
  if ('service' in changes && changes.service !== booking.service) {
    for (const section of ['miniMove', 'standardDelivery', 'specialtyItems', 'airportTransfer']) {
      if (!(section in changes)) delete merged[section];
    }
  }
  if (merged.pickupWindow !== 'specific_hour' && !('pickupHour' in changes)) delete merged.pickupHour;
  if (merged.pickupDate !== booking.pickupDate) delete merged.sameDay;
  for (const field of Object.keys(merged)) if (merged[field] === null) delete merged[field];
  const read = readBookingRequest(merged, snapshot, 'pickupDate' in changes ? ctx.clock.now() : null, {
    isOffice: true,
  });
  const form = given.success ? [] : violationsFromZod(given.error);
  if (read.ok && form.length === 0) return read.request;
  const seen = new Set(form.map(({ path }) => path));
  const violations = [...form, ...(read.ok ? [] : read.violations.filter(({ path }) => !seen.has(path)))];
  throw new Refusal('invalid', { violations });
}

/** Whether two requests differ in anything that has a price, a day or a ZIP. */
export function isPricedDifferently(one: BookingRequest, other: BookingRequest): boolean {
  return JSON.stringify(pricedPart(one)) !== JSON.stringify(pricedPart(other));
}

function pricedPart(request: BookingRequest): unknown {
  const { miniMove, standardDelivery, airportTransfer, specialtyItems } = request;
  return [
    request.service,
    request.pickupDate,
    request.pickupWindow,
    request.pickupHour ?? null,
    request.pickupZip ?? null,
    request.deliveryZip ?? null,
    request.coi,
    request.sameDay ?? false,
    request.discountCode?.trim().toUpperCase() ?? null,
    [miniMove, standardDelivery, airportTransfer].map((section) => sortedEntries(section)),
    specialtyItems?.map(({ item, quantity }) => [item, quantity]).sort() ?? null,
  ];
}

function sortedEntries(section: object | undefined): unknown {
  return section ? Object.entries(section).sort(([a], [b]) => a.localeCompare(b)) : null;
}

/** A checkout may have come in since the live payment was ended: its payment would be left without its hold. */
export async function refuseLivePayment(ctx: TransactionContext, booking: Booking): Promise<void> {
  const where = { bookingId: booking.id, status: [...livePaymentStatuses] };
  if ((await Payment.count({ where, transaction: ctx.tx })) > 0) throw new Refusal('conflict');
}

/** Sends a booking without a live payment back to an inquiry and gives its code's use back. */
export async function backToInquiry(ctx: TransactionContext, booking: Booking): Promise<void> {
  await moveTo(ctx, booking, 'inquiry');
  if (booking.capturedCents === 0) await releaseDiscount(ctx, booking.id);
}

/** An agreed price goes with what it was agreed for; the office hears of it unless it did it itself (`rules.md` §2). */
async function tellLostOverride(
  ctx: TransactionContext,
  booking: Booking,
  agreedCents: number,
): Promise<void> {
  await audit(ctx, {
    action: 'booking.overrideRemoved',
    subjectType: 'booking',
    subjectId: booking.id,
    bookingId: booking.id,
    changes: { totalCents: [agreedCents, booking.totalCents] },
  });
  if (ctx.actor.type === 'staff') return;
  const [agreed, priced] = [agreedCents, booking.totalCents].map((amount) => formatUsd(cents(amount)));
  await openReview(ctx, {
    kind: 'override_removed',
    subject: booking.id,
    bookingId: booking.id,
    reason: `${booking.number} was changed by its customer: the agreed ${agreed} is gone, the price is now ${priced}.`,
    suggestedStep: 'Agree the price anew with the customer, or leave the new one.',
  });
}

async function newPrice(
  ctx: TransactionContext,
  snapshot: RateCardSnapshot,
  booking: Booking,
  request: BookingRequest,
) {
  const user = { bookingId: booking.id, customerEmail: request.contact?.email ?? booking.contactEmail };
  const quote = await priceBySnapshot(ctx, snapshot, request, user);
  return priceColumnsOf(
    quote,
    snapshot.version,
    addMinutes(ctx.clock.now(), snapshot.settings.priceLockHours * 60),
  );
}

const quietFields: readonly string[] = ['version', 'updatedAt'];

async function auditChanges(ctx: TransactionContext, booking: Booking, old: object): Promise<void> {
  const changed = Object.entries(differences(old, booking.get())).filter(
    ([field]) => !quietFields.includes(field),
  );
  if (changed.length === 0) return;
  const part = (isPersonal: boolean) =>
    Object.fromEntries(
      changed.filter(([field]) => (bookingPolicy.personal ?? []).includes(field) === isPersonal),
    );
  await audit(ctx, {
    action: 'booking.updated',
    subjectType: 'booking',
    subjectId: booking.id,
    subjectVersion: booking.version,
    bookingId: booking.id,
    changes: part(false),
    personal: part(true),
    ...(booking.customerId !== null && { customerId: booking.customerId }),
  });
}
