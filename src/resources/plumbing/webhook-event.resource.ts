import { choice, count, instant, json, longText, text } from '../../admin/kit/columns.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { WebhookEvent } from './webhook-event.model.ts';
import { webhookEventPolicy } from './webhook-event.policy.ts';

export const webhookEvents = defineResource({
  noun: { model: WebhookEvent, policy: webhookEventPolicy },
  label: { one: 'Webhook event', many: 'Webhook events' },
  group: 'System',
  icon: 'Radio',
  title: { fields: ['type'], of: (row) => String(row.type) },
  columns: {
    receivedAt: instant('Received'),
    source: choice('From', { stripe: 'Stripe', onfleet: 'Onfleet', ses: 'Mail' }),
    type: text('Event'),
    status: choice(
      'Status',
      { received: 'Waiting', done: 'Done', ignored: 'Not ours', failed: 'Failed' },
      { received: 'warn', done: 'good', ignored: 'quiet', failed: 'bad' },
    ),
    attempts: count('Tries'),
    lastError: longText('Last error'),
    externalId: text('Id there'),
    body: json('Payload'),
    workedAt: instant('Worked'),
  },
  list: ['receivedAt', 'source', 'type', 'status', 'attempts', 'workedAt'],
  sections: [
    { title: 'Event', columns: ['source', 'type', 'externalId', 'receivedAt'] },
    { title: 'Work', columns: ['status', 'attempts', 'lastError', 'workedAt'] },
    { title: 'What it said', columns: ['body'] },
  ],
  filters: ['source', 'status', 'type', 'receivedAt'],
  search: ['type'],
  searchExact: ['externalId'],
  searchWords: 'Event or id',
  sort: { by: 'receivedAt', direction: 'desc' },
  views: {
    failed: { label: 'Failed', where: () => ({ status: 'failed' }) },
    waiting: { label: 'Waiting', where: () => ({ status: 'received' }) },
  },
  empty: 'No event has come in yet.',
});
