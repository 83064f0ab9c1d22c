import type { ConstraintWords } from '../_kit/database-violations.ts';
import { everyone, lookedAtBy, type ResourcePolicy, readable } from '../_kit/policy.ts';

/** Holds and rides go with the vans: everybody reads them (`rules.md` §7); verbs on bookings change them. */
export const capacityTakingPolicy: ResourcePolicy = {
  id: 'capacityTakings',
  subject: 'capacityTaking',
  fields: readable(
    everyone,
    'id',
    'bookingId',
    'purpose',
    'vanId',
    'day',
    'slots',
    'wholeVan',
    'specialtyItems',
    'version',
    'createdAt',
    'updatedAt',
  ),
  actions: lookedAtBy(everyone),
};

/** What the database's guard over vans means. */
export const capacityWords: ConstraintWords = {
  capacity_takings_room: { path: 'vanId', message: 'This van has no room for it on that day.' },
  capacity_takings_open: { path: 'vanId', message: 'This van does not ride on that day.' },
  capacity_takings_booking: {
    path: 'vanId',
    message: 'Only a booking that is held or rides takes a place in a van.',
  },
};
