/** A certificate's states and the only moves between them. The database holds the same table. A leaf. */

export const coiStatuses = ['submitted', 'approved', 'rejected', 'replaced'] as const;
export type CoiStatus = (typeof coiStatuses)[number];

export const coiMoves = {
  submitted: ['approved', 'rejected', 'replaced'],
  // Looked at again when the booking moves to a day that it does not cover.
  approved: ['submitted', 'replaced'],
  rejected: ['replaced'],
  replaced: [],
} as const satisfies Record<CoiStatus, readonly CoiStatus[]>;

/** How a booking stands with its certificate. */
export const bookingCoiStatuses = ['not_required', 'missing', 'submitted', 'approved', 'rejected'] as const;
export type BookingCoiStatus = (typeof bookingCoiStatuses)[number];
