import { choice, instant, longText, reference } from '../../admin/kit/columns.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { DeliveryLog } from './delivery-log.model.ts';
import { deliveryLogPolicy } from './delivery-log.policy.ts';
import type { MailEventKind } from './ses/mail-event.ts';

const kindWords: Readonly<Record<MailEventKind, string>> = {
  sent: 'Sent',
  delivered: 'Delivered',
  bounced: 'Came back',
  complained: 'Called spam',
  opened: 'Opened',
  clicked: 'Link opened',
  rejected: 'Refused by SES',
  delayed: 'Delayed',
};

export const deliveryLogs = defineResource({
  noun: { model: DeliveryLog, policy: deliveryLogPolicy },
  label: { one: 'Delivery of a mail', many: 'Deliveries of mail' },
  group: 'Mail',
  icon: 'Inbox',
  title: { fields: ['kind'], of: (row) => kindWords[row.kind as MailEventKind] },
  columns: {
    notificationId: reference('Mail', 'notifications'),
    kind: choice('What', kindWords, {
      delivered: 'good',
      opened: 'good',
      clicked: 'good',
      bounced: 'bad',
      complained: 'bad',
      rejected: 'bad',
      delayed: 'warn',
    }),
    detail: longText('Detail'),
    occurredAt: instant('When'),
  },
  list: ['occurredAt', 'kind', 'notificationId', 'detail'],
  sections: [{ title: 'Delivery', columns: ['kind', 'notificationId', 'detail', 'occurredAt'] }],
  filters: ['kind', 'occurredAt'],
  search: [],
  searchWords: '',
  sort: { by: 'occurredAt', direction: 'desc' },
  empty: 'Nothing is known of any mail yet.',
});
