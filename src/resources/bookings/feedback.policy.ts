import { everyone, lookedAtBy, office, type ResourcePolicy, readable } from '../_kit/policy.ts';

/** Feedback goes with bookings; what a customer wrote is theirs: a viewer sees the score (`rules.md` §7). */
export const feedbackPolicy: ResourcePolicy = {
  id: 'feedbacks',
  subject: 'feedback',
  fields: {
    ...readable(everyone, 'id', 'bookingId', 'score', 'createdAt', 'updatedAt'),
    ...readable(office, 'comment'),
  },
  actions: lookedAtBy(everyone),
  personal: ['comment'],
};
