import { choice, instant, longText, reference } from '../../admin/kit/columns.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import { NeedsReview } from './needs-review.model.ts';
import { needsReviewPolicy } from './needs-review.policy.ts';
import { needsReviewVerbs } from './needs-review-verbs.resource.ts';

const kinds = {
  amount_mismatch: 'Amount differs',
  bad_feedback: 'Unhappy customer',
  books_disagree: 'Books disagree',
  card_testing: 'Cards are tried',
  completion_waits: 'Delivered, money open',
  delivery_failed: 'Delivery failed',
  dispute_opened: 'Disputed',
  mail_failed: 'Mail not sent',
  orphan_payment: 'Payment without a booking',
  refund_collides: 'Refund overtaken',
  refund_failed: 'Refund failed',
  refund_frozen: 'Refund held by a dispute',
  refund_refused: 'Refund refused by Stripe',
  override_removed: 'Agreed price gone',
  stripe_disagrees: 'Stripe disagrees',
  task_not_stripped: 'Erased, but not at Onfleet',
  task_not_withdrawn: 'Task not withdrawn',
  task_refused: 'Task refused by Onfleet',
};

export const needsReviews = defineResource({
  noun: { model: NeedsReview, policy: needsReviewPolicy },
  label: { one: 'Case to review', many: 'To review' },
  group: 'Money',
  icon: 'AlertCircle',
  title: { fields: ['kind'], of: (row) => kinds[row.kind as keyof typeof kinds] ?? String(row.kind) },
  columns: {
    kind: choice('What', kinds, {
      amount_mismatch: 'warn',
      bad_feedback: 'bad',
      books_disagree: 'bad',
      card_testing: 'bad',
      completion_waits: 'warn',
      delivery_failed: 'bad',
      dispute_opened: 'bad',
      mail_failed: 'warn',
      orphan_payment: 'bad',
      refund_collides: 'warn',
      refund_failed: 'bad',
      refund_frozen: 'warn',
      refund_refused: 'bad',
      override_removed: 'warn',
      stripe_disagrees: 'bad',
      task_not_stripped: 'bad',
      task_not_withdrawn: 'bad',
      task_refused: 'bad',
    }),
    reason: longText('Why'),
    suggestedStep: longText('Suggested step'),
    bookingId: reference('Booking', 'bookings'),
    paymentId: reference('Payment', 'payments'),
    resolution: longText('Resolution'),
    resolvedBy: reference('Resolved by', 'staffUsers'),
    resolvedAt: instant('Resolved'),
    createdAt: instant('Since'),
  },
  list: ['createdAt', 'kind', 'reason', 'suggestedStep', 'bookingId', 'resolvedAt'],
  sections: [
    { title: 'Case', columns: ['kind', 'reason', 'suggestedStep', 'bookingId', 'paymentId', 'createdAt'] },
    { title: 'Resolution', columns: ['resolution', 'resolvedBy', 'resolvedAt'] },
  ],
  filters: ['kind', 'createdAt', 'resolvedAt'],
  search: ['reason'],
  searchWords: 'Words of the case',
  sort: { by: 'createdAt', direction: 'desc' },
  views: {
    open: {
      label: 'Open',
      where: () => ({ resolvedAt: null }),
      sort: { by: 'createdAt', direction: 'asc' },
    },
  },
  actions: needsReviewVerbs,
  blocks: async (ctx, row) => [await recordHistory(ctx, 'needsReview', String(row.id))],
  empty: 'Nothing waits for a decision.',
});
