/** What `rules.md` §1 lets be answered, by what a booking is. */

const ATTEMPTS = 3;
const paid: readonly string[] = ['confirmed', 'in_progress', 'completed'];

export function attemptsOf(declines: number): number {
  return Math.max(0, ATTEMPTS - declines);
}

export function isEditable({ status }: any): boolean {
  return ['inquiry', 'pending_payment', 'expired'].includes(status);
}

/** Why a checkout is refused by the state alone, or `null`. */
export function checkoutRefusal({ status, payment }: any): string | null {
  if (status === 'cancelled') return 'booking_cancelled';
  if (paid.includes(status)) return 'already_paid';
  return payment.attemptsLeft === 0 ? 'attempts_exhausted' : null;
}

/** Why its customer's cancellation is refused, or `null`. */
export function cancelRefusal({ status }: any): string | null {
  if (status === 'cancelled') return 'booking_cancelled';
  return ['in_progress', 'completed'].includes(status) ? 'not_cancellable' : null;
}

/** What the policy gives back of a charge. */
export function policyRefund(chargedCents: number, basisPoints: number): number {
  return Number((BigInt(chargedCents) * BigInt(basisPoints)) / 10_000n);
}

/** The share that the policy gives back so many milliseconds before the pickup window starts. */
export function policyRate(aheadMs: number): number {
  const hours = aheadMs / 3_600_000;
  if (hours >= 48) return 10_000;
  return hours >= 24 ? 5_000 : 0;
}

/** Everything of a booking that has a price, a day or a ZIP. */
export function pricedPart(shown: any): unknown {
  const { service, pickupDate, pickupWindow, pickupHour, pickupZip, deliveryZip, discountCode, coi } = shown;
  const { miniMove, standardDelivery, specialtyItems, airportTransfer } = shown;
  return JSON.parse(
    JSON.stringify({
      service,
      pickupDate,
      pickupWindow,
      pickupHour,
      pickupZip,
      deliveryZip,
      discountCode,
      coi: coi.requested,
      miniMove,
      standardDelivery,
      specialtyItems,
      airportTransfer,
    }),
  );
}

/** Refusals that a checkout may meet when something else happens at the same time. */
export const racingCheckout: readonly string[] = [
  'price_changed',
  'date_unavailable',
  'already_paid',
  'booking_cancelled',
  'attempts_exhausted',
  'conflict',
  'incomplete',
  'idempotency_key_in_use',
  'idempotency_key_reused',
  'discount_not_valid',
  'exceeds_van',
];

/** The same for a PATCH. */
export const racingPatch: readonly string[] = ['not_editable', 'already_paid', 'conflict', 'invalid'];

/** Days that even an inquiry may not have. */
export const refusedDays: readonly string[] = ['past', 'cut_off', 'beyond_horizon'];
