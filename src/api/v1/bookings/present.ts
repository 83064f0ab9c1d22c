import type { z } from 'zod';
import type { Booking } from '../../../resources/bookings/booking.model.ts';
import { amountDue, attemptsLeft, type BookingFacts } from '../../../resources/bookings/find-booking.ts';
import type { CancellationPlan } from '../../../resources/bookings/plan-cancellation.ts';
import type { Payment } from '../../../resources/payments/payment.model.ts';
import { presentLines } from '../present-price.ts';
import type { bookingSchema, cancellationSchema, taskStatusSchema } from './schema.ts';

type PublicTaskStatus = z.input<typeof taskStatusSchema>;
type PublicBooking = z.input<typeof bookingSchema>;

/** A booking as its customer may see it; every field by name, none of ours. */
export function presentBooking({ booking, payment, deliveries }: BookingFacts): PublicBooking {
  const { miniMove, standardDelivery, specialtyItems, airportTransfer } = booking.basket;
  return {
    id: booking.id,
    number: booking.number,
    status: booking.status,
    service: booking.service,
    pickupDate: booking.pickupDate,
    pickupWindow: booking.pickupWindow,
    pickupHour: booking.pickupHour,
    pickupZip: booking.pickupZip,
    deliveryZip: booking.deliveryZip,
    ...(miniMove && { miniMove }),
    ...(standardDelivery && { standardDelivery }),
    ...(specialtyItems && { specialtyItems }),
    ...(airportTransfer && { airportTransfer }),
    contact: presentContact(booking),
    pickupAddress: presentAddress(booking.pickupAddress),
    deliveryAddress: presentAddress(booking.deliveryAddress),
    instructions: booking.instructions,
    marketingOptIn: booking.marketingOptIn,
    discountCode: booking.discountCode,
    price: {
      ...presentLines(booking.price),
      creditsCents: booking.creditsCents,
      amountDueCents: amountDue(booking),
      rateCardVersion: booking.rateCardVersion,
      lockedUntil: booking.priceLockedUntil.toISOString(),
    },
    payment: presentPayment(booking, payment),
    refundedCents: booking.refundedCents,
    coi: {
      requested: booking.coi,
      required: booking.coiRequired,
      status: coiStatusOf(booking),
    },
    deliveries: deliveries.map(({ leg, status }) => ({ leg, status: status as PublicTaskStatus })),
    links: linksOf(booking),
    confirmedAt: booking.confirmedAt?.toISOString() ?? null,
    cancelledAt: booking.cancelledAt?.toISOString() ?? null,
    createdAt: booking.createdAt.toISOString(),
  };
}

export function presentCancellation(
  facts: BookingFacts,
  { refundRate, refundCents, keptCents, steps }: CancellationPlan,
): z.input<typeof cancellationSchema> {
  return {
    booking: presentBooking(facts),
    currency: 'usd',
    refundBasisPoints: refundRate,
    refundCents,
    keptCents,
    steps: steps.map(({ step, status }) => ({ step, status })),
  };
}

function presentContact(booking: Booking): PublicBooking['contact'] {
  const { contactFirstName, contactLastName, contactEmail, contactPhone } = booking;
  if (contactEmail === null) return null;
  return {
    firstName: contactFirstName ?? '',
    lastName: contactLastName ?? '',
    email: contactEmail,
    phone: contactPhone ?? '',
  };
}

function presentAddress(address: Booking['pickupAddress']): PublicBooking['pickupAddress'] {
  if (!address) return null;
  const { line1, line2, city, state, zip, notes } = address;
  return { line1, line2, city, state, zip, notes };
}

function presentPayment(booking: Booking, payment: Payment | null): PublicBooking['payment'] {
  return {
    status: statusOf(payment),
    amountCents: payment?.amountCents ?? 0,
    attemptsLeft: attemptsLeft(booking),
    holdExpiresAt: booking.holdExpiresAt?.toISOString() ?? null,
    failure:
      payment?.failureCode != null && payment.status !== 'succeeded'
        ? { code: payment.failureCode, message: payment.failureReason ?? 'The card was declined.' }
        : null,
  };
}

/** As the database derives it; of a booking just changed in memory, too. */
function coiStatusOf({ coiReview, coiRequired }: Booking): PublicBooking['coi']['status'] {
  if (coiReview && coiReview !== 'none') return coiReview;
  return coiRequired ? 'missing' : 'not_required';
}

/** A payment without its intent yet is pending to the customer. */
function statusOf(payment: Payment | null): PublicBooking['payment']['status'] {
  if (!payment) return 'none';
  return payment.status === 'created' ? 'pending' : payment.status;
}

function linksOf({ id }: Booking): PublicBooking['links'] {
  const self = `/api/v1/bookings/${id}`;
  return {
    self,
    validate: `${self}/validate`,
    checkout: `${self}/checkout`,
    cancellation: `${self}/cancellation`,
    cancel: `${self}/cancel`,
  };
}
