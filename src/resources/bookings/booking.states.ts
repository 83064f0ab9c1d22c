/** A booking's states and the only moves between them (`rules.md` §1). The database holds the same table. */

export const bookingStatuses = [
  'inquiry',
  'pending_payment',
  'expired',
  'confirmed',
  'in_progress',
  'completed',
  'cancelled',
] as const;

export type BookingStatus = (typeof bookingStatuses)[number];

export const bookingMoves = {
  inquiry: ['pending_payment', 'confirmed', 'cancelled', 'expired'],
  pending_payment: ['confirmed', 'expired', 'inquiry', 'cancelled'],
  expired: ['pending_payment', 'inquiry', 'confirmed', 'cancelled'],
  confirmed: ['in_progress', 'completed', 'cancelled'],
  in_progress: ['completed', 'confirmed', 'cancelled'],
  completed: [],
  cancelled: [],
} as const satisfies Record<BookingStatus, readonly BookingStatus[]>;
