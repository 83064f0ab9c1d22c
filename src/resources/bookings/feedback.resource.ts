import { choice, instant, longText, reference } from '../../admin/kit/columns.ts';
import { wordsSql } from '../../admin/kit/csv-sql.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { Feedback } from './feedback.model.ts';
import { feedbackPolicy } from './feedback.policy.ts';
import { scoreWords } from './score-words.ts';

const words = Object.fromEntries(
  Object.entries(scoreWords).map(([score, word]) => [score, `${score} · ${word}`]),
);

export const feedbacks = defineResource({
  noun: { model: Feedback, policy: feedbackPolicy },
  label: { one: 'Feedback', many: 'Feedback' },
  group: 'Bookings',
  icon: 'ThumbsUp',
  title: { fields: ['score'], of: (row) => words[String(row.score)] ?? '' },
  columns: {
    createdAt: instant('Given'),
    score: {
      ...choice('Score', words, { 1: 'bad', 2: 'bad', 3: 'warn', 4: 'good', 5: 'good' }),
      csv: (of, name) => wordsSql(`${of(name)}::text`, words),
    },
    comment: longText('In their words'),
    bookingId: reference('Booking', 'bookings'),
  },
  list: ['createdAt', 'score', 'comment', 'bookingId'],
  sections: [{ title: 'Feedback', columns: ['bookingId', 'score', 'createdAt', 'comment'] }],
  filters: ['score', 'createdAt'],
  search: ['comment'],
  searchWords: 'Words of the comment',
  sort: { by: 'createdAt', direction: 'desc' },
  views: {
    unhappy: {
      label: 'Unhappy',
      where: () => ({ score: [1, 2] }),
      sort: { by: 'createdAt', direction: 'desc' },
    },
  },
  empty: 'No feedback yet. Customers are asked two hours after their move.',
});
