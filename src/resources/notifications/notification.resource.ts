import { choice, count, instant, longText, reference, text } from '../../admin/kit/columns.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import { email } from '../../admin/kit/reach.ts';
import { readRows } from '../../admin/kit/read-rows.ts';
import { rowsBlock } from '../../admin/kit/rows-block.ts';
import { useCaseAction } from '../../admin/kit/use-case-action.ts';
import { deliveryLogs } from './delivery-log.resource.ts';
import { Notification } from './notification.model.ts';
import { notificationPolicy } from './notification.policy.ts';
import { resendNotification } from './resend-notification.ts';
import { type NotificationType, templateTypes } from './templates/catalogue.ts';

const typeWords = Object.fromEntries(
  Object.entries(templateTypes).map(([type, { name }]) => [type, name]),
) as Record<NotificationType, string>;

const resend = useCaseAction({
  name: 'resend',
  label: 'Send again',
  icon: 'Send',
  isOffered: (row) => row.status !== 'waiting' && row.bookingId !== null && row.staffUserId === null,
  preview: async (_ctx, { type, recipient }) => [
    templateTypes[type as NotificationType].audience === 'building'
      ? `Sends this mail again to ${String(recipient)}.`
      : 'Sends this mail again, to the address that its booking has now.',
  ],
  async run(ctx, row) {
    await resendNotification(ctx, String(row.id));
    return { message: 'The mail goes out again.' };
  },
});

export const notifications = defineResource({
  noun: { model: Notification, policy: notificationPolicy },
  label: { one: 'Mail', many: 'Mails' },
  group: 'Mail',
  icon: 'Mail',
  title: { fields: ['type'], of: (row) => typeWords[row.type as NotificationType] },
  columns: {
    type: choice('Mail', typeWords),
    bookingId: reference('Booking', 'bookings'),
    customerId: reference('Customer', 'customers'),
    recipient: email('To'),
    status: choice(
      'Status',
      { waiting: 'Waiting', sent: 'Sent', failed: 'Not sent', withheld: 'Withheld' },
      { waiting: 'warn', sent: 'good', failed: 'bad', withheld: 'quiet' },
    ),
    subject: text('Subject'),
    requestedBy: reference('Written by', 'staffUsers'),
    staffUserId: reference('For', 'staffUsers'),
    scheduledFor: instant('Goes out'),
    attempts: count('Tries'),
    lastError: longText('What was wrong'),
    sentAt: instant('Sent'),
    createdAt: instant('Since'),
  },
  list: ['createdAt', 'type', 'bookingId', 'recipient', 'status', 'sentAt'],
  sections: [
    {
      title: 'Mail',
      columns: ['type', 'subject', 'bookingId', 'customerId', 'recipient', 'staffUserId', 'requestedBy'],
    },
    { title: 'Sending', columns: ['status', 'attempts', 'lastError', 'createdAt', 'scheduledFor', 'sentAt'] },
  ],
  filters: ['type', 'status', 'createdAt'],
  search: [],
  searchExact: ['recipient'],
  searchWords: 'Whole e-mail address',
  sort: { by: 'createdAt', direction: 'desc' },
  views: {
    failed: {
      label: 'Not sent',
      where: () => ({ status: 'failed' }),
      sort: { by: 'createdAt', direction: 'desc' },
    },
  },
  actions: [resend],
  blocks: async (ctx, row) => [
    await rowsBlock(
      ctx,
      deliveryLogs,
      await readRows(ctx, deliveryLogs, {
        where: { notificationId: String(row.id) },
        order: [['occurredAt', 'DESC']],
        limit: 50,
      }),
      ['occurredAt', 'kind', 'detail'],
      'Nothing is known of it yet.',
    ),
    await recordHistory(ctx, 'notification', String(row.id)),
  ],
  empty: 'No mail here yet.',
});
