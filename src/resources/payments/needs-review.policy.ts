import { lookedAtBy, office, type ResourcePolicy, readable } from '../_kit/policy.ts';

/** Who sees what waits for a decision about money: its reasons are no amounts or statuses, so a viewer does not (`rules.md` §7). */
export const needsReviewPolicy: ResourcePolicy = {
  id: 'needsReviews',
  subject: 'needsReview',
  fields: readable(
    office,
    'id',
    'kind',
    'subject',
    'bookingId',
    'paymentId',
    'reason',
    'suggestedStep',
    'resolution',
    'resolvedBy',
    'resolvedAt',
    'createdAt',
    'updatedAt',
  ),
  actions: { ...lookedAtBy(office), accept: office, refund: office, resolve: office, reopen: office },
};
