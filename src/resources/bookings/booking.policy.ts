import { admins, everyone, lookedAtBy, office, type ResourcePolicy, readable } from '../_kit/policy.ts';

/** Who may do what with bookings (`rules.md` §7): a viewer sees neither contact data, addresses, notes nor instructions. */
export const bookingPolicy: ResourcePolicy = {
  id: 'bookings',
  subject: 'booking',
  fields: {
    ...readable(
      everyone,
      'id',
      'number',
      'status',
      'source',
      'isTest',
      'customerId',
      'service',
      'basket',
      'pickupDate',
      'pickupWindow',
      'pickupHour',
      'pickupZip',
      'deliveryZip',
      'coi',
      'coiRequired',
      'discountCode',
      'price',
      'subtotalCents',
      'discountCents',
      'totalCents',
      'rateCardVersion',
      'priceLockedUntil',
      'creditsCents',
      'waitingTotalCents',
      'capturedCents',
      'refundedCents',
      'lostDisputeCents',
      'holdStartedAt',
      'holdExpiresAt',
      'paymentAttemptsAllowed',
      'paymentAttemptsUsed',
      'version',
      'confirmedAt',
      'cancelledAt',
      'archivedAt',
      'createdAt',
      'updatedAt',
    ),
    ...readable(office, 'pickupAddress', 'deliveryAddress', 'marketingOptIn', 'cancelReason'),
    // Of the audit log alone: where it rides stands in its taking.
    ...readable(everyone, 'van'),
    // Changed by the verb `amend`, never by a plain edit.
    ...readable(everyone, 'contactFirstName', 'contactLastName'),
    ...readable(office, 'contactEmail', 'contactPhone', 'instructions', 'notes'),
  },
  actions: {
    ...lookedAtBy(everyone),
    amend: office,
    reschedule: office,
    moveToVan: office,
    archive: admins,
  },
  personal: [
    'contactFirstName',
    'contactLastName',
    'contactEmail',
    'contactPhone',
    'pickupAddress',
    'deliveryAddress',
    'instructions',
    'notes',
  ],
};

/** The soft-deleted ones, for admins to look at and bring back (`rules.md` §1). */
export const archivedBookingPolicy: ResourcePolicy = {
  ...bookingPolicy,
  id: 'archivedBookings',
  actions: { ...lookedAtBy(admins), restore: admins },
};
