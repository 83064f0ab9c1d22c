import { lookedAtBy, office, type ResourcePolicy, readable } from '../_kit/policy.ts';

/** Notes of the office: a viewer does not see them; they are written on their booking alone (`rules.md` §7). */
export const bookingNotePolicy: ResourcePolicy = {
  id: 'bookingNotes',
  subject: 'bookingNote',
  fields: readable(office, 'id', 'bookingId', 'staffUserId', 'author', 'text', 'createdAt', 'updatedAt'),
  actions: lookedAtBy(office),
  personal: ['text'],
};
