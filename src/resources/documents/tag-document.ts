import type { BookingStatus } from '../bookings/booking.states.ts';
import type { Document } from './document.model.ts';

/** Tags that a document gets by itself: who uploaded it, how far the booking was, and what its name speaks of. */
export function tagsOf(
  { uploader, fileName }: Pick<Document, 'uploader' | 'fileName'>,
  status: BookingStatus,
): string[] {
  const spoken = Object.entries(wordsOfTags).flatMap(([tag, words]) => (words.test(fileName) ? [tag] : []));
  return [`from_${uploader}`, stages[status], ...spoken];
}

const stages: Readonly<Record<BookingStatus, string>> = {
  inquiry: 'before_payment',
  pending_payment: 'before_payment',
  expired: 'before_payment',
  confirmed: 'before_pickup',
  in_progress: 'on_the_way',
  completed: 'after_delivery',
  cancelled: 'after_cancelling',
};

const wordsOfTags = {
  insurance: /(?<![a-z])coi(?![a-z])|certificate|insurance|acord/i,
  damage: /damag|broken|scratch|crack/i,
  signed: /(?<!un)signed|signature/i,
  invoice: /invoice|(?<![a-z])bill(?![a-z])/i,
  receipt: /receipt/i,
  floor_plan: /floor.?plan|elevator/i,
} as const;
