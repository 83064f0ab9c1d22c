import { count, instant, json, text } from '../../admin/kit/columns.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { fieldWords } from '../../admin/kit/history.ts';
import { OutboxMessage } from './outbox-message.model.ts';
import { outboxMessagePolicy } from './outbox-message.policy.ts';

export const outboxMessages = defineResource({
  noun: { model: OutboxMessage, policy: outboxMessagePolicy },
  label: { one: 'Outgoing job', many: 'Outbox' },
  group: 'System',
  icon: 'Send',
  title: { fields: ['job'], of: (row) => fieldWords(String(row.job)) },
  columns: {
    sequence: count('Number'),
    job: { ...text('Job'), cell: (value) => ({ text: fieldWords(String(value).replace(/-/g, '_')) }) },
    payload: json('About'),
    delayMs: { ...count('Delay'), cell: (value) => ({ text: `${Math.floor(Number(value) / 1_000)} s` }) },
    createdAt: instant('Since'),
  },
  list: ['createdAt', 'job', 'delayMs'],
  sections: [{ title: 'Job', columns: ['job', 'createdAt', 'delayMs', 'sequence', 'payload'] }],
  filters: ['job', 'createdAt'],
  search: ['job'],
  searchWords: 'Job',
  sort: { by: 'sequence', direction: 'asc' },
  empty: 'Everything has left: no job waits here.',
});
