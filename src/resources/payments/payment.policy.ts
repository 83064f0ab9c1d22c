import { everyone, lookedAtBy, office, type ResourcePolicy, readable } from '../_kit/policy.ts';

/** Who may look at payments; a viewer sees amounts and statuses (`rules.md` §7). Money moves by verbs alone. */
export const paymentPolicy: ResourcePolicy = {
  id: 'payments',
  subject: 'payment',
  fields: {
    ...readable(
      everyone,
      'id',
      'bookingId',
      'attempt',
      'purpose',
      'amountCents',
      'currency',
      'status',
      'capturedCents',
      'refundedCents',
      'lostDisputeCents',
      'settledAt',
      'createdAt',
      'updatedAt',
    ),
    ...readable(
      office,
      'stripePaymentIntentId',
      'stripeChargeId',
      'cardWords',
      'failureCode',
      'failureReason',
    ),
  },
  actions: { ...lookedAtBy(everyone), requestRefund: office },
};
