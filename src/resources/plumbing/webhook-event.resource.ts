import { choice, count, instant, json, longText, text } from '../../admin/kit/columns.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { useCaseAction } from '../../admin/kit/use-case-action.ts';
import { countFailedWebhooks, MOST_REPLAYED, replayFailedWebhooks, replayWebhook } from './replay-webhook.ts';
import { WebhookEvent } from './webhook-event.model.ts';
import { webhookEventPolicy } from './webhook-event.policy.ts';

const replay = useCaseAction({
  name: 'replay',
  label: 'Replay',
  icon: 'RefreshCw',
  preview: async (_ctx, row) => [
    'Works this event again: what it is about is asked anew where it came from, so that nothing happens twice.',
    ...(row.status === 'received' ? ['It waits to be worked already.'] : []),
  ],
  async run(ctx, row) {
    await replayWebhook(ctx, String(row.id));
    return { message: 'Waiting to be worked again.' };
  },
});

const events = (count: number) => (count === 1 ? '1 event' : `${count.toLocaleString('en-US')} events`);

const replayFailed = useCaseAction({
  name: 'replayFailed',
  label: 'Replay all failed',
  icon: 'RefreshCw',
  isOffered: (row) => row.status === 'failed',
  async preview() {
    const failed = await countFailedWebhooks();
    return [
      failed > MOST_REPLAYED
        ? `Works the oldest ${events(MOST_REPLAYED)} of ${events(failed)} that failed again.`
        : `Works ${events(failed)} that failed again, oldest first.`,
      'What each is about is asked anew where it came from, so that nothing happens twice.',
    ];
  },
  async run(ctx) {
    return { message: `Waiting to be worked again: ${events(await replayFailedWebhooks(ctx))}.` };
  },
});

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
  actions: [replay, replayFailed],
  blocks: async (_ctx, { body }) => [
    { kind: 'text', title: 'What it said', text: JSON.stringify(body, null, 2) },
  ],
  empty: 'No event has come in yet.',
});
