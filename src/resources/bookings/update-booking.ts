import { addMinutes } from '../../clock.ts';
import type { Context, TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { violationsFromZod } from '../../pricing/violations.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { moveTo } from '../_kit/move-to.ts';
import { endLivePayment } from '../payments/end-live-payment.ts';
import { Payment } from '../payments/payment.model.ts';
import { livePaymentStatuses } from '../payments/payment.states.ts';
import { currentRateCard } from '../services/load-rate-card.ts';
import { priceBySnapshot } from '../services/quote-price.ts';
import type { RateCardSnapshot } from '../services/rate-card-snapshot.ts';
import { releaseDiscount } from '../services/redeem-discount.ts';
import { Booking } from './booking.model.ts';
import { columnsOf, priceColumnsOf, requestOf } from './booking-columns.ts';
import { type BookingRequest, bookingPatchSchema, readBookingRequest } from './booking-request.ts';
import { lockBooking } from './find-booking.ts';
import { linkPeople } from './link-people.ts';

interface Update {
  readonly bookingId: string;
  /** The PATCH as it came. */
  readonly patch: unknown;
}

const editable: readonly string[] = ['inquiry', 'pending_payment', 'expired'];

/**
 * Changes a booking that is not paid yet. What is priced, a day or a ZIP sends it back to an inquiry at a new price, its
 * intent cancelled at Stripe first; anything else keeps status, intent and hold (`rules.md` §1). Throws `not_editable`,
 * `already_paid` when the payment succeeds in that moment, `invalid` with every violation.
 */
export async function updateBooking(ctx: Context, { bookingId, patch }: Update): Promise<Booking> {
  const snapshot = await currentRateCard(ctx);
  const before = await Booking.findByPk(bookingId, { rejectOnEmpty: new Refusal('not_found') });
  refuseUneditable(before);
  const request = readPatched(ctx, snapshot, before, patch);
  if (isPricedDifferently(requestOf(before), request)) await endLivePayment(ctx, bookingId);

  return inTransaction(ctx, async (tx) => {
    const booking = await lockBooking(tx, bookingId);
    // Its link was revoked since: nobody writes back what was erased.
    if (booking.accessTokenVersion !== before.accessTokenVersion) throw new Refusal('not_found');
    refuseUneditable(booking);
    if (booking.version !== before.version && isPricedDifferently(requestOf(booking), requestOf(before))) {
      throw new Refusal('conflict');
    }
    const repriced = booking.status === 'inquiry' || isPricedDifferently(requestOf(booking), request);
    if (repriced && booking.status !== 'inquiry') {
      await refuseLivePayment(tx, booking);
      await backToInquiry(tx, booking);
    }
    const columns = columnsOf(request);
    const price = repriced ? await newPrice(tx, snapshot, booking, request) : {};
    const links = await linkPeople(tx, columns);
    const old = { ...booking.get() };
    await booking.update(
      { ...columns, ...links, ...price, version: booking.version + 1, updatedAt: ctx.clock.now() },
      { transaction: tx.tx },
    );
    await auditChanges(tx, booking, old);
    return booking;
  });
}

function refuseUneditable(booking: Booking): void {
  if (!editable.includes(booking.status)) throw new Refusal('not_editable');
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
  for (const field of Object.keys(merged)) if (merged[field] === null) delete merged[field];
  const read = readBookingRequest(merged, snapshot, 'pickupDate' in changes ? ctx.clock.now() : null);
  const form = given.success ? [] : violationsFromZod(given.error);
  if (read.ok && form.length === 0) return read.request;
  const seen = new Set(form.map(({ path }) => path));
  const violations = [...form, ...(read.ok ? [] : read.violations.filter(({ path }) => !seen.has(path)))];
  throw new Refusal('invalid', { violations });
}

/** Whether two requests differ in anything that has a price, a day or a ZIP. */
function isPricedDifferently(one: BookingRequest, other: BookingRequest): boolean {
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
    request.discountCode?.trim().toUpperCase() ?? null,
    [miniMove, standardDelivery, airportTransfer].map((section) => sortedEntries(section)),
    specialtyItems?.map(({ item, quantity }) => [item, quantity]).sort() ?? null,
  ];
}

function sortedEntries(section: object | undefined): unknown {
  return section ? Object.entries(section).sort(([a], [b]) => a.localeCompare(b)) : null;
}

/** A checkout may have come in since the live payment was ended: its payment would be left without its hold. */
async function refuseLivePayment(ctx: TransactionContext, booking: Booking): Promise<void> {
  const where = { bookingId: booking.id, status: [...livePaymentStatuses] };
  if ((await Payment.count({ where, transaction: ctx.tx })) > 0) throw new Refusal('conflict');
}

async function backToInquiry(ctx: TransactionContext, booking: Booking): Promise<void> {
  await moveTo(ctx, booking, 'inquiry');
  if (booking.capturedCents === 0) await releaseDiscount(ctx, booking.id);
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

/** A basket may hold a description in the customer's own words, a ZIP its house's last four digits. */
const personalFields: readonly string[] = [
  'contactFirstName',
  'contactLastName',
  'contactEmail',
  'contactPhone',
  'pickupAddress',
  'deliveryAddress',
  'pickupZip',
  'deliveryZip',
  'basket',
  'instructions',
];
const quietFields: readonly string[] = ['version', 'updatedAt', 'price', 'priceLockedUntil'];

async function auditChanges(ctx: TransactionContext, booking: Booking, old: object): Promise<void> {
  const before = new Map<string, unknown>(Object.entries(old));
  const changed = Object.entries(booking.get()).filter(
    ([field, value]) =>
      !quietFields.includes(field) && JSON.stringify(value) !== JSON.stringify(before.get(field)),
  );
  if (changed.length === 0) return;
  const pairs = (personal: boolean) =>
    Object.fromEntries(
      changed
        .filter(([field]) => personalFields.includes(field) === personal)
        .map(([field, value]) => [field, [before.get(field) ?? null, value] as const]),
    );
  await audit(ctx, {
    action: 'booking.updated',
    subjectType: 'booking',
    subjectId: booking.id,
    subjectVersion: booking.version,
    bookingId: booking.id,
    changes: pairs(false),
    personal: pairs(true),
    ...(booking.customerId !== null && { customerId: booking.customerId }),
  });
}
